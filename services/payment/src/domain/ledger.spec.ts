import { entriesOf, isPayable } from './ledger.js';

describe('the double entry of a movement', () => {
  it('gives what it takes', () => {
    const entries = entriesOf({ groupId: 'g', paymentId: 'p', currency: 'EUR', from: 'hold', to: { merchant: 700, cardholder: 300 } });
    expect(entries.map(({ account, amountMinor }) => [account, amountMinor])).toEqual([['hold', -1000], ['merchant', 700], ['cardholder', 300]]);
  });

  it('has no line for an account that gets nothing', () => {
    expect(entriesOf({ groupId: 'g', paymentId: 'p', currency: 'EUR', from: 'hold', to: { merchant: 700, cardholder: 0 } })).toHaveLength(2);
  });
});

describe('an amount that can be moved', () => {
  it.each([
    [1, 'EUR', true],
    [0, 'EUR', false],
    [-1, 'EUR', false],
    [2 ** 53, 'EUR', false],
    [1, 'eur', false],
    [1, '', false],
  ])('%i %s: %s', (amountMinor, currency, expected) => expect(isPayable({ amountMinor, currency })).toBe(expected));
});
