import { AuditEntry } from '@onward/contracts';
import { type AvroRegistry, ValueDecoder, beginningOffsets, endOffsets, offsetsForTimestamp, readTopic, topicName, type KafkaCluster } from '@onward/kafka';

/** Where to begin in the audit log. */
export type AuditStart = { readonly kind: 'last'; readonly count: number } | { readonly kind: 'sequence'; readonly sequence: number } | { readonly kind: 'time'; readonly timestampMs: number };

export interface AuditReading {
  readonly start: AuditStart;
  /** Ends after so many entries. */
  readonly limit?: number;
  /** Goes on with entries that come later. */
  readonly follow: boolean;
}

const PARTITION = 0;

/** Entries of the audit log in order. */
export async function* readAuditLog(cluster: KafkaCluster, registry: AvroRegistry, audit: string, { start, limit = Infinity, follow }: AuditReading): AsyncGenerator<AuditEntry, void, undefined> {
  const log = new AuditLog(cluster, registry, topicName(audit, 'log'));
  let left = limit;
  if (left <= 0) return;
  for await (const entry of start.kind === 'last' ? log.last(start.count, follow) : log.from(await log.offsetOf(start), follow)) {
    if (start.kind === 'sequence' && entry.sequence < start.sequence) continue;
    yield entry;
    left -= 1;
    if (left === 0) return;
  }
}

class AuditLog {
  private readonly decoder: ValueDecoder;

  constructor(
    private readonly cluster: KafkaCluster,
    registry: AvroRegistry,
    private readonly topic: string,
  ) {
    this.decoder = new ValueDecoder(registry, [AuditEntry]);
  }

  async offsetOf(start: Exclude<AuditStart, { kind: 'last' }>): Promise<bigint> {
    if (start.kind === 'time') return (await offsetsForTimestamp(this.cluster, this.topic, [PARTITION], start.timestampMs)).get(PARTITION) ?? 0n;
    // Transactions' markers take offsets too, so entry n never stands before offset n − 1.
    const [begin, end] = [await this.edge(beginningOffsets), await this.edge(endOffsets)];
    const earliest = BigInt(Math.max(0, start.sequence - 1));
    return earliest < begin ? begin : earliest > end ? end : earliest;
  }

  async *from(offset: bigint, follow: boolean): AsyncGenerator<AuditEntry, void, undefined> {
    for await (const { entries } of this.batches(offset, follow ? 'follow' : 'end')) yield* entries;
  }

  /** The last entries there are, then those that come. */
  async *last(count: number, follow: boolean): AsyncGenerator<AuditEntry, void, undefined> {
    const [begin, end] = [await this.edge(beginningOffsets), await this.edge(endOffsets)];
    let found: AuditEntry[] = [];
    // How many offsets markers take is not known: look back twice as far until there is enough.
    for (let span = BigInt(count) * 2n; ; span *= 2n) {
      const from = end - span < begin ? begin : end - span;
      found = [];
      for await (const { entries } of this.batches(from, { offsets: new Map([[PARTITION, end]]) })) found.push(...entries);
      if (found.length >= count || from === begin) break;
    }
    yield* found.slice(-count);
    if (follow) yield* this.from(end, true);
  }

  private async *batches(offset: bigint, until: Parameters<typeof readTopic>[0]['until']): AsyncGenerator<{ readonly entries: AuditEntry[] }, void, undefined> {
    for await (const { records } of readTopic({ cluster: this.cluster, topic: this.topic, partitions: [PARTITION], from: { offsets: new Map([[PARTITION, offset]]) }, until })) {
      await this.decoder.prepare(records.map(({ value }) => value));
      yield { entries: records.map(({ value }) => this.decoder.decode(value).value as AuditEntry) };
    }
  }

  private async edge(lookup: typeof beginningOffsets | typeof endOffsets): Promise<bigint> {
    return (await lookup(this.cluster, this.topic, [PARTITION], 'read_committed')).get(PARTITION) ?? 0n;
  }
}
