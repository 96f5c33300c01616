import { Enrolled, GreetingSent, OrderPlaced } from '@onward/contracts';
import { runOnward } from './support/command-line.js';
import { query } from './support/effects.js';
import { eventually } from './support/eventually.js';
import { order } from './support/orders.js';
import { SagaDesk } from './support/saga-desk.js';
import { commandIdOf, Suite } from './support/suite.js';

/** Makes the grace period a second, and a day a minute and a half. */
const SECONDS = { ONWARD_WAITS_DIVISOR: '900' };
/** Makes a week six seconds. */
const DAYS = { ONWARD_WAITS_DIVISOR: '100000' };

describe('the ready sagas', () => {
  let suite: Suite;
  let desk: SagaDesk;
  beforeAll(async () => {
    suite = await Suite.start({ waitsDivisor: 1 });
    desk = new SagaDesk(suite);
  }, 180_000);
  afterAll(() => suite?.stop(), 60_000);

  describe('with waits as long as they are written', () => {
    describe('hello', () => {
      it('greets', async () => {
        await desk.hello(['hello']);
        expect(await desk.result('hello', GreetingSent)).toMatchObject({ text: 'Hello, Ada!' });
      }, 60_000);

      it('says why it greets nobody', async () => {
        await desk.hello(['hello-nobody'], ' ');
        expect(await desk.outcome('hello-nobody')).toMatchObject({ outcome: 'compensated', failure: { code: 'NAME_INVALID', step: 'greet', participant: 'customers' } });
      }, 60_000);

      it('greets exactly once when both sides are killed in its middle (I1, I3)', async () => {
        const ids = Array.from({ length: 20 }, (_, i) => `hello-kill-${i}`);
        await suite.stack.stopPart('customers');
        await desk.hello(ids);
        await suite.untilEvent(ids, 'CommandSent', 'greet');
        // It dies when the first greetings are in its database, and nobody was told. Whether that is before it was seen to be ready is open.
        await Promise.allSettled([suite.stack.start('customers', { ONWARD_FAILPOINT: 'after-handle' })]);
        await eventually(() => greetings(suite), (rows) => rows > 0);
        await suite.stack.kill9('customers');
        await suite.stack.kill9('orchestrator');
        expect((await suite.outcomes()).has(commandIdOf(ids[0]!))).toBe(false);
        await Promise.all([suite.stack.start('customers'), suite.stack.start('orchestrator')]);
        const outcomes = await suite.allOutcomes(ids.map(commandIdOf));
        for (const id of ids) expect(outcomes.get(commandIdOf(id))).toEqual([expect.objectContaining({ sagaId: id, outcome: 'completed' })]);
        expect(await greetings(suite)).toBe(ids.length);
      }, 120_000);
    });

    describe('place-order', () => {
      it('of more than there is ends with nothing reserved', async () => {
        await desk.order('ok', 'too-much', { lines: [{ sku: 'SKU-LAMP', quantity: 1_000_000_000, unitPrice: { amountMinor: 1, currency: 'EUR' } }] });
        expect(await desk.outcome('too-much')).toMatchObject({ outcome: 'compensated', failure: { code: 'OUT_OF_STOCK', step: 'reserve', causes: [] } });
        expect(await desk.effectsOf('too-much')).toEqual({ payment: [], reservation: undefined, shipments: 0 });
      }, 60_000);

      it('that fails both checks goes back with both reasons', async () => {
        await desk.order('ok', 'nowhere', { shipTo: { ...order('ok', '').shipTo, country: 'AQ' }, total: { amountMinor: 0, currency: 'EUR' } });
        const { outcome, failure } = await desk.outcome('nowhere');
        expect(outcome).toBe('compensated');
        expect(new Set(failure?.causes.map(({ code, step, participant }) => `${code} ${step} ${participant}`))).toEqual(
          new Set(['AMOUNT_INVALID checks.fraud payment', 'DESTINATION_NOT_SERVED checks.quote fulfillment']),
        );
        expect(await desk.effectsOf('nowhere')).toEqual({ payment: [], reservation: 'released', shipments: 0 });
      }, 60_000);

      it('that is risky goes back when a person refuses it', async () => {
        await desk.order('risky', 'refused');
        await suite.untilEvent(['refused'], 'SignalAwaited', 'approval');
        await desk.approve('refused', false);
        expect(await desk.outcome('refused')).toMatchObject({ outcome: 'compensated', failure: { code: 'SIGNAL_REFUSED', step: 'approval' } });
        expect(await desk.effectsOf('refused')).toEqual({ payment: [], reservation: 'released', shipments: 0 });
      }, 60_000);

      it('cancelled in its grace period has its goods released, and was never paid', async () => {
        await desk.order('risky', 'thought-again');
        await suite.untilEvent(['thought-again'], 'SignalAwaited', 'approval');
        await desk.approve('thought-again', true);
        await suite.untilEvent(['thought-again'], 'SleepStarted', 'grace');
        const cancel = await desk.cancel('thought-again');
        expect(await desk.outcome('thought-again')).toMatchObject({ outcome: 'compensated', failure: { code: 'CANCELLED' } });
        expect(await desk.outcome('thought-again', cancel)).toMatchObject({ outcome: 'compensated' });
        expect(await desk.effectsOf('thought-again')).toEqual({ payment: [], reservation: 'released', shipments: 0 });
      }, 60_000);
    });

    describe('enrollment', () => {
      it('verified at once makes the account active', async () => {
        await desk.enroll('enroll-quick');
        await suite.untilEvent(['enroll-quick'], 'SignalAwaited');
        await desk.verify('enroll-quick');
        expect(await desk.result('enroll-quick', Enrolled)).toEqual({ accountId: 'enroll-quick' });
        expect(await desk.accountOf('enroll-quick')).toEqual({ state: 'active', messages: ['verification 1', 'welcome 1'] });
      }, 60_000);

      it('with a wrong code goes on waiting for the right one', async () => {
        await desk.enroll('enroll-typo');
        await suite.untilEvent(['enroll-typo'], 'SignalAwaited');
        await desk.verify('enroll-typo', 'wrong');
        await suite.untilEvent(['enroll-typo'], 'IterationStarted', 'weeks[1]');
        expect(await desk.accountOf('enroll-typo')).toMatchObject({ state: 'open' });
        await desk.verify('enroll-typo');
        expect(await desk.result('enroll-typo', Enrolled)).toEqual({ accountId: 'enroll-typo' });
      }, 60_000);

      it('with an address that is none, or that nobody reads, leaves no account', async () => {
        await desk.enroll('enroll-invalid', 'nobody');
        await desk.enroll('enroll-unreachable', 'nobody@example.invalid');
        expect(await desk.outcome('enroll-invalid')).toMatchObject({ outcome: 'compensated', failure: { code: 'EMAIL_INVALID', step: 'open' } });
        expect(await desk.outcome('enroll-unreachable')).toMatchObject({ outcome: 'compensated', failure: { code: 'ADDRESS_UNREACHABLE', step: 'ask' } });
        expect(await desk.accountOf('enroll-invalid')).toEqual({ state: undefined, messages: [] });
        expect(await desk.accountOf('enroll-unreachable')).toEqual({ state: 'closed', messages: [] });
      }, 60_000);
    });
  });

  describe('with a grace period of a second', () => {
    beforeAll(() => suite.stack.restart('orchestrator', SECONDS), 60_000);

    it('a risky order is placed when a person approves it', async () => {
      await desk.order('risky', 'approved');
      await suite.untilEvent(['approved'], 'SignalAwaited', 'approval');
      await desk.approve('approved', true);
      expect(await desk.result('approved', OrderPlaced)).toMatchObject({ orderId: 'approved', approvedBy: 'olga', shipping: { amountMinor: 590, currency: 'EUR' } });
      expect(await desk.effectsOf('approved')).toEqual({ payment: ['authorize', 'capture'], reservation: 'shipped', shipments: 1 });
    }, 60_000);

    it('an order whose card is declined goes back with the tree of reasons of its payment', async () => {
      await desk.order('declined', 'declined');
      const { outcome, failure } = await desk.outcome('declined');
      expect(outcome).toBe('compensated');
      expect(failure).toMatchObject({ code: 'CARD_DECLINED', step: 'settle', participant: 'orders', causes: [{ code: 'CARD_DECLINED', step: 'authorize', participant: 'payment' }] });
      expect(await desk.effectsOf('declined')).toEqual({ payment: [], reservation: 'released', shipments: 0 });
      const child = await runOnward(suite.home, 'show', 'declined/settle');
      expect(child.stdout).toContain('CARD_DECLINED');
    }, 60_000);

    it('an order cancelled while its money is being reserved gets it back', async () => {
      await untilPaymentIsAsked('cancel-early', 'authorize');
      const cancel = await desk.cancel('cancel-early');
      await suite.untilEvent(['cancel-early/settle'], 'CancelAccepted');
      await suite.stack.start('payment');
      expect(await desk.outcome('cancel-early')).toMatchObject({ outcome: 'compensated', failure: { code: 'CANCELLED' } });
      expect(await desk.outcome('cancel-early', cancel)).toMatchObject({ outcome: 'compensated' });
      expect(await desk.effectsOf('cancel-early')).toEqual({ payment: ['authorize', 'void'], reservation: 'released', shipments: 0 });
    }, 90_000);

    it('an order cancelled while its money is being taken has it refunded', async () => {
      await untilPaymentIsAsked('cancel-late', 'authorize');
      // Payment answers what it was asked, and dies before it is asked for the money.
      await Promise.allSettled([suite.stack.start('payment', { ONWARD_FAILPOINT: 'after-replies' })]);
      await suite.untilEvent(['cancel-late/settle'], 'CommandSent', 'capture');
      await suite.stack.kill9('payment');
      const cancel = await desk.cancel('cancel-late');
      await suite.untilEvent(['cancel-late'], 'CancelAccepted');
      await suite.stack.start('payment');
      expect(await desk.outcome('cancel-late')).toMatchObject({ outcome: 'compensated', failure: { code: 'CANCELLED' } });
      expect(await desk.outcome('cancel-late', cancel)).toMatchObject({ outcome: 'compensated' });
      expect(await desk.effectsOf('cancel-late')).toEqual({ payment: ['authorize', 'capture', 'refund'], reservation: 'released', shipments: 0 });
    }, 120_000);

    /** Brings an order so far that its payment was asked for something, while nobody answers. */
    async function untilPaymentIsAsked(id: string, step: string): Promise<void> {
      await desk.order('risky', id);
      await suite.untilEvent([id], 'SignalAwaited', 'approval');
      await suite.stack.stopPart('payment');
      await desk.approve(id, true);
      await suite.untilEvent([`${id}/settle`], 'CommandSent', step);
    }
  });

  describe('with weeks of seconds', () => {
    beforeAll(() => suite.stack.restart('orchestrator', DAYS), 60_000);

    it('an order that nobody approves goes back after a day', async () => {
      await desk.order('risky', 'nobody-looks');
      expect(await desk.outcome('nobody-looks')).toMatchObject({ outcome: 'compensated', failure: { code: 'SIGNAL_TIMED_OUT', step: 'approval' } });
      expect(await desk.effectsOf('nobody-looks')).toEqual({ payment: [], reservation: 'released', shipments: 0 });
    }, 60_000);

    it('who enrolls is reminded for 30 days; who verifies then has an account, and who does not has none', async () => {
      await Promise.all([desk.enroll('enroll-late'), desk.enroll('enroll-never')]);
      const reminded = await eventually(() => desk.accountOf('enroll-late'), ({ messages }) => messages.includes('reminder 3'), 60_000);
      expect(reminded.messages).toEqual(['verification 1', 'reminder 1', 'reminder 2', 'reminder 3']);
      await desk.verify('enroll-late');
      expect(await desk.result('enroll-late', Enrolled)).toEqual({ accountId: 'enroll-late' });
      expect(await desk.accountOf('enroll-late')).toEqual({ state: 'active', messages: [...reminded.messages, 'welcome 1'] });

      expect(await desk.outcome('enroll-never')).toMatchObject({ outcome: 'compensated', failure: { code: 'SIGNAL_TIMED_OUT', step: 'lastCall' } });
      expect(await desk.accountOf('enroll-never')).toEqual({ state: 'closed', messages: [...reminded.messages, 'reminder 4'] });
    }, 120_000);
  });
});

async function greetings(suite: Suite): Promise<number> {
  const [row] = await query<{ rows: number }>(suite.stack, 'customers', "SELECT count(*)::int AS rows FROM greeting WHERE idempotency_key LIKE 'orders/hello-kill-%'");
  return row?.rows ?? 0;
}
