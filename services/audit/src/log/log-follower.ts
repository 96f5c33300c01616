import { AuditEntry } from '@onward/contracts';
import { OffsetOutOfRangeError, ValueDecoder, beginningOffsets, readTopic, type AvroRegistry, type KafkaCluster } from '@onward/kafka';
import type { AuditIndex, LogPosition } from '../storage/audit-index.js';
import { LOG_PARTITION } from './log-record.js';

export interface LogFollowerOptions {
  /** For long polls: not one that produces. */
  readonly cluster: KafkaCluster;
  readonly registry: AvroRegistry;
  readonly topic: string;
  readonly index: AuditIndex;
  /** Told when entries were copied, with the last one's number. */
  readonly onCopied: (lastSequence: number) => void;
  /** Told when copying failed and will be tried again. */
  readonly onRetry: (error: unknown) => void;
  /** Told when the index belonged to another log, or to one that was cut, and is built anew. */
  readonly onRebuild: () => void;
}

const RETRY_MS = 1_000;

/** Copies the log into the index, from where the index is. May run in several processes: each piece is copied once. */
export class LogFollower {
  private readonly stopping = new AbortController();
  private readonly decoder: ValueDecoder;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: LogFollowerOptions) {
    this.decoder = new ValueDecoder(options.registry, [AuditEntry]);
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.options.onRetry(error);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, RETRY_MS);
          signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
        });
      }
    }
  }

  /** Copies until it is stopped, or another process has copied what this one was about to. */
  private async follow(signal: AbortSignal): Promise<void> {
    const { cluster, topic, index } = this.options;
    const { topicId } = await cluster.topic(topic, { refresh: true });
    const stored = await index.position();
    let position = stored?.topicId === topicId ? stored : await this.rebuild(topicId, stored !== undefined);
    try {
      const from = { offsets: new Map([[LOG_PARTITION, position.nextOffset]]) };
      for await (const { records, nextOffset } of readTopic({ cluster, topic, partitions: [LOG_PARTITION], from, until: 'follow', signal })) {
        if (records.length === 0) continue;
        await this.decoder.prepare(records.map(({ value }) => value));
        const entries = records.map(({ value }) => {
          const { sequence, sagaId } = this.decoder.decode(value).value as AuditEntry;
          return { sequence, sagaId, value: value as Buffer };
        });
        if (!(await index.append(entries, position, nextOffset))) return;
        position = { topicId, nextOffset };
        this.options.onCopied(entries.at(-1)?.sequence ?? 0);
      }
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error;
      await this.rebuild(topicId, true);
    }
  }

  private async rebuild(topicId: string, hadEntries: boolean): Promise<LogPosition> {
    if (hadEntries) this.options.onRebuild();
    const { cluster, topic, index } = this.options;
    const position = { topicId, nextOffset: (await beginningOffsets(cluster, topic, [LOG_PARTITION])).get(LOG_PARTITION) ?? 0n };
    await index.restart(position);
    return position;
  }
}
