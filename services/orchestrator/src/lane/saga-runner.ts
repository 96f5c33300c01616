import { hash as digest } from 'node:crypto';
import { quarantineRecord, RegistryUnavailable, type ConsumedRecord, type OutboundRecord, type QuarantineReason } from '@onward/kafka';
import { advance, deferInput, nextDueMs, nodeAt, outcomeId, refusalToParent, snapshotHead, type Advance, type OpenSaga, type Origin, type ParentRef, type Plan, type ReplyInput, type SagaInput, type SagaState } from '@onward/saga';
import { fromDeferred, toDeferred } from './deferral.js';
import type { AtHome, InboundReader, Unusable } from './inbound.js';
import type { LaneMetrics } from './lane-metrics.js';
import type { OutboundWriter, TransitionContext } from './outbound.js';
import { waitingParent } from './parent-link.js';
import type { HeldSaga, PartitionSagas } from './partition-sagas.js';
import type { PlanCatalogue } from './plan-catalogue.js';
import { unreadableReply } from './reply-input.js';
import { UnreadableSaga, type SagaCodec, type SagaWithoutPlan } from './saga-codec.js';

export interface SagaRunnerParts {
  readonly catalogue: PlanCatalogue;
  readonly codec: SagaCodec;
  readonly reader: InboundReader;
  readonly writer: OutboundWriter;
  readonly metrics: LaneMetrics;
  readonly quarantine: { readonly topic: string; readonly partitionCount: number };
  /** A saga whose snapshot would be larger does not keep what made it so. */
  readonly snapshotBytesMax: number;
}

/** One turn of the lane for a partition: when it is, and the records that it writes. */
export interface Turn {
  readonly sagas: PartitionSagas;
  readonly nowMs: number;
  readonly out: OutboundRecord[];
}

type Transitioned = Extract<Advance, { kind: 'transition' }>;

/** A transition, with the plan and the snapshot of the saga after it, and what is written of it. */
interface Moved {
  readonly advanced: Transitioned;
  readonly plan: Plan;
  readonly snapshot: Buffer;
  readonly hash: Buffer;
  readonly history: OutboundRecord;
}

/** What the engine made of an input: a transition, or nothing that a saga could take. */
type Step = Moved | { readonly advanced: Exclude<Advance, Transitioned>; readonly plan?: undefined };

/** What a state, or a transition, takes up at most: a topic takes 1 MiB, headers included. */
const RECORD_BYTES_MAX = 950_000;
/** Of that, what only the news of replies may take whose values there is no room for. */
const DEFERRED_BYTES_SPARE = 50_000;
/** Inputs that bring a value which the saga keeps. Others may let it grow into the room that is left above its limit. */
const BRINGING: ReadonlySet<SagaInput['kind']> = new Set(['start', 'reply', 'signal', 'edit']);

/** An input as it came: the record, and whether it had been put aside. */
interface Taken {
  readonly record: ConsumedRecord;
  readonly place: AtHome;
  readonly deferred: boolean;
}

/** Runs single sagas: loads one, lets the engine take an input, and writes down what came of it. Nothing here decides what a saga does. */
export class SagaRunner {
  constructor(private readonly parts: SagaRunnerParts) {}

  /** Takes a record that is for a saga of its partition. @throws UnreadableSaga, RegistryUnavailable */
  async take(record: ConsumedRecord, place: AtHome, turn: Turn): Promise<void> {
    const held = await this.#current(place.sagaId, turn);
    if (held?.saga.kind === 'withoutPlan') this.#defer(held, held.saga, record, place, turn);
    else await this.#apply(held, { record, place, deferred: false }, turn);
  }

  /** Lets a saga look at the clock if its time has come. @throws UnreadableSaga, RegistryUnavailable */
  async fire(sagaId: string, untilMs: number, turn: Turn): Promise<void> {
    const held = await this.#current(sagaId, turn);
    if (held === undefined) return;
    if (held.saga.kind === 'withoutPlan') {
      this.parts.metrics.lacksPlan(turn.sagas.partition, [sagaId]);
      await turn.sagas.waitForPlan(sagaId);
      return;
    }
    const dueMs = nextDueMs(held.saga);
    // The index is of the last commit; a record of this very batch may have moved the saga on.
    if (dueMs !== undefined && dueMs <= untilMs) this.#advance(held, { kind: 'timer', sagaId }, undefined, undefined, turn);
  }

