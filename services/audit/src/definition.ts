import { AvroRegistry } from '@onward/kafka';
import type { ServiceDefinition } from '@onward/platform';
import { auditConfig } from './audit-config.js';
import { AuditModule } from './audit.module.js';
import { startAudit } from './audit-service.js';
import { AuditIndex } from './storage/audit-index.js';

/** The audit service. */
export function auditDefinition(): ServiceDefinition<typeof auditConfig> {
  let parts: { readonly registry: AvroRegistry; readonly index: AuditIndex } | undefined;
  return {
    name: 'audit',
    config: auditConfig,
    module: async ({ config, logger, lifecycle, health }) => {
      const registry = new AvroRegistry(config.registry);
      const index = await AuditIndex.open(config.database.url, (error) => logger.warn({ err: error }, 'a database connection was lost'));
      lifecycle.onStop('database', () => index.close());
      health.register('database', () => index.ping());
      parts = { registry, index };
      return AuditModule.with(registry, index);
    },
    start: async (_app, context) => {
      if (parts === undefined) throw new Error('The service was started before its module was made.');
      await startAudit(context, parts.registry, parts.index);
    },
  };
}
