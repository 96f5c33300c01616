import { customers, ManualApproval, recordType } from '@onward/contracts';
import { saga } from '@onward/saga';

const fields = [{ name: 'errandId', type: 'string' }, { name: 'name', type: 'string' }];
export const RunErrand = recordType({ type: 'record', name: 'RunErrand', namespace: 'onward.orders', doc: 'Starts an errand.', fields });

/** Waits for a word, and rests. */
export const errandV1 = saga('errand', { version: 1, domain: 'orders', input: RunErrand, idField: 'errandId' })
  .signal('approval', { of: ManualApproval })
  .sleep('rest', '30d')
  .build();

/** Waits for a word, and greets. Who rests already, rests on. */
const errandV2 = saga('errand', { version: 2, domain: 'orders', input: RunErrand, idField: 'errandId' })
  .signal('approval', { of: ManualApproval })
  .step('greet', { command: customers.SendGreeting, send: (s) => ({ name: s.input.name, language: null }), harmless: true })
  .migrate(errandV1, { cursor: {}, data: (old) => ({ input: old.input, approval: old.approval, greet: undefined }) })
  .build();

export const newest = errandV2;
