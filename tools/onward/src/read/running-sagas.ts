import { recordType, type RecordType } from '@onward/contracts';
import { readTopic, schemaIdOf, topicName, ValueDecoder, type AvroRegistry, type KafkaCluster } from '@onward/kafka';
import { fromSnapshot, snapshotRecord, type OpenSaga, type Plan, type SnapshotRecord } from '@onward/saga';

/** The running sagas of some versions of a plan, as their state topic holds them now, by version. */
export async function readRunning(cluster: KafkaCluster, registry: AvroRegistry, plans: readonly Plan[]): Promise<Map<Plan, OpenSaga[]>> {
  const latest = new Map<string, Buffer | null>();
  for (const domain of new Set(plans.map((plan) => plan.domain))) {
    for await (const { records } of readTopic({ cluster, topic: topicName(domain, 'state'), from: 'beginning', until: 'end' })) {
      for (const { key, value } of records) latest.set(String(key), value);
    }
  }
  const readers = new Map(plans.map((plan) => [snapshotRecord(plan).name, new SnapshotReader(registry, plan)]));
  const running = new Map<Plan, OpenSaga[]>(plans.map((plan) => [plan, []]));
  for (const value of latest.values()) {
    const name = value === null ? undefined : (await registry.writerType(schemaIdOf(value)))?.name;
    const reader = readers.get(name ?? '');
    if (value !== null && reader !== undefined) running.get(reader.plan)?.push(await reader.read(value));
  }
  return running;
}

class SnapshotReader {
  readonly #snapshots: ValueDecoder;
  readonly #values: ValueDecoder;

  constructor(
    registry: AvroRegistry,
    readonly plan: Plan,
  ) {
    this.#snapshots = new ValueDecoder(registry, [recordType(snapshotRecord(plan).schema)]);
    this.#values = new ValueDecoder(registry, [...plan.records.values()] as RecordType<unknown>[]);
  }

  async read(bytes: Buffer): Promise<OpenSaga> {
    await this.#snapshots.prepare([bytes]);
    const snapshot = this.#snapshots.decode(bytes).value as SnapshotRecord;
    return this.#values.nested((decode) =>
      fromSnapshot(this.plan, snapshot, {
        decode: (value) => {
          const { type, value: decoded } = decode(Buffer.from(value));
          return { type: type.name, value: decoded };
        },
      }),
    );
  }
}
