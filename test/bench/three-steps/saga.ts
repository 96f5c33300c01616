import { saga } from '@onward/saga';
import { bench, StartThreeSteps } from './generated/index.js';

/** Three commands to one participant, one after the other. */
export const threeSteps = saga('three-steps', { version: 1, domain: 'orders', input: StartThreeSteps })
  .step('first', { command: bench.Work, harmless: true, send: (s) => ({ reference: s.sagaId, part: 1 }) })
  .step('second', { command: bench.Work, harmless: true, send: (s) => ({ reference: s.first.reference, part: 2 }) })
  .step('third', { command: bench.Work, harmless: true, send: (s) => ({ reference: s.second.reference, part: 3 }) })
  .build();
