import { describe, it } from 'node:test';
import { given, replied, started, undoReplied } from '@onward/saga/testing';
import { mySaga } from './my-saga.js';

const member = { memberId: 'ada', email: 'ada@example.org', name: 'Ada', feeMinor: 4900, currency: 'EUR', cardToken: 'tok_ok' };

describe('my-saga', () => {
  it('opens the account and charges the fee', () => {
    given(mySaga, started(member), replied.done('account'), replied.done('authorize'))
      .when(replied.done('capture'))
      .then('StepDone', 'SagaCompleted');
  });

  it('closes the account again when the card is declined', () => {
    given(mySaga, started(member), replied.done('account'))
      .when(replied.rejected('authorize', 'CARD_DECLINED'))
      .then({ kind: 'StepFailed', step: 'authorize' }, 'CompensationStarted', { kind: 'CommandSent', step: 'account', action: 'undo' })
      .when(undoReplied.done('account'))
      .then('UndoDone', 'SagaCompensated');
  });
});
