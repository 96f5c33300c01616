import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessorLog } from '../batch/command-processor.js';
import type { Database, DedicatedConnection } from '../sql/database.js';
import { sql } from '../sql/statement.js';
import { pendingEvents, takeEvents, type SequencedEvent } from './outbox-queue.js';

export interface OutboxRelayOptions {
  readonly database: Database;
  /** Resolves when the broker has acknowledged all of them. */
  readonly publish: (events: readonly SequencedEvent[]) => Promise<void>;
  readonly log: ProcessorLog;
  /** How often the outbox is looked at when nobody says that there is something: what other instances wrote. Default 200. */
  readonly idlePollMs?: number;
}

const EVENTS_AT_ONCE = 500;
const PAUSE_AFTER_ERROR_MS = 1000;
const ELECTION_POLL_MS = 1000;

const ELECT = sql('onward.relay.elect', `SELECT pg_try_advisory_lock(hashtextextended('onward_outbox:' || $1, 0)) AS elected`);

/**
 * Publishes the outbox, in the order of its sequence. Every instance has one; the one that holds an advisory lock works, the others wait
 * for it. The lock and the queue share a connection, so a relay that lost the lock can take nothing more.
 *
 * Events taken together are acknowledged before the next are taken: a partition never sees a sequence number before a lower one, repeats apart.
 */
export class OutboxRelay {
  readonly #stop = new AbortController();
  #woken = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(private readonly options: OutboxRelayOptions) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something in the outbox. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Ends it; what was taken and not acknowledged is published by the next relay. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      let connection: DedicatedConnection | undefined;
      try {
        connection = await this.options.database.dedicated();
        if (await this.#elected(connection)) await this.#relay(connection);
      } catch (err) {
        if (this.#stop.signal.aborted) return;
        this.options.log.error({ err }, 'the outbox could not be published; it is tried again');
        await this.#pause(PAUSE_AFTER_ERROR_MS);
      } finally {
        connection?.release();
      }
    }
  }

  /** Waits for the lock. False when the relay is to stop. */
  async #elected(connection: DedicatedConnection): Promise<boolean> {
    while (!this.#stop.signal.aborted) {
      const [row] = await connection.transaction((tx) => tx.query<{ elected: boolean }>(ELECT, [this.options.database.schema]));
      if (row?.elected) return true;
      await this.#pause(ELECTION_POLL_MS);
    }
    return false;
  }

  async #relay(connection: DedicatedConnection): Promise<void> {
    let events = await connection.transaction(pendingEvents);
    while (!this.#stop.signal.aborted) {
      if (events.length > 0) await this.options.publish(events);
      else await this.#idle();
      this.#woken = false;
      events = await connection.transaction((tx) => takeEvents(tx, EVENTS_AT_ONCE));
    }
  }

  async #idle(): Promise<void> {
    if (this.#woken) return;
    const poll = new AbortController();
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const tick = delay(this.options.idlePollMs ?? 200, undefined, { signal: poll.signal }).catch(() => undefined);
    await Promise.race([woken, tick]);
    poll.abort();
    this.#wake = () => undefined;
  }

  async #pause(durationMs: number): Promise<void> {
    await delay(durationMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
