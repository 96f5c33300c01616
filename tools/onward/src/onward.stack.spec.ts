import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditEntry, PlaceOrder, SagaOutcome, SagaStuck, SagaTransition, type TransitionEvent } from '@onward/contracts';
import { AvroRegistry, partitionFor, type OutboundRecord } from '@onward/kafka';
import { KafkaFixture } from '../../../test/support/kafka-fixture.js';
import { testStack } from '../../../test/support/stack.js';
import { runCli } from './program.js';
import { publishCommand } from './publish/publish.js';
import { prepareCommand } from './publish/start-command.js';
import { readAuditLog } from './read/audit-log.js';
import { awaitOutcome, outcomePlace } from './read/outcome.js';
import { readCommandFile } from './publish/command-file.js';

const stack = testStack();
const registryConnection = { url: stack.registryUrl, ...stack.registry };
const registry = new AvroRegistry(registryConnection);
const PARTITIONS = 4;
const AT = Date.UTC(2026, 2, 1, 9, 30) * 1000;

let kafka: KafkaFixture;
/** An orchestrator of this spec's own: its topics are named as any orchestrator's. */
const domain = stack.unique('cli').replaceAll('.', '-');

beforeAll(async () => {
  kafka = await KafkaFixture.open(stack);
  const topics = [`${domain}.events`, `${domain}.state`, `${domain}.outcomes.client`, `client.commands.${domain}`];
  await kafka.admin.createTopics({
    waitForLeaders: true,
    topics: [...topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })), { topic: `${domain}.log`, numPartitions: 1, replicationFactor: 1 }],
  });
});
afterAll(() => kafka.close());

async function onward(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const { username, password } = stack.kafka('admin').sasl;
  const exitCode = await runCli(args, {
    environment: {
      ONWARD_BROKERS: stack.brokers.join(','),
      ONWARD_SASL_USERNAME: username,
      ONWARD_SASL_PASSWORD: password,
      ONWARD_REGISTRY_URL: stack.registryUrl,
      ONWARD_REGISTRY_USERNAME: stack.registry.username,
      ONWARD_REGISTRY_PASSWORD: stack.registry.password,
    },
    folder: '/',
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}

const keyed = (topic: string, key: string, value: Buffer | null): OutboundRecord => ({ topic, key: Buffer.from(key), value, partition: partitionFor(key, PARTITIONS) });
const event = (kind: string, fields: Partial<TransitionEvent> = {}) => ({ kind, ...fields }) as TransitionEvent;

describe('onward show', () => {
  it('tells a saga from its events, and only that one', async () => {
    const encode = await registry.encoder(`${domain}.events`, SagaTransition);
    const transition = (sagaId: string, sequence: number, ...events: TransitionEvent[]) =>
      keyed(
        `${domain}.events`,
        sagaId,
        encode({ sagaId, sagaType: 'place-order', planVersion: 1, engineVersion: 1, sequence, at: AT + sequence, cause: { kind: 'reply' }, events } as unknown as SagaTransition),
      );
    await kafka.send([
      transition('order-1', 1, event('SagaStarted'), event('CommandSent', { step: 'reserve', action: 'do', attempt: 1, participant: 'fulfillment' })),
      transition('order-2', 1, event('SagaStarted')),
      transition('order-1', 2, event('StepDone', { step: 'reserve', attempt: 1 }), event('SagaCompleted')),
    ]);
    const shown = await onward('show', 'order-1', '--domain', domain);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown.stdout).toContain('order-1  place-order v1  completed');
    expect(shown.stdout).toContain('✓ reserve: done');
    const { stdout } = await onward('show', 'order-2', '--domain', domain, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ sagaId: 'order-2', status: 'running', transitions: 1 });
  });

  it('ends with 5 for a saga that is not there', async () => {
    expect(await onward('show', 'order-none', '--domain', domain)).toMatchObject({ exitCode: 5, stdout: '' });
  });

  it('says which topic is missing for a domain that is not there', async () => {
    const { exitCode, stderr } = await onward('show', 'order-1', '--domain', 'nowhere');
    expect(exitCode).toBe(1);
    expect(stderr).toBe('There is no topic nowhere.events that this principal may see. Make the topics and rights with `onward topology apply`.\n');
  });
});

