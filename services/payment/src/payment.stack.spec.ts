import { jest } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { payment, paymentContract, RiskScored } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import { outcomeOf, ParticipantFixture } from '../../../test/support/participant-fixture.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { PaymentCommands } from './handlers/payment-commands.js';
import { RiskCommands } from './handlers/risk-commands.js';

jest.setTimeout(60_000);

const EUR = (amountMinor: number): { amountMinor: number; currency: string } => ({ amountMinor, currency: 'EUR' });

describe('payment', () => {
  let fixture: ParticipantFixture;

  beforeAll(async () => {
    fixture = await ParticipantFixture.open(paymentContract, [new PaymentCommands(), new RiskCommands()], fileURLToPath(new URL('../migrations/', import.meta.url)));
  });
  afterAll(() => fixture.close());

  interface Options {
    readonly attempt?: number;
    readonly edit?: number;
    readonly doEdit?: number;
    readonly action?: 'do' | 'undo';
    /** When another saga asks for the same payment. */
    readonly sagaId?: string;
  }
  const authorize = (id: string, options: Options & { token?: string; amount?: number } = {}): Promise<ConsumedRecord> =>
    fixture.command(payment.AuthorizePayment, { paymentId: id, orderId: id, amount: EUR(options.amount ?? 1000), cardToken: options.token ?? 'tok_ok' }, { sagaId: id, step: 'authorize', ...options });
  const capture = (id: string, amount = 1000, options: Options = {}): Promise<ConsumedRecord> =>
    fixture.command(payment.CapturePayment, { paymentId: id, amount: EUR(amount) }, { sagaId: id, step: 'capture', ...options });
  const voidPayment = (id: string, options: Options = {}): Promise<ConsumedRecord> =>
    fixture.command(payment.VoidPayment, { paymentId: id, reason: 'test' }, { sagaId: id, step: 'authorize', action: 'undo', ...options });
  const refund = (id: string, amount = 1000, options: Options = {}): Promise<ConsumedRecord> =>
    fixture.command(payment.RefundPayment, { paymentId: id, amount: EUR(amount), reason: 'test' }, { sagaId: id, step: 'capture', action: 'undo', ...options });
  const handle = async (...commands: Promise<ConsumedRecord>[]): Promise<string[]> => (await fixture.handle(await Promise.all(commands))).map(outcomeOf);
  const balances = async (id: string): Promise<Record<string, number>> => {
    const { rows } = await fixture.rows.query<{ account: string; sum: string }>('SELECT account, sum(amount_minor) FROM ledger_entry WHERE payment_id = $1 GROUP BY account', [id]);
    return Object.fromEntries(rows.map(({ account, sum }) => [account, Number(sum)]));
  };

  it('moves money from the cardholder over a hold to the merchant, and back', async () => {
    expect(await handle(authorize('p1'))).toEqual(['done']);
    expect(await balances('p1')).toEqual({ cardholder: -1000, hold: 1000 });
    expect(await handle(capture('p1', 700))).toEqual(['done']);
    expect(await balances('p1')).toEqual({ cardholder: -700, hold: 0, merchant: 700 });
    expect(await handle(refund('p1', 700))).toEqual(['done']);
    expect(await balances('p1')).toEqual({ cardholder: 0, hold: 0, merchant: 0 });
  });

  it('carries out a whole life of a payment that queued up into one batch', async () => {
    expect(await handle(authorize('p2'), capture('p2'), refund('p2'), voidPayment('p2'), authorize('p2'))).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(await balances('p2')).toEqual({ cardholder: 0, hold: 0, merchant: 0 });
  });

  it('takes back the payment that was authorized after a refusal, by the key that the undo names', async () => {
    const id = 'renewed';
    expect(await handle(authorize(id, { token: 'tok_declined' }), authorize(id, { edit: 1 }), voidPayment(id, { doEdit: 1 }))).toEqual(['rejected CARD_DECLINED', 'done', 'done']);
    expect(await balances(id)).toEqual({ cardholder: 0, hold: 0 });
  });

  it('tells a declined card as a fact, and moves nothing', async () => {
    expect(await handle(authorize('p3', { token: 'tok_declined' }), authorize('p4', { token: 'tok_insufficient_funds' }))).toEqual(['rejected CARD_DECLINED', 'rejected INSUFFICIENT_FUNDS']);
    const types = (await fixture.takeAllEvents()).filter(({ aggregateId }) => ['p3', 'p4'].includes(aggregateId)).map(({ type }) => type);
    expect(types).toEqual(['onward.payment.PaymentDeclined', 'onward.payment.PaymentDeclined']);
    expect(await balances('p3')).toEqual({});
    expect(await handle(authorize('p3', { edit: 1 }))).toEqual(['done']);
  });

  it('refuses an authorization that comes after its void (R8)', async () => {
    expect(await handle(voidPayment('p5'))).toEqual(['done']);
    expect(await handle(authorize('p5'))).toEqual(['rejected ALREADY_UNDONE']);
    expect(await handle(voidPayment('p6'), authorize('p6'))).toEqual(['done', 'rejected ALREADY_UNDONE']);
    expect(await balances('p5')).toEqual({});
  });

  it('refuses a capture that comes after its refund (R8)', async () => {
    expect(await handle(authorize('p7'), refund('p7'), capture('p7'))).toEqual(['done', 'done', 'rejected ALREADY_UNDONE']);
    expect(await handle(voidPayment('p7'))).toEqual(['done']);
    expect(await balances('p7')).toEqual({ cardholder: 0, hold: 0 });
  });

  it('gives the same answer again when the stored reply was pruned: the effect is keyed too (R9)', async () => {
    const commands = [authorize('p8'), capture('p8'), voidPayment('p9'), authorize('p10', { token: 'tok_declined' })];
    const first = await fixture.handle(await Promise.all(commands));
    await fixture.rows.query('DELETE FROM onward_inbox');
    expect(await fixture.handle(await Promise.all(commands))).toEqual(first);
    expect(await balances('p8')).toEqual({ cardholder: -1000, hold: 0, merchant: 1000 });
    expect(await handle(authorize('p9'))).toEqual(['rejected ALREADY_UNDONE']);
  });

  it('charges a payment once, also when two sagas ask for it at the same time on different partitions (I1)', async () => {
    const results = await Promise.all([fixture.handle([await authorize('p11')], 1, 0), fixture.handle([await authorize('p11', { sagaId: 'other' })], 1, 1)]);
    expect(results.flat().map(outcomeOf).sort()).toEqual(['done', 'rejected PAYMENT_EXISTS']);
    expect(await balances('p11')).toEqual({ cardholder: -1000, hold: 1000 });
  });

  it('answers what cannot be stored as failed, and goes on', async () => {
    expect(await handle(authorize('p12'), authorize('zero\0character', { sagaId: 'p13' }), authorize('p14'))).toEqual(['done', 'failed INTERNAL', 'done']);
  });

  it.each([
    ['nothing', 0],
    ['less than nothing', -1],
  ])('refuses to authorize %s', async (_, amount) => expect(await handle(authorize(`p15${amount}`, { amount }))).toEqual(['rejected AMOUNT_INVALID']));

  it('scores the risk of an order among its payments, and keeps nothing of it', async () => {
    const score = (id: string, amount: number): Promise<ConsumedRecord> =>
      fixture.command(payment.ScoreRisk, { orderId: id, customerId: 'risky-ada', amount: EUR(amount), shipToCountry: 'DE' }, { sagaId: id, step: 'score' });
    const records = await Promise.all([score('p16', 1000), authorize('p16'), score('p17', 0)]);
    const replies = await fixture.handle(records);
    expect(replies.map(outcomeOf)).toEqual(['done', 'done', 'rejected AMOUNT_INVALID']);
    expect(RiskScored.decode((replies[0]?.value as Buffer).subarray(5))).toEqual({ orderId: 'p16', score: 90, reasons: ['CUSTOMER_KNOWN_RISK'] });
    expect(await fixture.count('payment_effect', `idempotency_key LIKE 'orders/p16/%'`)).toBe(1);
  });

  it('holds money and its rules under any sequence of commands (I1, I2, I5)', async () => {
    const random = seededRandom(20_261);
    const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
    for (let round = 0; round < 30; round += 1) {
      const commands = Array.from({ length: 40 }, () => {
        const id = `r${round % 3}-${Math.floor(random() * 12)}`;
        const edit = random() < 0.15 ? 1 : 0;
        const amount = pick([1, 400, 1000, 1001]);
        return pick([
          () => authorize(id, { edit, token: pick(['tok_ok', 'tok_ok', 'tok_declined']) }),
          () => capture(id, edit === 1 ? amount : 1000, { edit }),
          () => voidPayment(id, { edit }),
          () => refund(id, edit === 1 ? amount : 1000, { edit }),
        ])();
      });
      await handle(...commands);
    }
    const { rows } = await fixture.rows.query(`
      SELECT 'group' AS broken FROM ledger_entry GROUP BY group_id, currency HAVING sum(amount_minor) <> 0
      UNION ALL SELECT 'total' FROM ledger_entry GROUP BY currency HAVING sum(amount_minor) <> 0
      UNION ALL SELECT 'negative hold' FROM ledger_entry WHERE account <> 'cardholder' GROUP BY payment_id, account HAVING sum(amount_minor) < 0
      UNION ALL SELECT 'state' FROM payment p LEFT JOIN ledger_entry e USING (payment_id) GROUP BY p.payment_id HAVING
        coalesce(sum(e.amount_minor) FILTER (WHERE account = 'hold'), 0) <> CASE WHEN state = 'authorized' THEN authorized_minor ELSE 0 END
        OR (state = 'captured' AND coalesce(sum(e.amount_minor) FILTER (WHERE account = 'merchant'), 0) <> captured_minor)
      UNION ALL SELECT 'effect twice' FROM payment_effect WHERE outcome = 'done' GROUP BY payment_id, kind HAVING count(*) > 1
      UNION ALL SELECT 'failed' FROM onward_inbox WHERE outcome = 'failed' AND idempotency_key NOT LIKE 'orders/p13/%'`);
    expect(rows).toEqual([]);
    expect(await fixture.count('payment_effect', `outcome = 'done'`)).toBeGreaterThan(30);
  });

  it('has a ledger that refuses what does not balance, and any change', async () => {
    const insert = (amounts: number[]): Promise<unknown> =>
      fixture.rows.query(`INSERT INTO ledger_entry SELECT 'g', (ARRAY['cardholder','hold','merchant'])[n], 'p', 'EUR', a FROM unnest($1::bigint[]) WITH ORDINALITY AS t (a, n)`, [amounts]);
    await expect(insert([-5, 4])).rejects.toThrow('does not sum to zero');
    await insert([-5, 4, 1]);
    await expect(fixture.rows.query(`UPDATE ledger_entry SET amount_minor = 1`)).rejects.toThrow('append-only');
    await expect(fixture.rows.query(`DELETE FROM ledger_entry`)).rejects.toThrow('append-only');
    await expect(fixture.rows.query(`TRUNCATE ledger_entry`)).rejects.toThrow('append-only');
  });
});
