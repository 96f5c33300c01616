import { setTimeout as delay } from 'node:timers/promises';
import type { LoadLevel, LoadResult } from './load-level.js';

/** Sagas still open this long after the window are given up: something lost them. */
const DRAIN_MS_MAX = 60_000;

/**
 * A closed-loop load generator: it keeps a number of sagas open, and starts the next when one ends. What wants publishing while a
 * publish is running goes out together in the next one.
 *
 * Latency runs from the moment a saga wants to be published to the moment its outcome is seen, on one clock.
 */
export class ClosedLoop {
  private readonly open = new Map<string, number>();
  private unpublished: string[] = [];
  private publishing = false;
  private started = 0;
  private accepting = false;
  private failure: Error | undefined;
  private latenciesMs: number[] | undefined;
  private outcomes: Record<string, number> = {};

  /**
   * @param idPrefix makes ids unique over runs
   * @param publish sends the start commands of these sagas; resolves when the broker has them
   */
  constructor(
    private readonly idPrefix: string,
    private readonly publish: (sagaIds: string[]) => Promise<void>,
  ) {}

  /** To be called for every outcome seen; those of unknown sagas are ignored. */
  ended(sagaId: string, outcome: string): void {
    const startedAt = this.open.get(sagaId);
    if (startedAt === undefined) return;
    this.open.delete(sagaId);
    if (this.latenciesMs !== undefined) {
      this.latenciesMs.push(performance.now() - startedAt);
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    }
    if (this.accepting) this.start();
  }

  /**
   * Runs one level: warms up, measures, and waits for what is still open.
   * @param onWindow called when the measuring window begins and ends
   * @throws Error when publishing failed, or sagas had no outcome {@link DRAIN_MS_MAX} after the window
   */
  async run(level: LoadLevel, onWindow: (edge: 'begin' | 'end') => void): Promise<LoadResult> {
    this.accepting = true;
    for (let i = 0; i < level.inFlight; i += 1) this.start();
    await delay(level.warmUpMs);
    const latenciesMs: number[] = [];
    this.latenciesMs = latenciesMs;
    this.outcomes = {};
    const beganAt = performance.now();
    onWindow('begin');
    await delay(level.windowMs);
    const windowMs = performance.now() - beganAt;
    this.latenciesMs = undefined;
    this.accepting = false;
    onWindow('end');
    await this.drain();
    return { windowMs, latenciesMs, outcomes: this.outcomes };
  }

  private start(): void {
    const sagaId = `${this.idPrefix}-${(this.started += 1)}`;
    this.open.set(sagaId, performance.now());
    this.unpublished.push(sagaId);
    void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.publishing) return;
    this.publishing = true;
    // Everything that ended in this turn of the event loop is answered by one publish.
    await Promise.resolve();
    try {
      while (this.unpublished.length > 0) {
        const sagaIds = this.unpublished;
        this.unpublished = [];
        await this.publish(sagaIds);
      }
    } catch (cause) {
      this.accepting = false;
      this.failure = new Error(`Publishing failed: ${(cause as Error).message}`, { cause });
    } finally {
      this.publishing = false;
    }
  }

  private async drain(): Promise<void> {
    const deadline = performance.now() + DRAIN_MS_MAX;
    while (this.open.size > 0 && this.failure === undefined) {
      if (performance.now() > deadline) {
        throw new Error(`${this.open.size} sagas have no outcome after ${DRAIN_MS_MAX / 1000} s, among them ${[...this.open.keys()].slice(0, 3).join(', ')}.`);
      }
      await delay(20);
    }
    if (this.failure !== undefined) throw this.failure;
  }
}