describe('onward list', () => {
  it('shows the latest state of every saga that is not forgotten, open ones by a schema it never saw', async () => {
    const topic = `${domain}.state`;
    const name = `onward.${domain.replaceAll('-', '_')}.snapshot.ShipTwiceV3`;
    const failure = { name: 'stuck', type: ['null', 'string'], default: null };
    const list = (of: string, items: string) => ({ name: of, type: { type: 'array', items } });
    const long = (of: string) => ({ name: of, type: 'long' });
    const head = [{ name: 'sagaId', type: 'string' }, long('sequence'), long('startedAt'), long('lastAt'), { name: 'startHash', type: 'bytes' }, list('commandIds', 'string'), list('deferred', 'bytes'), { ...failure, name: 'compensating' }, failure];
    const id = await registry.register(topic, { name, schema: { type: 'record', name, fields: head } });
    const type = await registry.writerType(id);
    const snapshot = (sagaId: string, lastAt: number, stuck: string | null = null): OutboundRecord => {
      const header = Buffer.alloc(5);
      header.writeInt32BE(id, 1);
      const value = { sagaId, sequence: 1, startedAt: AT, lastAt, startHash: Buffer.alloc(0), commandIds: [], deferred: [], stuck, compensating: null };
      return keyed(topic, sagaId, Buffer.concat([header, type!.toBuffer(value)]));
    };
    await kafka.send([snapshot('a', AT), snapshot('b', AT + 1e6), snapshot('a', AT + 2e6, 'why'), snapshot('gone', AT), keyed(topic, 'gone', null)]);
    const { stdout, exitCode } = await onward('list', '--domain', domain);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['SAGA', 'TYPE', 'STATUS', 'OUTCOME', 'UPDATED (UTC)'],
      ['a', 'ship-twice v3', 'stuck', '-', '2026-03-01 09:30:02.000'],
      ['b', 'ship-twice v3', 'running', '-', '2026-03-01 09:30:01.000'],
      [''],
    ]);
    const json = await onward('list', '--domain', domain, '--status', 'stuck', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ sagaId: 'a', status: 'stuck' });
  });
});

describe('publishing and waiting', () => {
  it('sends the command as a CloudEvent to its saga\'s partition, and finds the outcome that answers it', async () => {
    const order = prepareCommand(PlaceOrder, readCommandFile(new URL('../../../test/fixtures/order-ok.json', import.meta.url).pathname));
    const place = await outcomePlace(kafka.cluster, domain, order.sagaId);
    const published = await publishCommand(kafka.cluster, registryConnection, { service: domain, type: PlaceOrder }, order);
    const [sent] = await kafka.read(`client.commands.${domain}`);
    expect(sent).toMatchObject({ partition: partitionFor(order.sagaId, PARTITIONS), offset: published.offset, key: Buffer.from(order.sagaId) });
    expect(Object.fromEntries(Object.entries(sent!.headers).map(([name, value]) => [name, String(value)]))).toMatchObject({
      ce_specversion: '1.0',
      ce_id: published.commandId,
      ce_type: 'onward.orders.PlaceOrder',
      ce_source: '/onward/client',
      ce_subject: order.sagaId,
    });

    const failure = { code: 'CARD_DECLINED', message: 'No.', kind: 'rejected', step: 'authorize', attempt: 1, participant: 'payment', causes: [] };
    const common = { sagaId: order.sagaId, sagaType: 'place-order', planVersion: 1, at: AT };
    const outcome = await registry.encoder(place.topic, SagaOutcome);
    const stuck = await registry.encoder(place.topic, SagaStuck);
    const answer = (commandId: string, word: string) => outcome({ ...common, commandId, outcome: word, result: null, resultType: null, failure });
    await kafka.send([
      keyed(place.topic, order.sagaId, answer('of-another-command', 'rejected')),
      keyed(place.topic, order.sagaId, stuck({ ...common, commandId: published.commandId, failure })),
      keyed(place.topic, order.sagaId, answer(published.commandId, 'compensated')),
    ]);
    const notices: SagaStuck[] = [];
    const found = await awaitOutcome(kafka.cluster, registry, place, published, (notice) => notices.push(notice), AbortSignal.timeout(20_000));
    expect(found).toMatchObject({ outcome: 'compensated', failure: { code: 'CARD_DECLINED' } });
    expect(notices).toHaveLength(1);
  });

  it('stops waiting when the time has passed', async () => {
    const place = await outcomePlace(kafka.cluster, domain, 'order-1');
    const waiting = awaitOutcome(kafka.cluster, registry, place, { sagaId: 'order-1', commandId: 'c' }, () => undefined, AbortSignal.timeout(50));
    expect(await waiting).toBeUndefined();
  });
});

