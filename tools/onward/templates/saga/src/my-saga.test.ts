import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { play, rejected } from '@onward/saga/testing';
import { mySaga } from './my-saga.js';

const member = { memberId: 'ada', email: 'ada@example.org', name: 'Ada', feeMinor: 4900, currency: 'EUR', cardToken: 'tok_ok' };

describe('my-saga', () => {
  it('opens the account and charges the fee', () => {
    const { outcome, commands } = play(mySaga, { input: member });
    assert.equal(outcome, 'completed');
    assert.deepEqual(commands.map(({ action, step }) => `${action} ${step}`), ['do account', 'do authorize', 'do capture']);
  });

  it('closes the account again when the card is declined', () => {
    const { outcome, failure, commands } = play(mySaga, { input: member, participants: { 'payment.AuthorizePayment': () => rejected('CARD_DECLINED') } });
    assert.equal(outcome, 'compensated');
    assert.equal(failure?.code, 'CARD_DECLINED');
    assert.deepEqual(commands.map(({ action, step }) => `${action} ${step}`), ['do account', 'do authorize', 'undo account']);
  });
});
