import { jest } from '@jest/globals';
import { CommandRejected, type Failure, fulfillment, fulfillmentContract, type QuoteShipping, type ReleaseStock, type ReserveStock, type ShipParcel, StockReserved } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import { done, failed, HandleCommand, Participant, pruneInbox, rejected, sql, type CommandContext, type Reply } from '@onward/participant';
import { until } from '../../../../test/support/kafka-fixture.js';
import { outcomeOf, ParticipantFixture } from '../../../../test/support/participant-fixture.js';
import { SilentProxy } from '../../../../test/support/silent-proxy.js';
import { testStack } from '../../../../test/support/stack.js';

jest.setTimeout(60_000);

const INSERT = sql('test.effect.insert', 'INSERT INTO test_effect (key) VALUES ($1)');
const CREATE = 'CREATE TABLE test_effect (key text NOT NULL)';
/** No value of SQL can be made of it: the driver refuses it, not PostgreSQL. */
const CIRCULAR: { self?: unknown } = {};
CIRCULAR.self = CIRCULAR;

/** Does what the reservation's id says, after it has written a row. */
@Participant()
class Warehouse {
  readonly runs: string[] = [];
  readonly refused: unknown[] = [];
  failuresLeft = 0;
  onReserve: () => void = () => undefined;

  @HandleCommand(fulfillment.ReserveStock)
  async reserve({ reservationId, lines }: ReserveStock, context: CommandContext): Promise<Reply<typeof fulfillment.ReserveStock>> {
    this.runs.push(`${reservationId}#${context.attempt}`);
    this.onReserve();
    await context.db.query(INSERT, [context.idempotencyKey]);
    if (reservationId.startsWith('throws')) throw new TypeError('a defect');
    if (reservationId.startsWith('bad-sql')) await context.db.query(INSERT, [null]);
    if (reservationId.startsWith('bad-write')) context.db.write(INSERT, [null]);
    if (reservationId === 'unsendable') await context.db.query(INSERT, [CIRCULAR]);
    if (reservationId === 'unsendable-write') context.db.write(INSERT, [CIRCULAR]);
    if (reservationId.startsWith('hurries')) setTimeout(() => void context.db.query(INSERT, ['late']).catch((error: unknown) => this.refused.push(error)), 0);
    if (reservationId.startsWith('bad-code')) return rejected('NO_SUCH_CODE' as 'OUT_OF_STOCK', 'Not in the contract.');
    if (reservationId.startsWith('rejects')) return rejected('OUT_OF_STOCK', 'There is none.');
    if (reservationId.startsWith('fails') && this.failuresLeft-- > 0) return failed('WAREHOUSE_UNAVAILABLE', 'Come back later.');
    const value: StockReserved = { reservationId, lines, reservedAt: context.now };
    context.emit(StockReserved, reservationId, value);
    return done(value);
  }

  @HandleCommand(fulfillment.ReleaseStock)
  async release({ reservationId }: ReleaseStock, { now }: CommandContext): Promise<Reply<typeof fulfillment.ReleaseStock>> {
    this.runs.push(`release ${reservationId}`);
    return done({ reservationId, lines: [], releasedAt: now });
  }

  @HandleCommand(fulfillment.ShipParcel)
  async ship(_: ShipParcel): Promise<Reply<typeof fulfillment.ShipParcel>> {
    return rejected('NOT_RESERVED', 'Never.');
  }

  @HandleCommand(fulfillment.QuoteShipping)
  async quote(_: QuoteShipping): Promise<Reply<typeof fulfillment.QuoteShipping>> {
    return rejected('DESTINATION_NOT_SERVED', 'No carrier goes there.', [CARRIER_SAYS_NO]);
  }
}

/** What somebody else said who was asked in turn. */
const CARRIER_SAYS_NO: Failure = { code: 'NO_ROUTE', message: 'There is no route.', kind: 'rejected', step: 'route', attempt: 1, participant: 'carrier', causes: [] };

