import { createHash } from 'node:crypto';
import { quarantineRecord } from '@onward/kafka';
import type { RunningService } from '@onward/platform';
import { AuditFixture } from '../../../test/support/audit-fixture.js';
import { until } from '../../../test/support/kafka-fixture.js';
import { testStack } from '../../../test/support/stack.js';

const stack = testStack();

describe('the audit service', () => {
  let audit: AuditFixture;
  let service: RunningService;
  beforeAll(async () => {
    audit = await AuditFixture.open(stack);
    service = await audit.start();
  });
  afterAll(() => audit.close());

  const entriesOf = (sagaId: string, count: number) =>
    until(async () => {
      const found = (await audit.entries()).filter((entry) => entry.sagaId === sagaId);
      return found.length >= count ? found : undefined;
    }, `${count} entries about ${sagaId}`);
  const get = async (path: string, role: 'nobody' | 'operator' | 'auditor' = 'auditor') => {
    const response = await fetch(`${service.url}${path}`, role === 'nobody' ? {} : { headers: { authorization: `Bearer ${stack.tokens[role]}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const trail = (sagaId: string, count: number, query = '') =>
    until(async () => {
      const answer = await get(`/audit/sagas/${encodeURIComponent(sagaId)}${query}`);
      return answer.status === 200 && (answer.body['entries'] as unknown[]).length >= count ? answer.body : undefined;
    }, `${count} indexed entries about ${sagaId}`);

  it('writes one entry a transition, with the hashes of the state and of the fact', async () => {
    const first = await audit.transition('s-1', 1, { stateHashAfter: Buffer.from('after') });
    await audit.kafka.send([first, await audit.transition('s-1', 2, { stateHashBefore: Buffer.from('after'), cause: { kind: 'reply', id: 'reply-1', topic: null, partition: null, offset: null } })]);
    const [one, two] = await entriesOf('s-1', 2);
    expect(one).toMatchObject({
      actor: audit.names.orders,
      action: 'SagaStarted',
      step: 'reserve',
      sourceSequence: 1,
      stateHashBefore: null,
      stateHashAfter: Buffer.from('after'),
      sourceTopic: `${audit.names.orders}.events`,
      sourcePartition: first.partition,
      eventId: 's-1/1',
      traceparent: '00-a-b-01',
      factHash: createHash('sha256').update(first.value as Buffer).digest(),
    });
    expect(two).toMatchObject({ action: 'StepDone', sourceSequence: 2, causationId: 'reply-1', sequence: (one?.sequence ?? 0) + 1 });
  });

  it('drops an event that a participant sends again, and takes those of other partitions in any order', async () => {
    const sagas = ['s-2a', 's-2b', 's-2c', 's-2d'];
    const events = await Promise.all(sagas.map((sagaId, index) => audit.event(sagaId, index + 1)));
    await audit.kafka.send([...events.toReversed(), ...events]);
    for (const sagaId of sagas) await entriesOf(sagaId, 1);
    await audit.kafka.send([...events, await audit.event('s-2e', 5)]);
    await entriesOf('s-2e', 1);
    const told = (await audit.entries()).filter(({ actor }) => actor === audit.names.payment);
    expect(told.map(({ sourceSequence }) => sourceSequence).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(told[0]).toMatchObject({ action: 'PaymentCaptured', causationId: expect.stringMatching(/^cause-/) as string });
  });

  it('gives a fact that cannot be decoded an entry with its hash and its origin', async () => {
    const broken = { ...(await audit.event('s-3', 6)), value: Buffer.from('not avro') };
    const unknownSchema = { ...(await audit.event('s-3', 7)), value: Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]) };
    const whole = await audit.event('s-3', 8);
    await audit.kafka.send([broken, unknownSchema, { ...whole, value: (whole.value as Buffer).subarray(0, 8) }, await audit.event('s-3', 9)]);
    const found = await entriesOf('s-3', 4);
    expect(found.map(({ action, sourceSequence }) => [action, sourceSequence])).toEqual([['undecodable', 6], ['undecodable', 7], ['undecodable', 8], ['PaymentCaptured', 9]]);
    expect(found[0]).toMatchObject({ factHash: createHash('sha256').update('not avro').digest(), schemaId: null });
    expect(found[1]).toMatchObject({ schemaId: 0x7fffffff });
  });

  it('takes note of what was quarantined, whatever its bytes are, and why', async () => {
    const record = { topic: `client.commands.${audit.names.orders}`, partition: 1, offset: 9n, timestampMs: 0, key: Buffer.from('s-4\0'), value: Buffer.from([1, 2, 3]), headers: {} };
    const target = { topic: `${audit.names.orders}.quarantine`, partitionCount: 4 };
    await audit.kafka.send([quarantineRecord(record, { code: 'NOT_THIS_AVRO', message: 'It is cut off.' }, target)]);
    const [entry] = await entriesOf('s-4\0', 1);
    expect(entry).toMatchObject({ action: 'quarantined', actor: audit.names.orders, detail: `NOT_THIS_AVRO: It is cut off. (from ${record.topic}/1 at 9)` });
  });

  it('answers a saga\'s trail in order, a page at a time', async () => {
    await audit.kafka.send(await Promise.all([1, 2, 3].map((sequence) => audit.transition('s/5 ü', sequence))));
    const whole = await trail('s/5 ü', 3);
    expect(whole).toMatchObject({ sagaId: 's/5 ü', nextAfter: null });
    const entries = whole['entries'] as { sequence: number; factHash: string }[];
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map(({ sequence }) => sequence).sort((a, b) => a - b));
    expect(entries[0]?.factHash).toMatch(/^[0-9a-f]{64}$/);
    const firstPage = await trail('s/5 ü', 2, '?limit=2');
    expect(firstPage).toMatchObject({ nextAfter: entries[1]?.sequence });
    const secondPage = await trail('s/5 ü', 1, `?limit=2&after=${String(firstPage['nextAfter'])}`);
    expect(secondPage['entries']).toEqual([entries[2]]);
  });

  it('answers auditors only', async () => {
    expect((await get('/audit/sagas/s-1', 'nobody')).status).toBe(401);
    expect((await get('/audit/sagas/s-1', 'operator')).status).toBe(403);
    expect(await get('/audit/sagas/nobody')).toMatchObject({ status: 404, body: { error: { code: 'AUDIT_SAGA_UNKNOWN' } } });
    expect(await get('/audit/sagas/s-1?limit=0')).toMatchObject({ status: 400, body: { error: { code: 'AUDIT_QUERY_INVALID' } } });
  });

  it('builds its index again when it is lost', async () => {
    const before = await trail('s-1', 2);
    await audit.rows.query('truncate audit_entry, log_position');
    const second = await audit.start('1');
    const after = await trail('s-1', 2);
    expect(after['entries']).toEqual(before['entries']);
    expect(await second.stop()).toBe(true);
  });
});
