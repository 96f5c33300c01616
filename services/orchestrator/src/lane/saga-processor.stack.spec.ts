import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaceOrder, type RecordType } from '@onward/contracts';
import { AvroRegistry, frame, KafkaCluster, partitionFor, PartitionStoppedError, RetryLater, ValueDecoder, type ConsumedRecord, type PartitionOpening } from '@onward/kafka';
import { createMetrics } from '@onward/platform';
import { StateStore } from '@onward/state-store';
import { testStack } from '../../../../test/support/stack.js';
import { order } from '../../../../test/e2e/support/orders.js';
import { placeOrder } from '../sagas/place-order.js';
import { InboundReader } from './inbound.js';
import { LaneMetrics } from './lane-metrics.js';
import { OriginJudge } from './origin.js';
import { OutboundWriter } from './outbound.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { SagaCodec } from './saga-codec.js';
import { SagaProcessor } from './saga-processor.js';
import { SagaRunner } from './saga-runner.js';
import { StateRestore } from './state-restore.js';

const stack = testStack();
const topics = stack.topology.orchestrator('orders');
const COMMANDS = 'client.commands.orders';

describe('the saga processor', () => {
  let directory: string;
  let cluster: KafkaCluster;
  let store: StateStore;
  let processor: SagaProcessor;
  let encode: (value: PlaceOrder) => Buffer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'onward-processor-'));
    cluster = await KafkaCluster.connect(stack.kafka('orders'));
    store = StateStore.open(directory);
    const registry = new AvroRegistry({ url: stack.registryUrl, ...stack.registry });
    encode = await registry.encoder(COMMANDS, PlaceOrder);
    const catalogue = new PlanCatalogue([placeOrder], 'orders');
    const codec = await SagaCodec.open(registry, topics, catalogue);
    const inputs = new ValueDecoder(registry, [PlaceOrder as RecordType<unknown>]);
    const reader = new InboundReader(new OriginJudge(topics), inputs, catalogue, stack.partitions);
    const writer = await OutboundWriter.open(registry, topics, catalogue, codec, stack.partitions);
    const metrics = new LaneMetrics(createMetrics({ service: 'orders', instance: 'test' }));
    const quarantine = { topic: topics.quarantine, partitionCount: stack.partitions };
    processor = new SagaProcessor({
      runner: new SagaRunner({ catalogue, codec, reader, writer, metrics, quarantine, snapshotBytesMax: 512 * 1024 }),
      inputs,
      reader,
      writer,
      store,
      restore: new StateRestore(cluster, topics.state, codec, () => undefined),
      metrics,
      stateTopic: topics.state,
      aside: () => {},
    });
  }, 60_000);
  afterEach(async () => {
    cluster.disconnect();
    await store.close();
    rmSync(directory, { recursive: true });
  });

  const opening = (partition: number): PartitionOpening => ({ partition, committed: new Map(), previousOwner: undefined, attempts: new Map(), signal: new AbortController().signal });
  const startOf = (orderId: string, offset = 0n): ConsumedRecord => {
    const key = Buffer.from(orderId);
    return { topic: COMMANDS, partition: partitionFor(key, stack.partitions), offset, timestampMs: 1, key, value: encode(order('ok', orderId)), headers: { ce_id: Buffer.from(`cmd-${orderId}`) } };
  };
  /** An order id whose home is this partition. */
  const atHome = (partition: number): string => {
    for (let i = 0; ; i++) if (partitionFor(Buffer.from(`home-${i}`), stack.partitions) === partition) return `home-${i}`;
  };
  const process = (...records: ConsumedRecord[]) => {
    const byPartition = new Map<number, ConsumedRecord[]>();
    for (const record of records) byPartition.set(record.partition, [...(byPartition.get(record.partition) ?? []), record]);
    return processor.process({ records: byPartition, due: new Map() }, 1_000_000);
  };

  it('writes history, snapshot and command of a start to the home of its saga', async () => {
    const record = startOf(atHome(1));
    await processor.open(opening(1));
    const { records } = await process(record);
    expect(records.map(({ topic, partition }) => `${topic}/${partition}`).sort()).toEqual(['orders.commands.fulfillment/1', 'orders.events/1', 'orders.state/1']);
  });

  it('writes one snapshot a saga and batch, and the same again after a rollback', async () => {
    await processor.open(opening(1));
    const twice = [startOf(atHome(1)), { ...startOf(atHome(1), 1n), headers: { ce_id: Buffer.from('again') } }];
    const first = (await process(...twice)).records;
    expect(first.filter(({ topic }) => topic === 'orders.state')).toHaveLength(1);
    expect(first.filter(({ topic }) => topic === 'orders.events')).toHaveLength(2);
    await processor.rolledBack();
    expect((await process(...twice)).records).toEqual(first);
  });

  it('stops only the partition of a saga that it cannot read, and quarantines nothing for it', async () => {
    const unreadable = atHome(2);
    const claimed = store.partition(2);
    await processor.open(opening(2));
    await processor.open(opening(1));
    await claimed.apply([{ sagaId: unreadable, snapshot: frame(2_000_000_003, Buffer.from('?')), dueMs: undefined }], 1n);
    await expect(process(startOf(unreadable))).rejects.toThrow(RetryLater);
    await processor.rolledBack();
    for (const partition of [1, 2]) await processor.close(partition);
    await processor.open(opening(1));
    await expect(processor.open(opening(2))).rejects.toThrow(PartitionStoppedError);
    expect((await process(startOf(atHome(1)))).records).toHaveLength(3);
  });
});
