import type { Plan, SagaInput, SagaState } from '@onward/saga';

/** Who publishes: proven by the topic. */
export type Sender = { readonly kind: 'client' | 'operator' } | { readonly kind: 'participant'; readonly name: string };

/** Something that is published for the orchestrator. */
export interface Message {
  readonly sender: Sender;
  /** Its `ce_id`. */
  readonly id: string;
  readonly input: SagaInput;
  /** Published to another partition than the saga's home, as librdkafka's clients do. */
  readonly astray?: boolean;
}

/** A command as its participant gets it. */
export interface SentCommand {
  readonly id: string;
  readonly sagaId: string;
  readonly participant: string;
  /** Avro full name of the request. */
  readonly type: string;
  readonly value: unknown;
  readonly step: string;
  readonly action: 'do' | 'undo';
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** Of an undo: the key of its do. */
  readonly undoes: string | null;
}

/** What the people and services around an orchestrator see of it. */
export interface Audience {
  commandSent(command: SentCommand): void;
}

/** An orchestrator with everything below it, in virtual time. */
export interface Stage {
  readonly nowMs: number;
  after(delayMs: number, run: () => void): void;
  /** Returns when the broker would have acknowledged: at once. */
  publish(message: Message): void;
  /** A record that nobody can read. */
  publishPoison(sagaId: string, id: string): void;
  /** Everything that was published has been consumed, and no transaction is open. */
  readonly isQuiet: boolean;
  /** The committed state of every saga. */
  sagas(): ReadonlyMap<string, SagaState>;
  /** The plan that a start command starts now. */
  newest(name: string): Plan;
  plan(name: string, version: number): Plan | undefined;
  /** Faults stop; what is down comes up again. */
  calm(): void;
}

/** What has happened, and how often. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}

/** What a run tells: always into the trace's hash, and as text when somebody reads along. */
export interface Trace {
  /** Whether lines are kept: making them costs more than the run itself. */
  readonly reading: boolean;
  note(nowMs: number, line: string): void;
}