describe('a batch of commands', () => {
  let warehouse: Warehouse;
  let fixture: ParticipantFixture;

  beforeEach(async () => {
    warehouse = new Warehouse();
    fixture = await ParticipantFixture.open(fulfillmentContract, [warehouse]);
    await fixture.rows.query(CREATE);
  });
  afterEach(() => fixture.close());

  const reserve = (id: string, options: { attempt?: number; headers?: Record<string, string | undefined>; quantity?: number } = {}): Promise<ConsumedRecord> =>
    fixture.command(fulfillment.ReserveStock, { reservationId: id, orderId: id, lines: [{ sku: 'SKU-BOOK', quantity: options.quantity ?? 1 }] }, { sagaId: id, step: 'reserve', ...options });
  const effects = (): Promise<number> => fixture.count('test_effect');

  it('is answered in its order, with headers that tie each reply to its command', async () => {
    const replies = await fixture.handle([await reserve('a'), await reserve('rejects-b'), await reserve('c', { headers: { traceparent: '00-trace-span-01' } })]);
    expect(replies.map(outcomeOf)).toEqual(['done', 'rejected OUT_OF_STOCK', 'done']);
    expect(replies[2]).toMatchObject({
      topic: 'fulfillment.replies.orders',
      key: Buffer.from('c'),
      headers: {
        ce_specversion: '1.0',
        ce_id: 'orders/c/reserve/do/0#done',
        ce_type: 'onward.fulfillment.StockReserved',
        ce_source: '/onward/fulfillment',
        ce_subject: 'c',
        ce_time: '2023-11-14T22:13:20.000000Z',
        ce_step: 'reserve',
        ce_attempt: '1',
        ce_action: 'do',
        ce_idempotencykey: 'orders/c/reserve/do/0',
        ce_causationid: 'c/reserve/do/0#1',
        ce_outcome: 'done',
        traceparent: '00-trace-span-01',
      },
    });
  });

  it('has each effect once and gives the same answer again, in one batch, a later one, and at a later attempt', async () => {
    const first = await fixture.handle([await reserve('a'), await reserve('a'), await reserve('rejects-b')]);
    const again = await fixture.handle([await reserve('rejects-b'), await reserve('a'), await reserve('a', { attempt: 2 })]);
    expect(first[1]).toEqual(first[0]);
    expect(again.slice(0, 2)).toEqual([first[2], first[0]]);
    expect([again[2]?.value, again[2]?.headers?.['ce_id'], again[2]?.headers?.['ce_attempt']]).toEqual([first[0]?.value, 'orders/a/reserve/do/0#done', '2']);
    expect([warehouse.runs, await effects(), (await fixture.takeAllEvents()).length]).toEqual([['a#1', 'rejects-b#1'], 2, 1]);
  });

  it('stores a failure for its attempt only, and leaves nothing of it behind', async () => {
    warehouse.failuresLeft = 1;
    const failedOnce = await fixture.handle([await reserve('a'), await reserve('fails-b'), await reserve('c')]);
    expect(failedOnce.map(outcomeOf)).toEqual(['done', 'failed WAREHOUSE_UNAVAILABLE', 'done']);
    expect(failedOnce[1]?.headers?.['ce_id']).toBe('orders/fails-b/reserve/do/0#1');
    expect(await effects()).toBe(2);

    expect(await fixture.handle([await reserve('fails-b')])).toEqual([failedOnce[1]]);
    const second = await fixture.handle([await reserve('fails-b', { attempt: 2 })]);
    expect([second.map(outcomeOf), await effects()]).toEqual([['done'], 3]);
    // The first attempt, again and late: what happened is what counts.
    expect((await fixture.handle([await reserve('fails-b')])).map(outcomeOf)).toEqual(['done']);
  });

  it.each(['throws', 'bad-sql', 'bad-write', 'unsendable', 'unsendable-write', 'bad-code'])('isolates a command whose handler %s: the others are carried out', async (id) => {
    const replies = await fixture.handle([await reserve('a'), await reserve(id), await reserve('c')]);
    expect(replies.map(outcomeOf)).toEqual(['done', 'failed INTERNAL', 'done']);
    expect(await effects()).toBe(2);
    expect(await fixture.handle([await reserve(id)])).toEqual([replies[1]]);
    expect(fixture.logged.map(({ message }) => message)).toContain('a handler threw; the command is answered as failed');
  });

  it('refuses a query that comes after its transaction', async () => {
    expect((await fixture.handle([await reserve('hurries')])).map(outcomeOf)).toEqual(['done']);
    await until(() => warehouse.refused.length === 1 || undefined, 'the late query');
    expect([warehouse.refused[0], await effects()]).toMatchObject([{ code: 'PARTICIPANT_TRANSACTION_LOST' }, 1]);
  });

  it('keeps the order of one saga', async () => {
    const release = await fixture.command(fulfillment.ReleaseStock, { reservationId: 'a', reason: 'test' }, { sagaId: 'a', step: 'reserve', action: 'undo' });
    await fixture.handle([await reserve('a'), release, await reserve('b')]);
    expect(warehouse.runs.indexOf('a#1')).toBeLessThan(warehouse.runs.indexOf('release a'));
  });

  it('is refused when the partition has a newer owner (R8)', async () => {
    await fixture.handle([await reserve('a')], 7);
    await expect(fixture.handle([await reserve('b')], 6)).rejects.toMatchObject({ code: 'PARTICIPANT_STALE_GENERATION' });
    expect(await effects()).toBe(1);
    // Each partition has its own owner.
    await fixture.handle([await reserve('c')], 6, 1);
    await fixture.handle([await reserve('d')], 7);
    expect(await effects()).toBe(3);
  });

  it('waits for the owner before it, and then sees what that one did (R8)', async () => {
    const slow = await fixture.rows.connect();
    await slow.query('BEGIN');
    await slow.query(`INSERT INTO onward_partition VALUES ('orders.commands.fulfillment', 0, 1)`);
    const handled = fixture.handle([await reserve('a')], 2);
    await until(async () => ((await fixture.count('pg_locks', 'NOT granted AND pid <> pg_backend_pid()')) > 0 ? true : undefined), 'the batch to wait');
    await slow.query('COMMIT');
    slow.release();
    expect((await handled).map(outcomeOf)).toEqual(['done']);
  });

  it('is tried again, and no command blamed, while the owner before it holds on to the partition (R8)', async () => {
    const slow = await fixture.rows.connect();
    await slow.query('BEGIN');
    await slow.query(`INSERT INTO onward_partition VALUES ('orders.commands.fulfillment', 0, 1)`);
    for (const batch of [[await reserve('a')], [await reserve('a'), await reserve('b')]]) {
      const refused = expect(fixture.handle(batch, 2)).rejects.toMatchObject({ code: 'PARTICIPANT_PARTITION_BUSY' });
      await until(async () => ((await fixture.count('pg_locks', 'NOT granted AND pid <> pg_backend_pid()')) > 0 ? true : undefined), 'the batch to wait');
      // The process is busy while the wait times out: that answer and those of the queries behind it are read together.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
      await refused;
    }
    expect(fixture.logged).toEqual([]);
    await slow.query('COMMIT');
    slow.release();
    expect((await fixture.handle([await reserve('a'), await reserve('b')], 2)).map(outcomeOf)).toEqual(['done', 'done']);
  });

  it('does not wait for ever when PostgreSQL falls silent in the middle of it, and is done when it comes again', async () => {
    const { proxy, url } = await SilentProxy.before(testStack().databases[fulfillmentContract.service] as string);
    const behind = await ParticipantFixture.openAt(url, fulfillmentContract, [warehouse]);
    try {
      await behind.rows.query(CREATE);
      warehouse.onReserve = () => proxy.silence();
      await expect(behind.handle([await reserve('a'), await reserve('b')])).rejects.toMatchObject({ code: 'PARTICIPANT_DATABASE_UNAVAILABLE' });
      warehouse.onReserve = () => undefined;
      proxy.heal();
      const replies = await until(async () => behind.handle([await reserve('a'), await reserve('b')]).catch(() => undefined), 'the batch to be done');
      expect([replies.map(outcomeOf), await behind.count('test_effect')]).toEqual([['done', 'done'], 2]);
    } finally {
      await behind.close();
      await proxy.close();
    }
  });

  it('quarantines what is no command and carries out the rest (I8)', async () => {
    const good = await reserve('a');
    const truncated = { ...good, value: (good.value as Buffer).subarray(0, 8) };
    const replies = await fixture.handle([
      { ...good, value: Buffer.from('no avro') },
      truncated,
      { ...good, value: Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0]), Buffer.from('x')]) },
      { ...good, value: null },
      await reserve('b', { headers: { ce_idempotencykey: undefined } }),
      await reserve('b', { headers: { ce_idempotencykey: 'others/b/reserve/do/0' } }),
      await reserve('b', { headers: { ce_attempt: '0' } }),
      await reserve('b', { headers: { ce_action: 'undo' } }),
      await fixture.command(fulfillment.ReleaseStock, { reservationId: 'b', reason: 'test' }, { sagaId: 'b', step: 'reserve', action: 'undo', headers: { ce_undoes: undefined } }),
      await reserve('b', { headers: { ce_type: 'onward.fulfillment.ShipParcel' } }),
      await reserve('b', { headers: { ce_step: 'a\0b' } }),
      { ...(await reserve('b')), key: Buffer.from('another') },
      good,
    ]);
    expect(replies.map(outcomeOf)).toEqual([
      'quarantined NOT_REGISTRY_FRAMED',
      'quarantined NOT_THIS_AVRO',
      'quarantined UNKNOWN_SCHEMA_ID',
      'quarantined VALUE_MISSING',
      'quarantined HEADER_MISSING',
      'quarantined HEADER_INVALID',
      'quarantined HEADER_INVALID',
      'quarantined HEADER_INVALID',
      'quarantined HEADER_MISSING',
      'quarantined HEADER_INVALID',
      'quarantined HEADER_INVALID',
      'quarantined KEY_MISMATCH',
      'done',
    ]);
    expect(replies[4]?.headers?.['onward_reason']).toContain('ce_idempotencykey');
    expect(replies[1]).toMatchObject({ topic: 'fulfillment.quarantine', value: truncated.value });
  });

  it('quarantines another command under a key that was answered', async () => {
    const [first] = await fixture.handle([await reserve('a')]);
    expect((await fixture.handle([await reserve('a', { quantity: 2 }), await reserve('a')])).map(outcomeOf)).toEqual(['quarantined IDEMPOTENCY_KEY_REUSED', 'done']);
    expect((await fixture.handle([await reserve('a')]))[0]).toEqual(first);
  });

  it('passes on what led to a refusal', async () => {
    const shipTo = { name: 'A', line1: 'B', line2: null, postcode: '1', city: 'C', country: 'DE' };
    const quote = await fixture.command(fulfillment.QuoteShipping, { orderId: 'a', lines: [], shipTo }, { sagaId: 'a', step: 'quote' });
    const [reply] = await fixture.handle([quote]);
    expect(CommandRejected.decode((reply?.value as Buffer).subarray(5))).toEqual({ code: 'DESTINATION_NOT_SERVED', message: 'No carrier goes there.', causes: [CARRIER_SAYS_NO] });
  });

  it('forgets answers after the dedupe window, and only then', async () => {
    await fixture.handle([await reserve('a'), await reserve('b')]);
    await fixture.rows.query(`UPDATE onward_inbox SET stored_at = now() - interval '401 days' WHERE idempotency_key LIKE 'orders/a/%'`);
    expect(await pruneInbox(fixture.database)).toBe(1);
    expect(await fixture.count('onward_inbox', `idempotency_key LIKE 'orders/b/%'`)).toBe(1);
  });
});
