import { payment, PlaceOrder, RetrySaga, type RecordType } from '@onward/contracts';
import { saga } from '@onward/saga';
import { order } from '../../../../test/e2e/support/orders.js';
import { eventsOf, onlyOn, SagaLaneFixture, type GivenRecord, type WrittenRecord } from '../../../../test/support/saga-lane-fixture.js';
import { testStack } from '../../../../test/support/stack.js';

let fixture: SagaLaneFixture;
let domain: string;
beforeAll(async () => {
  fixture = await SagaLaneFixture.open(testStack());
  ({ domain } = fixture);
}, 60_000);
afterAll(() => fixture.close());

const AT = 1_000_000_000_000;
const HOUR = 3_600_000;
let made = 0;
const from = (sender: string) => <T>(type: RecordType<T>, key: string, value: T): Promise<GivenRecord> => fixture.given(`${sender}.commands.${domain}`, type, key, value, { ce_id: `c-${++made}` });
const [client, operator] = [from('client'), from('operator')];
const kindsOf = (written: readonly WrittenRecord[]): string[] => eventsOf(written).map(({ kind }) => kind);

describe('a saga whose commands are too much for one transaction', () => {
  /** Sleeps over it, and then sends the whole order to three at once. */
  const fanOut = () =>
    saga('fan', { version: 1, domain, input: PlaceOrder, idField: 'orderId' })
      .sleep('grace', '1h')
      .parallel('all', (all) => {
        const asking = { command: payment.AuthorizePayment, send: (s: { sagaId: string; input: PlaceOrder }) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.customerId }), harmless: true } as const;
        return all.branch('a', asking).branch('b', asking).branch('c', asking);
      })
      .build();

  it('is parked by its timer, sends nothing, and goes on as an operator says', async () => {
    const processor = await fixture.processor([fanOut()]);
    try {
      const id = 'o-1';
      await processor.take(AT, await client(PlaceOrder, id, { ...order('ok', id), customerId: 'x'.repeat(400_000) }));
      const written = await processor.fire(id, AT + HOUR);
      expect(kindsOf(written)).toEqual(['SleepEnded', 'ParallelStarted', 'StepFailed', 'StepFailed', 'StepFailed', 'SagaStuck']);
      expect(onlyOn(written, `${domain}.outcomes.client`).value).toMatchObject({ failure: { causes: [{ code: 'SNAPSHOT_TOO_LARGE' }, {}, {}] } });
      expect(await processor.nextDueMs(id)).toBeUndefined();
      expect(kindsOf(await processor.take(AT + HOUR, await operator(RetrySaga, id, { sagaId: id, step: null, reason: null })))).toContain('StepFailed');
      expect(onlyOn(await processor.take(AT + HOUR, await operator(RetrySaga, id, { sagaId: id, step: 'all.a', reason: null })), `${domain}.commands.payment`).headers).toMatchObject({ ce_step: 'all.a' });
    } finally {
      await processor.close();
    }
  });
});
