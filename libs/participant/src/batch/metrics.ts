import { Counter, Histogram, type Metrics } from '@onward/platform';
import type { Processed } from './command-processor.js';

/** What a participant counts. */
export class ParticipantMetrics {
  readonly #commands: Counter<'type' | 'outcome' | 'repeat'>;
  readonly #batchCommands: Histogram;
  readonly #batchSeconds: Histogram;
  readonly #retries: Counter;
  readonly #events: Counter;

  constructor(metrics: Metrics) {
    const registers = [metrics];
    this.#commands = new Counter({ name: 'onward_participant_commands_total', help: 'Commands answered, by how; repeat: answered from the inbox', labelNames: ['type', 'outcome', 'repeat'], registers });
    this.#batchCommands = new Histogram({ name: 'onward_participant_batch_commands', help: 'Records in one batch', buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500], registers });
    this.#batchSeconds = new Histogram({ name: 'onward_participant_batch_seconds', help: 'From taking a batch to its replies being acknowledged', buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5], registers });
    this.#retries = new Counter({ name: 'onward_participant_retries_total', help: 'Failures after which the same batch is tried again', registers });
    this.#events = new Counter({ name: 'onward_participant_events_published_total', help: 'Domain events acknowledged by the broker', registers });
  }

  processed(processed: readonly Processed[]): void {
    for (const { command, result, repeat } of processed) {
      this.#commands.inc({ type: command.type, outcome: result instanceof Error ? 'quarantined' : result.outcome, repeat: String(repeat) });
    }
  }

  batchDone(records: number, durationMs: number): void {
    this.#batchCommands.observe(records);
    this.#batchSeconds.observe(durationMs / 1000);
  }

  retrying(): void {
    this.#retries.inc();
  }

  published(events: number): void {
    this.#events.inc(events);
  }
}