  /** Copies a record that cannot be used, and tells a parent that waits for it. */
  refuse(record: ConsumedRecord, { code, reason, origin }: Unusable, { nowMs, out }: Turn): void {
    out.push(this.#quarantine(record, { code, message: reason }));
    const parent = origin?.sender.kind === 'parent' ? waitingParent(record, origin.sender.name) : undefined;
    if (parent !== undefined) out.push(this.#refusalTo(parent, record, { code, message: reason }, nowMs));
  }

  /** What the lane quarantines itself: a parent whose child it would have started is told. That of a second start may have one already. */
  refused(record: ConsumedRecord, reason: QuarantineReason, nowMs: number): readonly OutboundRecord[] {
    const { origin } = this.parts.reader.locate(record);
    const parent = origin?.sender.kind === 'parent' ? waitingParent(record, origin.sender.name) : undefined;
    return parent?.attempt === 1 ? [this.#refusalTo(parent, record, reason, nowMs)] : [];
  }

  #refusalTo(parent: ParentRef, record: ConsumedRecord, reason: QuarantineReason, atMs: number): OutboundRecord {
    const { catalogue, writer } = this.parts;
    const failure = { ...reason, kind: 'rejected', step: null, attempt: null, participant: catalogue.domain, causes: [] };
    return writer.effect(catalogue.any, refusalToParent(String(record.key), parent, failure), { causeId: undefined, traceparent: undefined, atMs });
  }

  /** The saga as it is, after what was put aside for it. */
  async #current(sagaId: string, turn: Turn): Promise<HeldSaga | undefined> {
    const held = await this.#load(sagaId, turn);
    if (held?.saga.kind !== 'open' || held.saga.deferred.length === 0) return held;
    return this.#catchUp(held, held.saga, turn);
  }

  /** Takes what was put aside, the oldest first; what ends the saga leaves the rest to be refused or ignored as after any end. */
  async #catchUp(behind: HeldSaga, { sagaId, deferred }: OpenSaga, turn: Turn): Promise<HeldSaga> {
    const { codec, reader } = this.parts;
    let held = behind;
    for (const bytes of deferred) {
      const record = fromDeferred(await codec.decodeDeferred(sagaId, bytes), sagaId, turn.nowMs);
      const place = reader.locateDeferred(record);
      await reader.prepare(record);
      if (place.kind === 'home') await this.#apply(held, { record, place, deferred: true }, turn);
      else this.#drop(held, record, place, turn);
      held = turn.sagas.held(sagaId) ?? held;
    }
    return held;
  }

  async #apply(held: HeldSaga | undefined, { record, place, deferred }: Taken, turn: Turn): Promise<void> {
    const inbound = await this.parts.reader.read(record, place);
    if (inbound.kind === 'input') {
      const unroutable = this.#advance(held, inbound.input, inbound.plan, { record, place, deferred }, turn);
      if (unroutable !== undefined) turn.out.push(this.#quarantine(record, unroutable));
    } else if (deferred) {
      this.#drop(held, record, inbound, turn, place);
    } else {
      this.refuse(record, inbound, turn);
      const lost = this.#lostAnswer(held, record, place);
      if (lost !== undefined) this.#advance(held, lost, undefined, { record, place, deferred }, turn);
    }
  }

  /** A child answers once: what it said cannot be read, and its parent must know that it was said. */
  #lostAnswer(held: HeldSaga | undefined, record: ConsumedRecord, { sagaId, origin: { sender } }: AtHome): ReplyInput | undefined {
    if (held?.saga.kind !== 'open' || sender.kind !== 'participant') return undefined;
    const lost = unreadableReply(record, sagaId, sender.name);
    const node = lost && nodeAt(this.#planFor(held.saga, undefined), lost.step);
    return node?.kind === 'child' && lost?.action === 'do' ? lost : undefined;
  }

