import { bootstrap } from '@onward/platform';
import { auditDefinition } from './definition.js';

await bootstrap(auditDefinition());