describe('onward audit tail', () => {
  const sequences = async (reading: Parameters<typeof readAuditLog>[3]): Promise<number[]> => {
    const found: number[] = [];
    for await (const entry of readAuditLog(kafka.cluster, registry, domain, reading)) found.push(entry.sequence);
    return found;
  };

  it('begins at the last entries, at a number, or at the beginning', async () => {
    const encode = await registry.encoder(`${domain}.log`, AuditEntry);
    const entries = Array.from({ length: 10 }, (_item, index) =>
      encode({ sequence: index + 1, factTime: AT, sequencedAt: AT, actor: 'orders', action: 'SagaStarted', sourceTopic: 'orders.events', sourcePartition: 0, sourceOffset: index } as unknown as AuditEntry),
    );
    await kafka.send(entries.map((value) => ({ topic: `${domain}.log`, partition: 0, key: null, value })));
    expect(await sequences({ start: { kind: 'last', count: 3 }, follow: false })).toEqual([8, 9, 10]);
    expect(await sequences({ start: { kind: 'last', count: 50 }, follow: false })).toHaveLength(10);
    expect(await sequences({ start: { kind: 'sequence', sequence: 4 }, limit: 2, follow: false })).toEqual([4, 5]);
    expect(await sequences({ start: { kind: 'sequence', sequence: 0 }, follow: false })).toHaveLength(10);
    expect(await sequences({ start: { kind: 'sequence', sequence: 99 }, follow: false })).toEqual([]);
    expect(await sequences({ start: { kind: 'last', count: 2 }, limit: 2, follow: true })).toEqual([9, 10]);
  });
});

describe('onward topology', () => {
  it('shows what is missing, makes it, and leaves alone what is there', async () => {
    const [orders, payment] = [stack.unique('o'), stack.unique('p')];
    const file = join(mkdtempSync(join(tmpdir(), 'onward-topology-')), 'topology.yaml');
    writeFileSync(file, `services:\n  ${orders}: { kind: orchestrator }\n  ${payment}: { kind: participant }\nlinks:\n  - { from: ${orders}, to: ${payment} }\n`);
    await kafka.admin.createTopics({ waitForLeaders: true, topics: [{ topic: `${payment}.events`, numPartitions: 7, replicationFactor: 1 }] });
    const run = async (verb: string) => JSON.parse((await onward('topology', verb, '--topology', file, '--partitions', '2', '--json')).stdout) as Record<string, { name: string; topic: string; found: string }[]>;

    const before = await run('diff');
    expect(before['missingTopics']?.map(({ name }) => name)).toContain(`${orders}.events`);
    expect(before['missingAcls']?.length).toBeGreaterThan(0);
    expect(await run('apply')).toMatchObject({ applied: true, missingTopics: before['missingTopics'] });

    const after = await run('diff');
    expect(after).toMatchObject({ missingTopics: [], missingAcls: [] });
    expect(after['differing']).toContainEqual({ topic: `${payment}.events`, what: 'partitions', wanted: '2', found: '7' });
    const text = await onward('topology', 'diff', '--topology', file, '--partitions', '2');
    expect(text.stdout).toContain('topics that differ (left as they are):');
  });
});

describe('connecting', () => {
  it('says in a sentence that a password is wrong', async () => {
    let stderr = '';
    const environment = { ONWARD_BROKERS: stack.brokers.join(','), ONWARD_SASL_USERNAME: 'operator', ONWARD_SASL_PASSWORD: 'wrong', ONWARD_REGISTRY_URL: stack.registryUrl };
    const exitCode = await runCli(['list'], { environment, folder: '/', stdout: { write: () => undefined }, stderr: { write: (text) => void (stderr += text) } });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^The broker does not take this principal's password\. .*\n$/);
  });

  it('says in a sentence that a right is missing', async () => {
    let stderr = '';
    const { username, password } = stack.kafka('client').sasl;
    const environment = { ONWARD_BROKERS: stack.brokers.join(','), ONWARD_SASL_USERNAME: username, ONWARD_SASL_PASSWORD: password, ONWARD_REGISTRY_URL: stack.registryUrl };
    const exitCode = await runCli(['list'], { environment, folder: '/', stdout: { write: () => undefined }, stderr: { write: (text) => void (stderr += text) } });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no right to do that with topic orders.state');
  });
});
