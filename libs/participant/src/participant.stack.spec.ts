import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payment, paymentContract, PaymentVoided, type ServiceContract, type VoidPayment } from '@onward/contracts';
import { AvroRegistry, loadTopology, partitionFor, type ConsumedRecord, type OutboundRecord } from '@onward/kafka';
import { KafkaFixture, until } from '../../../test/support/kafka-fixture.js';
import { PARTITIONS } from '../../../test/support/participant-fixture.js';
import { SilentProxy } from '../../../test/support/silent-proxy.js';
import { testStack } from '../../../test/support/stack.js';
import { done, HandleCommand, openParticipant, Participant, type CommandContext, type OpenParticipant, type Reply } from './index.js';

jest.setTimeout(60_000);

/** A participant without tables of its own: inbox, outbox and one handler. */
@Participant()
class Voids {
  readonly handled: string[] = [];

  @HandleCommand(payment.VoidPayment)
  async void({ paymentId }: VoidPayment, { emit, now }: CommandContext): Promise<Reply<typeof payment.VoidPayment>> {
    this.handled.push(paymentId);
    const value: PaymentVoided = { paymentId, authorizationId: null, voidedAt: now };
    emit(PaymentVoided, paymentId, value);
    return done(value);
  }
}


describe('a participant on Kafka', () => {
  let kafka: KafkaFixture;
  let folder: string;
  let contract: ServiceContract;
  let commands: string;
  const running: { participant: OpenParticipant; handler: Voids }[] = [];
  const failures: unknown[] = [];
  const retried: unknown[] = [];
  const stack = testStack();
  const registry = new AvroRegistry({ url: stack.registryUrl, ...stack.registry });

  beforeAll(async () => {
    kafka = await KafkaFixture.open(stack);
    const service = stack.unique('voids');
    contract = { ...paymentContract, service, commands: { [payment.VoidPayment.name]: payment.VoidPayment }, events: [PaymentVoided] };
    folder = await mkdtemp(join(tmpdir(), 'onward-'));
    const file = join(folder, 'topology.yaml');
    await writeFile(file, `services:\n  orders: { kind: orchestrator }\n  ${service}: { kind: participant }\nlinks:\n  - { from: orders, to: ${service} }\n`);
    commands = `orders.commands.${service}`;
    const own = loadTopology([file]).topics(PARTITIONS).filter(({ name }) => name.includes(service));
    await kafka.admin.createTopics({
      topics: own.map(({ name, partitions, config }) => ({ topic: name, numPartitions: partitions, replicationFactor: 1, configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })) })),
    });
  });
  afterAll(async () => {
    const last = running.at(-1)?.participant ?? (await start()).participant;
    await last.database.transaction((tx) => tx.script(`DROP SCHEMA ${last.database.schema} CASCADE`));
    await Promise.all(running.splice(0).map(stop));
    await kafka.close();
    await rm(folder, { recursive: true });
  });

  async function start(instance = '0', databaseUrl = stack.databases['payment'] as string): Promise<{ participant: OpenParticipant; handler: Voids }> {
    const handler = new Voids();
    const log = { info: () => undefined, warn: (fields: object) => void retried.push(fields), error: () => undefined, fatal: (fields: object) => void failures.push(fields) };
    const participant = await openParticipant({
      contract,
      handlers: [handler],
      migrations: [],
      kafka: stack.kafka('admin'),
      registry: { url: stack.registryUrl, ...stack.registry },
      databaseUrl,
      topologyFiles: [join(folder, 'topology.yaml')],
      instance,
      log,
      onFailed: (error) => failures.push(error),
    });
    await new Promise<void>((resolve, reject) => void participant.server.listen((error) => (error === undefined ? resolve() : reject(error as Error))));
    running.push({ participant, handler });
    return { participant, handler };
  }
  async function stop({ participant }: { participant: OpenParticipant }): Promise<void> {
    await participant.server.close();
    await participant.close();
  }
  const command = async (id: string): Promise<OutboundRecord> => {
    const encode = await registry.encoder(commands, payment.VoidPayment.request);
    return {
      topic: commands,
      partition: partitionFor(id, PARTITIONS),
      key: Buffer.from(id),
      value: encode({ paymentId: id, reason: 'test' }),
      headers: { ce_id: `c-${id}`, ce_type: payment.VoidPayment.name, ce_subject: id, ce_step: 'void', ce_attempt: '1', ce_action: 'do', ce_idempotencykey: `orders/${id}/void/do/0` },
    };
  };
  const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  const sendAll = async (names: readonly string[]): Promise<void> => kafka.send(await Promise.all(names.map(command)));
  const repliesOf = (names: readonly string[]): Promise<ConsumedRecord[]> =>
    until(async () => {
      const replies = (await kafka.read(`${contract.service}.replies.orders`)).filter((record) => names.includes(String(record.key)));
      return new Set(replies.map((record) => String(record.key))).size === names.length ? replies : undefined;
    }, `${names.length} replies`);

  it('answers every command in its partition, and tells what happened in a gapless sequence', async () => {
    await start();
    const names = ids('a', 200);
    await sendAll([...names, ...names.slice(0, 20)]);
    const replies = await repliesOf(names);
    expect(new Set(replies.map((record) => String(record.headers['ce_id']))).size).toBe(200);
    for (const record of replies) expect(record.partition).toBe(partitionFor(record.key as Buffer, PARTITIONS));
    const sequences = await until(async () => {
      const found = (await kafka.read(`${contract.service}.events`)).map((record) => Number(String(record.headers['ce_sequence'])));
      return found.length >= 200 ? found : undefined;
    }, '200 events');
    expect([...new Set(sequences)].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  it('quarantines a poison record and goes on with its partition (I8)', async () => {
    const [good, poison] = [await command('b-after'), await command('b-poison')];
    await kafka.send([{ ...poison, partition: good.partition, value: Buffer.from('poison') }, good]);
    await repliesOf(['b-after']);
    const [quarantined] = await until(async () => {
      const found = await kafka.read(`${contract.service}.quarantine`);
      return found.length > 0 ? found : undefined;
    }, 'the poison record');
    expect(quarantined?.value?.toString()).toBe('poison');
    expect(quarantined?.headers['onward_reason_code']?.toString()).toBe('NOT_REGISTRY_FRAMED');
  });

  it('does nothing twice when instances come and go', async () => {
    const names = ids('c', 600);
    const sending = (async () => {
      for (let at = 0; at < 300; at += 50) await sendAll(names.slice(at, at + 50));
    })();
    const second = await start('1');
    await stop(running.shift() as (typeof running)[number]);
    await sending;
    await sendAll(names.slice(300));
    const replies = await repliesOf(names);
    const byId = new Map<string, string>();
    for (const record of replies) {
      const id = String(record.headers['ce_id']);
      const value = (record.value as Buffer).toString('hex');
      expect(byId.get(id) ?? value).toBe(value);
      byId.set(id, value);
    }
    expect(byId.size).toBe(600);
    expect(second.handler.handled.length).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  });

  it('goes on with commands and with events when PostgreSQL was silent for a while', async () => {
    await Promise.all(running.splice(0).map(stop));
    const { proxy, url } = await SilentProxy.before(stack.databases['payment'] as string);
    const behind = await start('2', url);
    const publishedOf = async (names: readonly string[]): Promise<true | undefined> => {
      const found = new Set((await kafka.read(`${contract.service}.events`)).map((record) => String(record.key)));
      return names.every((name) => found.has(name)) || undefined;
    };
    await sendAll(ids('d', 8));
    await repliesOf(ids('d', 8));
    await until(() => publishedOf(ids('d', 8)), 'the events before');
    proxy.silence();
    await sendAll(ids('e', 8));
    await until(() => retried.length > 0 || undefined, 'a batch to be given up');
    proxy.heal();
    await repliesOf(ids('e', 8));
    await until(() => publishedOf(ids('e', 8)), 'the events after');
    running.splice(running.indexOf(behind), 1);
    await stop(behind);
    await proxy.close();
    expect(failures).toEqual([]);
  });
});
