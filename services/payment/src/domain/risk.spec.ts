import type { ScoreRisk } from '@onward/contracts';
import { scoreRisk } from './risk.js';

const order: ScoreRisk = { orderId: 'o', customerId: 'customer-ada', amount: { amountMinor: 3400, currency: 'EUR' }, shipToCountry: 'DE' };
const eur = (amountMinor: number): ScoreRisk['amount'] => ({ amountMinor, currency: 'EUR' });

describe('the risk of an order', () => {
  it.each<[string, Partial<ScoreRisk>, number, string[]]>([
    ['an ordinary one', {}, 10, []],
    ['of a new customer', { customerId: 'new-ada' }, 30, ['CUSTOMER_NEW']],
    ['just below a high amount', { amount: eur(99_999) }, 10, []],
    ['of a high amount', { amount: eur(100_000) }, 40, ['AMOUNT_HIGH']],
    ['of a very high amount', { amount: eur(1_000_000) }, 70, ['AMOUNT_VERY_HIGH']],
    ['to an unusual country', { shipToCountry: 'NZ' }, 40, ['DESTINATION_UNUSUAL']],
    ['of a customer who is known for it', { customerId: 'risky-ada' }, 90, ['CUSTOMER_KNOWN_RISK']],
    ['with everything at once', { customerId: 'risky-ada', amount: eur(1_000_000), shipToCountry: 'NZ' }, 100, ['CUSTOMER_KNOWN_RISK', 'AMOUNT_VERY_HIGH', 'DESTINATION_UNUSUAL']],
  ])('%s', (_, change, score, reasons) => {
    expect(scoreRisk({ ...order, ...change })).toEqual({ outcome: 'done', value: { orderId: 'o', score, reasons } });
  });

  it('is not asked of an amount that nobody could pay', () => {
    expect(scoreRisk({ ...order, amount: eur(0) })).toMatchObject({ outcome: 'rejected', code: 'AMOUNT_INVALID' });
  });
});
