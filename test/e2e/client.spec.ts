import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CancelSaga, PlaceOrder } from '@onward/contracts';
import { frame, partitionFor } from '@onward/kafka';
import { run, runOnward, type Finished } from './support/command-line.js';
import { outboxesDrained, readEffects } from './support/effects.js';
import { eventually } from './support/eventually.js';
import { fixturePath, order, type OrderKind } from './support/orders.js';
import { COMMANDS, commandIdOf, Suite } from './support/suite.js';

/** What becomes of an order's goods; there are none of a product that nobody has. */
const RESERVATIONS: Partial<Record<OrderKind, string>> = { ok: 'shipped', declined: 'released' };

describe('what a client of the suite sees', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start();
  }, 180_000);
  afterAll(() => suite.stop(), 60_000);

  const parsed = (finished: Finished): Record<string, unknown> => JSON.parse(finished.stdout.trim().split('\n').at(-1) as string) as Record<string, unknown>;

  describe('on the command line', () => {
    const declined = expect.objectContaining({ code: 'CARD_DECLINED', step: 'authorize', participant: 'payment', kind: 'rejected' });
    it.each<[OrderKind, number, Record<string, unknown>]>([
      ['ok', 0, { outcome: 'completed', failure: null }],
      ['declined', 3, { outcome: 'compensated', failure: expect.objectContaining({ code: 'CARD_DECLINED', step: 'settle', participant: 'orders', kind: 'rejected', causes: [declined] }) }],
      ['unknown-product', 3, { outcome: 'compensated', failure: expect.objectContaining({ code: 'UNKNOWN_PRODUCT', step: 'reserve', participant: 'fulfillment', kind: 'rejected' }) }],
    ])('an order %s ends with exit status %d and says how', async (kind, exitCode, outcome) => {
      const id = `cli-${kind}`;
      const finished = await runOnward(suite.home, 'publish', 'PlaceOrder', '--file', fixturePath(kind), '--id', id, '--wait', '--json');
      expect({ exitCode: finished.exitCode, stderr: finished.stderr }).toEqual({ exitCode, stderr: '' });
      expect(parsed(finished)).toMatchObject({ sagaId: id, ...outcome });
      const { reservations } = await readEffects(suite.stack);
      expect(reservations.get(id)).toBe(RESERVATIONS[kind]);
    }, 60_000);

    it('a saga is shown step by step, with its failure as a tree', async () => {
      const shown = await runOnward(suite.home, 'show', 'cli-declined');
      expect(shown.exitCode).toBe(0);
      for (const text of ['reserve', 'settle', 'authorize', 'CARD_DECLINED', 'compensated']) expect(shown.stdout).toContain(text);
      const listed = await runOnward(suite.home, 'list');
      for (const id of ['cli-ok', 'cli-ok/settle', 'cli-declined', 'cli-unknown-product']) expect(listed.stdout).toContain(id);
      expect((await runOnward(suite.home, 'show', 'nobody')).exitCode).toBe(5);
    }, 60_000);

    it('a wrong field is named and nothing is sent', async () => {
      const file = join(suite.home, 'wrong.json');
      await writeFile(file, JSON.stringify({ ...order('ok', 'wrong'), total: { amountMinor: 'many', currency: 'EUR' } }));
      const finished = await runOnward(suite.home, 'publish', 'PlaceOrder', '--file', file);
      expect(finished.exitCode).toBe(2);
      expect(finished.stderr).toContain('total.amountMinor');
    }, 30_000);
  });

  it('every transition and domain fact of an order and of its payment is in the audit trail, each once, in the order of its source (I6)', async () => {
    await outboxesDrained(suite.stack);
    const { http, tokens } = suite.stack.coordinates;
    const urlOf = (sagaId: string): string => `${http['audit'] as string}/audit/sagas/${encodeURIComponent(sagaId)}`;
    expect((await fetch(urlOf('cli-ok'))).status).toBe(401);
    expect((await fetch(urlOf('cli-ok'), { headers: { authorization: `Bearer ${tokens['viewer'] as string}` } })).status).toBe(403);
    const trail = async (sagaId: string) => {
      const response = await fetch(urlOf(sagaId), { headers: { authorization: `Bearer ${tokens['auditor'] as string}` } });
      expect(response.status).toBe(200);
      return (await response.json()) as { entries: { sourceTopic: string; action: string; sequence: number }[] };
    };
    const entriesOf = async (sagaId: string, count: number) => {
      const entries = await eventually(async () => (await trail(sagaId)).entries, (found) => found.length >= count);
      expect(entries.map((e) => e.sequence)).toEqual([...entries.map((e) => e.sequence)].sort((a, b) => a - b));
      const from = (topic: string) => entries.filter((e) => e.sourceTopic === topic).length;
      return { orders: from('orders.events'), payment: from('payment.events'), fulfillment: from('fulfillment.events'), all: entries.length };
    };
    // Transitions of the order: start, grace, and one a reply of five; its payment: start and one a reply of two.
    expect(await entriesOf('cli-ok', 9)).toEqual({ orders: 7, payment: 0, fulfillment: 2, all: 9 });
    expect(await entriesOf('cli-ok/settle', 5)).toEqual({ orders: 3, payment: 2, fulfillment: 0, all: 5 });
  }, 60_000);

  it('a foreign client runs an order like any other, and another client its duplicate', async () => {
    const page = await readFile(fileURLToPath(new URL('../../docs/guide/publish-from-anywhere.md', import.meta.url)), 'utf8');
    const snippet = /```python\n([\s\S]*?)```/.exec(page)?.[1];
    const install = /`pip install "([^"]+)"`/.exec(page)?.[1];
    if (snippet === undefined || install === undefined) throw new Error('The page has lost its snippet.');
    const script = join(suite.home, 'publish.py');
    await writeFile(script, snippet);
    const venv = join(suite.home, 'venv');
    for (const [command, ...args] of [['python3', '-m', 'venv', venv], [join(venv, 'bin/pip'), 'install', '--quiet', install]] as const) {
      const finished = await run(command, args, { cwd: suite.home });
      if (finished.exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${finished.stderr}`);
    }
    const { brokers, principals, registryUrl, registry } = suite.stack.coordinates;
    const client = principals['client'] as { username: string; password: string };
    const env = {
      ONWARD_BROKERS: brokers.join(','),
      ONWARD_SASL_USERNAME: client.username,
      ONWARD_SASL_PASSWORD: client.password,
      ONWARD_REGISTRY_URL: registryUrl,
      ONWARD_REGISTRY_USERNAME: registry.username,
      ONWARD_REGISTRY_PASSWORD: registry.password,
    };
    // Enough orders that librdkafka's partitioner puts some elsewhere than murmur2 does.
    const ids = Array.from({ length: 6 }, (_, i) => `python-${i}`);
    for (const id of ids) {
      const file = join(suite.home, `${id}.json`);
      await writeFile(file, JSON.stringify(order('ok', id)));
      const finished = await run(join(venv, 'bin/python'), [script, file], { cwd: suite.home, env });
      expect({ exitCode: finished.exitCode, stderr: finished.stderr }).toEqual({ exitCode: 0, stderr: `${id} published\n` });
      expect(parsed(finished)).toMatchObject({ sagaId: id, outcome: 'completed' });
    }
    expect((await suite.readAll('orders.reroutes.orders')).length).toBeGreaterThan(0);

    await suite.publish(ids.map((id) => order('ok', id)));
    const outcomes = await suite.allOutcomes(ids.map(commandIdOf));
    for (const id of ids) expect(outcomes.get(commandIdOf(id))).toEqual([expect.objectContaining({ sagaId: id, outcome: 'completed' })]);
    const { shipments } = await readEffects(suite.stack);
    for (const id of ids) expect(shipments.filter((s) => s === id)).toHaveLength(1);
  }, 240_000);

  it('the same id with other content is refused, and the saga is as it was', async () => {
    await suite.publish([order('ok', 'conflict')]);
    await suite.allOutcomes([commandIdOf('conflict')]);
    const other = { ...order('ok', 'conflict'), customerId: 'somebody-else' };
    const key = Buffer.from('conflict');
    const encode = await suite.registry.encoder(COMMANDS, PlaceOrder);
    await suite.publishRaw({ topic: COMMANDS, partition: partitionFor(key, 4), key, value: encode(other), headers: { ce_id: 'conflict-2' } });
    const outcomes = await suite.allOutcomes(['conflict-2']);
    expect(outcomes.get('conflict-2')).toEqual([expect.objectContaining({ outcome: 'rejected', failure: expect.objectContaining({ code: 'START_CONFLICT' }) })]);
  }, 60_000);

  it('a cancel of a saga that nobody knows is refused', async () => {
    const key = Buffer.from('nobody-knows-me');
    const encode = await suite.registry.encoder(COMMANDS, CancelSaga);
    await suite.publishRaw({ topic: COMMANDS, partition: partitionFor(key, 4), key, value: encode({ sagaId: 'nobody-knows-me', reason: 'test' }), headers: { ce_id: 'cancel-1' } });
    const outcomes = await suite.allOutcomes(['cancel-1']);
    expect(outcomes.get('cancel-1')).toEqual([expect.objectContaining({ outcome: 'rejected', failure: expect.objectContaining({ code: 'CANCEL_OF_UNKNOWN_SAGA' }) })]);
  }, 60_000);

  it('what cannot be read is quarantined with its bytes and the reason, and the partition goes on (I8)', async () => {
    const encode = await suite.registry.encoder(COMMANDS, PlaceOrder);
    const good = encode(order('ok', 'poison-neighbour'));
    const key = Buffer.from('poison-neighbour');
    const partition = partitionFor(key, 4);
    const send = (value: Buffer | null, name: string, ownKey: Buffer | null = key) => suite.publishRaw({ topic: COMMANDS, partition, key: ownKey, value, headers: { ce_id: `poison-${name}` } });
    await send(Buffer.from('not avro at all'), 'junk');
    await send(frame(2_000_000_001, Buffer.from('x')), 'unknown-id');
    await send(good.subarray(0, good.length - 3), 'truncated');
    await send(null, 'no-value');
    await send(good, 'no-key', null);
    await send(Buffer.alloc(0), 'empty');
    await suite.publish([order('ok', 'poison-neighbour')]);
    const outcomes = await suite.allOutcomes([commandIdOf('poison-neighbour')]);
    expect(outcomes.get(commandIdOf('poison-neighbour'))).toEqual([expect.objectContaining({ outcome: 'completed' })]);
    const quarantined = (await suite.readAll('orders.quarantine')).filter((r) => r.headers['ce_id']?.toString().startsWith('poison-'));
    expect(Object.fromEntries(quarantined.map((r) => [r.headers['ce_id']?.toString(), r.headers['onward_reason_code']?.toString()]))).toEqual({
      'poison-junk': 'NOT_REGISTRY_FRAMED',
      'poison-unknown-id': 'UNKNOWN_SCHEMA_ID',
      'poison-truncated': 'NOT_THIS_AVRO',
      'poison-no-value': 'VALUE_MISSING',
      'poison-no-key': 'KEY_INVALID',
      'poison-empty': 'NOT_REGISTRY_FRAMED',
    });
    expect(quarantined.find((r) => r.headers['ce_id']?.toString() === 'poison-junk')?.value).toEqual(Buffer.from('not avro at all'));
  }, 60_000);

  it('running services go on while the registry is away, and what needs it waits (R14)', async () => {
    await suite.stack.kill9('registry');
    await suite.publish([order('ok', 'no-registry')]);
    const outcomes = await suite.allOutcomes([commandIdOf('no-registry')]);
    expect(outcomes.get(commandIdOf('no-registry'))).toEqual([expect.objectContaining({ outcome: 'completed' })]);
    const waiting = order('ok', 'waits-for-registry');
    const key = Buffer.from(waiting.orderId);
    await suite.publishRaw({ topic: COMMANDS, partition: partitionFor(key, 4), key, value: frame(2_000_000_002, Buffer.from('x')), headers: { ce_id: 'waits-for-registry' } });
    await suite.publish([waiting]);
    await suite.stack.start('registry');
    await suite.allOutcomes([commandIdOf(waiting.orderId)]);
    const quarantined = (await suite.readAll('orders.quarantine')).filter((r) => r.headers['ce_id']?.toString() === 'waits-for-registry');
    expect(quarantined.map((r) => r.headers['onward_reason_code']?.toString())).toEqual(['UNKNOWN_SCHEMA_ID']);
  }, 120_000);
});