  /** What was put aside turns out to be unusable: it is quarantined, and the saga is freed of it. The clock waits for what was put aside after it. */
  #drop(held: HeldSaga | undefined, record: ConsumedRecord, unusable: Unusable, turn: Turn, place?: AtHome): void {
    this.refuse(record, unusable, turn);
    if (held?.saga.kind !== 'open') return;
    const lost = place && this.#lostAnswer(held, record, place);
    this.#advance(held, lost ?? { kind: 'unusable', sagaId: held.saga.sagaId, reason: unusable.reason }, undefined, { deferred: true }, turn);
  }

  /** @returns the reason when there is no saga that could take the input */
  #advance(held: HeldSaga | undefined, input: SagaInput, started: Plan | undefined, from: Partial<Taken> | undefined, { sagas, nowMs, out }: Turn): QuarantineReason | undefined {
    const { writer, metrics } = this.parts;
    const before = stateOf(held);
    const plan = this.#planFor(before, started);
    const step = this.#step(plan, held, input, from, nowMs);
    const context = contextOf(step.advanced, from, nowMs);
    for (const effect of step.advanced.effects) out.push(writer.effect(step.plan ?? plan, effect, context));
    if (step.plan === undefined) return { code: step.advanced.code, message: step.advanced.reason };
    const { state } = step.advanced;
    out.push(step.history);
    sagas.change(input.sagaId, { saga: state, hash: step.hash, snapshot: step.snapshot });
    metrics.transition();
    if (state.kind === 'closed' && before?.kind !== 'closed') metrics.closed(state.outcome);
    return undefined;
  }

  /** Lets the engine take an input; again, with the word that it is too much, when what it leads to does not fit. */
  #step(plan: Plan, held: HeldSaga | undefined, given: SagaInput, from: Partial<Taken> | undefined, nowMs: number): Step {
    const { catalogue, codec, writer, snapshotBytesMax } = this.parts;
    const before = stateOf(held);
    const input = given.kind === 'migrate' && before !== undefined ? { ...given, target: catalogue.find(before.sagaType, given.toVersion) } : given;
    const decide = (asked: SagaInput): Step => {
      const origin = from?.place === undefined ? null : originOf(from.place);
      const advanced = advance(plan, before, asked, nowMs, origin, { deferred: from?.deferred ?? false });
      if (advanced.kind !== 'transition') return { advanced };
      const after = this.#planFor(advanced.state, undefined);
      const snapshot = codec.encodeState(after, advanced.state);
      const hash = digest('sha256', snapshot, 'buffer');
      const history = writer.transition(after, advanced.transition, { before: held?.hash ?? null, after: hash }, contextOf(advanced, from, nowMs));
      return { advanced, plan: after, snapshot, hash, history };
    };
    let step = decide(input);
    if (step.plan === undefined) return step;
    const keepsWithin = BRINGING.has(input.kind) ? snapshotBytesMax : RECORD_BYTES_MAX;
    const bytes = largestOf(step);
    if (bytes <= RECORD_BYTES_MAX) return step.snapshot.length <= keepsWithin ? step : decide({ ...input, oversize: { bytes: step.snapshot.length, bytesMax: keepsWithin } });
    // Rather the commands are parked than what came in is lost; a start that cannot go on is none.
    for (const without of input.kind === 'start' ? (['input'] as const) : (['commands', 'input', 'both'] as const)) {
      step = decide({ ...input, oversize: { bytes, bytesMax: RECORD_BYTES_MAX, without } });
      if (step.plan === undefined || (largestOf(step) <= RECORD_BYTES_MAX && (without !== 'commands' || step.snapshot.length <= keepsWithin))) break;
    }
    return step;
  }

  #planFor(saga: SagaState | undefined, started: Plan | undefined): Plan {
    const { catalogue } = this.parts;
    if (saga === undefined) return started ?? catalogue.any;
    if (saga.kind === 'closed') return catalogue.ofEnded(saga);
    const plan = catalogue.find(saga.sagaType, saga.planVersion);
    if (plan === undefined) throw new UnreadableSaga(saga.sagaId, `no plan ${saga.sagaType} version ${saga.planVersion} is here`);
    return plan;
  }

  /** Puts a record aside for an owner that has the saga's plan. */
  #defer(held: HeldSaga, saga: SagaWithoutPlan, record: ConsumedRecord, place: AtHome, { sagas, nowMs, out }: Turn): void {
    const { codec, writer, metrics, snapshotBytesMax } = this.parts;
    const { recordName } = saga;
    const isReply = place.origin.sender.kind === 'participant';
    const putAside = (kept: ConsumedRecord): ReturnType<typeof deferInput> & { readonly encoded: Buffer } => {
      const put = deferInput(recordName, saga.snapshot, codec.encodeDeferred(toDeferred(kept, place.origin)), nowMs, originOf(place));
      return { ...put, encoded: saga.encode(put.snapshot) };
    };
    // The room above the limit is for replies: nobody sends them again.
    const bytesMax = isReply ? RECORD_BYTES_MAX - DEFERRED_BYTES_SPARE : snapshotBytesMax;
    let put = putAside(record);
    const whole = put.encoded.length <= bytesMax;
    // The saga can still learn that there was one.
    if (!whole && isReply) put = putAside({ ...record, value: null });
    const { snapshot, transition, encoded } = put;
    const context = { causeId: place.id, traceparent: place.traceparent, atMs: transition.atMs };
    if (!whole && !(isReply && encoded.length <= RECORD_BYTES_MAX)) {
      const message = `The saga waits for a build that has its plan, and has put aside so much that it would need ${encoded.length} bytes; ${bytesMax} are allowed.`;
      this.#turnAway(saga, record, place, { code: 'SNAPSHOT_TOO_LARGE', message }, context, out);
      return;
    }
    if (!whole) out.push(this.#quarantine(record, { code: 'SNAPSHOT_TOO_LARGE', message: 'There was no room to put this reply aside; that it came was.' }));
    const hash = digest('sha256', encoded, 'buffer');
    out.push(writer.transition(null, transition, { before: held.hash, after: hash }, context));
    sagas.change(place.sagaId, { saga: { ...saga, snapshot, head: snapshotHead(recordName, snapshot) }, hash, snapshot: encoded });
    metrics.lacksPlan(sagas.partition, [place.sagaId]);
    metrics.deferred();
  }

  /** A record that cannot even be put aside: it is quarantined, and who sent a command is told. */
  #turnAway({ head }: SagaWithoutPlan, record: ConsumedRecord, { id: commandId, origin }: AtHome, reason: QuarantineReason, context: TransitionContext, out: OutboundRecord[]): void {
    const { catalogue, writer } = this.parts;
    out.push(this.#quarantine(record, reason));
    if (origin.sender.kind !== 'client' && origin.sender.kind !== 'operator') return;
    const { sagaId, sagaType, planVersion } = head;
    const failure = { ...reason, kind: 'rejected', step: null, attempt: null, participant: null, causes: [] };
    const id = outcomeId(catalogue.any, sagaId, commandId);
    out.push(writer.effect(catalogue.any, { kind: 'outcome', id, sagaId, sagaType, planVersion, commandId, outcome: 'rejected', result: null, failure }, context));
  }

  async #load(sagaId: string, { sagas }: Turn): Promise<HeldSaga | undefined> {
    const held = sagas.held(sagaId);
    if (held !== undefined) return held;
    try {
      const stored = sagas.stored(sagaId);
      if (stored === undefined) return undefined;
      return { saga: await this.parts.codec.decodeState(sagaId, stored), hash: digest('sha256', stored, 'buffer') };
    } catch (error) {
      if (error instanceof RegistryUnavailable || error instanceof UnreadableSaga) throw error;
      // Also a store that cannot be read: whatever it is, the input that asks for the saga is not to blame.
      throw new UnreadableSaga(sagaId, (error as Error).message, { cause: error });
    }
  }

  #quarantine(record: ConsumedRecord, reason: QuarantineReason): OutboundRecord {
    this.parts.metrics.quarantined(reason.code);
    return quarantineRecord(record, reason, this.parts.quarantine);
  }
}

function largestOf({ snapshot, history }: Moved): number {
  return Math.max(snapshot.length, history.value?.length ?? 0);
}

function contextOf(advanced: Advance, from: Partial<Taken> | undefined, nowMs: number): TransitionContext {
  return { causeId: from?.place?.id, traceparent: from?.place?.traceparent, atMs: advanced.kind === 'transition' ? advanced.transition.atMs : nowMs };
}

function originOf({ id, origin }: AtHome): Origin {
  return { id, topic: origin.topic, partition: origin.partition, offset: Number(origin.offset) };
}

function stateOf(held: HeldSaga | undefined): SagaState | undefined {
  if (held?.saga.kind !== 'withoutPlan') return held?.saga;
  throw new TypeError(`Saga ${held.saga.head.sagaId} has no plan here: its inputs are put aside.`);
}
