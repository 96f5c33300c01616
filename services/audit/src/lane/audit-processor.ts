import { RegistryUnavailable, RetryLater, type LaneBatch, type LaneProcessor, type OutboundRecord } from '@onward/kafka';
import type { AuditEntry } from '@onward/contracts';
import type { Fact } from '../facts/fact.js';
import type { FactReader } from '../facts/fact-reader.js';
import type { FactSource } from '../facts/fact-sources.js';
import { inAppendOrder } from '../facts/in-append-order.js';
import { toLogRecords } from '../log/log-record.js';
import { sequence, type LogState, type Sequenced } from '../log/sequencer.js';
import { GAP_AFTER_MS } from '../log/source-window.js';

export interface AuditProcessorOptions {
  /** Name of the audit service: its principal. */
  readonly audit: string;
  readonly logTopic: string;
  readonly sources: ReadonlyMap<string, FactSource>;
  readonly reader: FactReader;
  readonly encode: (entry: AuditEntry) => Buffer;
  /** Reads the state of the log as it is committed now. */
  readonly readTail: () => Promise<LogState>;
  /** Told after each commit what it held. */
  readonly onCommitted: (sequenced: Sequenced) => void;
}

/**
 * Sequences facts into the log, in the transaction that commits the facts' offsets.
 *
 * 1. Exactly one owner appends: all partitions of all sources belong to one member, whose predecessor was fenced when they
 *    were opened (R4).
 * 2. The state of the log is read anew whenever a partition was closed or a transaction's end is in doubt: another member may have
 *    appended meanwhile. In between it is the state after this processor's own last commit.
 */
export class AuditProcessor implements LaneProcessor {
  readonly #options: AuditProcessorOptions;
  readonly #open = new Set<number>();
  #committed: LogState | undefined;
  #reading: Promise<LogState> | undefined;
  #pending: Sequenced | undefined;
  /** Partitions that have been read up to what was there when the oldest missing event came due (R6). */
  readonly #caughtUp = new Set<number>();

  constructor(options: AuditProcessorOptions) {
    this.#options = options;
  }

  async open({ partition }: { readonly partition: number }): Promise<void> {
    this.#open.add(partition);
    await this.#state();
  }

  async close(partition: number): Promise<void> {
    this.#open.delete(partition);
    this.#caughtUp.delete(partition);
    this.#forget();
  }

  async process(batch: LaneBatch, nowMs: number): Promise<{ records: readonly OutboundRecord[] }> {
    const facts = await this.#read(batch);
    const state = await this.#state().catch((error: unknown) => {
      // Whatever is wrong with the log or with the way to it, no fact is to blame.
      throw new RetryLater(`The state of ${this.#options.logTopic} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
    for (const partition of batch.due.keys()) this.#caughtUp.add(partition);
    const caughtUp = [...this.#open].every((partition) => this.#caughtUp.has(partition));
    this.#pending = sequence(state, facts, nowMs, caughtUp);
    const { audit, logTopic, encode } = this.#options;
    return { records: toLogRecords(logTopic, audit, this.#pending.entries, encode, this.#pending.state) };
  }

  async committed(): Promise<void> {
    if (this.#pending === undefined) return;
    const before = this.#missingSinceMs();
    this.#committed = this.#pending.state;
    if (this.#missingSinceMs() !== before) this.#caughtUp.clear();
    this.#options.onCommitted(this.#pending);
    this.#pending = undefined;
  }

  async rolledBack(): Promise<void> {
    this.#forget();
  }

  /** When the oldest missing event counts as lost, for a partition that may still hold it. */
  nextDueMs(partition: number): number | undefined {
    const sinceMs = this.#missingSinceMs();
    return sinceMs === undefined || this.#caughtUp.has(partition) ? undefined : sinceMs + GAP_AFTER_MS;
  }

  #missingSinceMs(): number | undefined {
    let oldest: number | undefined;
    for (const { missingSinceMs } of this.#committed?.windows.values() ?? []) {
      if (missingSinceMs !== null && (oldest === undefined || missingSinceMs < oldest)) oldest = missingSinceMs;
    }
    return oldest;
  }

  async #read(batch: LaneBatch): Promise<Fact[]> {
    const records = inAppendOrder([...batch.records.values()].flat());
    const placed = records.flatMap((record) => {
      const source = this.#options.sources.get(record.topic);
      return source === undefined ? [] : [{ source, record }];
    });
    try {
      await this.#options.reader.prepare(placed);
    } catch (error) {
      if (error instanceof RegistryUnavailable) throw new RetryLater(error.message, { cause: error });
      throw error;
    }
    return placed.map(({ source, record }) => this.#options.reader.read(source, record));
  }

  async #state(): Promise<LogState> {
    while (this.#committed === undefined) {
      const reading = (this.#reading ??= this.#options.readTail());
      try {
        const state = await reading;
        // Forgotten while it was read: what was read may be out of date already.
        if (this.#reading === reading) this.#committed = state;
      } finally {
        if (this.#reading === reading) this.#reading = undefined;
      }
    }
    return this.#committed;
  }

  #forget(): void {
    this.#committed = undefined;
    this.#reading = undefined;
    this.#pending = undefined;
    this.#caughtUp.clear();
  }
}
