import type { PartitionSagas } from './partition-sagas.js';

/** Timers that one transaction fires for a partition; the rest are due again at once. */
const DUE_SAGAS_MAX = 500;
/** How long a saga is put aside whose timer cannot be fired. */
const ASIDE_MS = 300_000;

/** A saga whose timer fails: an alarm. */
export interface SagaAside {
  readonly partition: number;
  readonly sagaId: string;
  readonly untilMs: number;
  readonly error: unknown;
}

interface Fired {
  readonly partition: number;
  readonly sagaId: string;
}

/**
 * Which sagas a batch fires timers of. A timer has no input that could be quarantined for it: when a batch of nothing but timers fails,
 * half as many are fired, down to the one that is to blame. It is put aside for a while, and those of all others fire.
 */
export class DueSagas {
  #max = DUE_SAGAS_MAX;
  #fired: Fired[] = [];
  #nowMs = 0;
  /** Sagas put aside, and until when, by partition. */
  readonly #aside = new Map<number, Map<string, number>>();

  /** @param alarm - is told of every saga that is put aside */
  constructor(private readonly alarm: (aside: SagaAside) => void) {}

  /** The sagas to fire of each partition, soonest first. */
  take(partitions: ReadonlyMap<number, number>, sagasOf: (partition: number) => PartitionSagas, nowMs: number): ReadonlyMap<number, readonly string[]> {
    this.#nowMs = nowMs;
    this.#fired = [];
    const taken = new Map<number, readonly string[]>();
    for (const [partition, untilMs] of partitions) {
      // Fewer than usual are counted over all partitions: together they make the batch.
      const room = this.#max === DUE_SAGAS_MAX ? DUE_SAGAS_MAX : this.#max - this.#fired.length;
      const aside = this.#asideOf(partition, nowMs);
      const due = sagasOf(partition).due(untilMs, room + aside.size).filter((sagaId) => !aside.has(sagaId)).slice(0, room);
      for (const sagaId of due) this.#fired.push({ partition, sagaId });
      taken.set(partition, due);
    }
    return taken;
  }

  /** When a partition has to be looked at again: those that are put aside when their time there is over. */
  nextDueMs(partition: number, sagas: PartitionSagas): number | undefined {
    const aside = this.#aside.get(partition);
    return aside === undefined || aside.size === 0 ? sagas.nextDueMs() : sagas.nextDueMsBut(aside);
  }

  succeeded(): void {
    if (this.#fired.length > 0) this.#max = Math.min(DUE_SAGAS_MAX, this.#max * 2);
  }

  /** A batch of nothing but timers failed, for a reason that lies in them. */
  failed(error: unknown): void {
    const [only, ...others] = this.#fired;
    if (only === undefined) return;
    this.#max = Math.max(1, Math.floor(this.#fired.length / 2));
    if (others.length > 0) return;
    const untilMs = this.#nowMs + ASIDE_MS;
    const { partition, sagaId } = only;
    this.#aside.set(partition, new Map(this.#aside.get(partition)).set(sagaId, untilMs));
    this.alarm({ partition, sagaId, untilMs, error });
  }

  #asideOf(partition: number, nowMs: number): ReadonlyMap<string, number> {
    const left = new Map([...(this.#aside.get(partition) ?? [])].filter(([, untilMs]) => untilMs > nowMs));
    this.#aside.set(partition, left);
    return left;
  }
}
