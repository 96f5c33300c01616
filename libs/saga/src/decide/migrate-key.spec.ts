import { order } from '../spec/order.js';
import { begin, look, reserve } from '../spec/steps.js';
import { given, migrated, replied, started } from '../testing/index.js';

const one = begin('renaming').step('a', { ...reserve }).sleep('rest', '1h').step('look', { ...look }).build();
const twoDraft = () => begin('renaming', 2).step('b', { ...reserve }).sleep('rest', '1h').step('look', { ...look });
const two = twoDraft()
  .migrate(one, { cursor: { a: 'b' }, data: ({ input, a, look }) => ({ input, b: a, look }) })
  .build();
/** Made when version 1 was forgotten: its definition knows nothing of the name that the step had. */
const three = begin('renaming', 3)
  .step('b', { ...reserve })
  .sleep('rest', '1h')
  .step('a', { ...reserve })
  .step('look', { ...look })
  .migrate(twoDraft().build(), { cursor: {}, data: ({ input, b, look }) => ({ input, b, a: undefined, look }) })
  .build();

describe('a migration to a plan with a new step at a path that commands went out under', () => {
  it('is refused while such a command is out', () => {
    const saga = given(one, started(order), migrated(two), migrated(three, null, { commandId: 'o1' }));
    expect(saga.answered).toEqual(['o1 MIGRATION_KEY_TAKEN']);
    expect(saga.state).toMatchObject({ planVersion: 2, active: [{ path: 'b', sentAs: 'a' }] });
  });

  it('is refused while such a command may have to be undone', () => {
    const saga = given(one, started(order), replied.done('a'), migrated(two), migrated(three, null, { commandId: 'o1' }));
    expect(saga.answered).toEqual(['o1 MIGRATION_KEY_TAKEN']);
    expect(saga.state).toMatchObject({ planVersion: 2, undo: [{ path: 'b', sentAs: 'a' }] });
  });

  it('takes along a saga whose commands went out under its own names', () => {
    const saga = given(twoDraft().build(), started(order), replied.done('b'), migrated(three));
    expect(saga.state).toMatchObject({ planVersion: 3, undo: [{ path: 'b', sentAs: null }] });
  });
});
