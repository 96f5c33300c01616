import { advance, deferInput, nextDueMs, snapshotName, type Effect, type Origin, type Plan, type SagaInput, type SagaState, type Transition } from '@onward/saga';
import type { PlaceSeen } from '../checker/evidence.js';
import type { BuiltPlan, Family } from '../plans/pool.js';
import { hashOf } from '../random.js';
import type { Message, Tally } from '../world/stage.js';
import { decodeState, encodeState, encodeTransition, sha256 } from './history-codec.js';
import { decodeRecord, encodeRecord } from './registry.js';

export const PARTITIONS = 3;
export const INPUT_TOPIC = 'inputs';

export interface Held {
  readonly state: SagaState;
  readonly hash: Buffer;
}

/** What a member holds of a partition: hot sagas in memory, all of them in its local store. */
export interface Part {
  readonly generation: number;
  readonly hot: Map<string, Held>;
  readonly due: Map<string, number>;
  position: number;
}

export interface Store {
  readonly snapshots: Map<string, Buffer>;
  /** Length of the state log that it reflects. */
  reflects: number;
}

export interface Member {
  readonly name: string;
  readonly parts: Map<number, Part>;
  readonly stores: Map<number, Store>;
  alive: boolean;
  frozen: boolean;
  busy: boolean;
  /** Counts its lives: what an earlier one asked for does not happen. */
  life: number;
  /** Whether it has the newest plan versions. */
  upgraded: boolean;
}

export interface Logged {
  readonly sagaId: string;
  readonly bytes: Buffer;
}

/** What a turn wants to commit. */
export interface Turn {
  readonly changed: Map<number, Map<string, { readonly state: SagaState | undefined; readonly bytes: Buffer }>>;
  readonly transitions: Logged[];
  readonly effects: Effect[];
  readonly quarantined: PlaceSeen[];
  readonly forwarded: { readonly place: PlaceSeen; readonly message: Message | null; readonly sagaId: string }[];
  readonly positions: Map<number, number>;
  readonly generations: Map<number, number>;
}

/** A record of the input log; without a message it is one that nobody can read. */
export interface LoggedInput {
  readonly message: Message | null;
  readonly sagaId: string;
  readonly id: string;
  /** Where it was first published, when it was forwarded. */
  readonly origin: PlaceSeen | null;
}

/** What folding needs of the stage around it. */
export interface FoldSurroundings {
  readonly family: Family;
  readonly tally: Tally;
  readonly nowMs: number;
  readonly bytesMax: number;
  plan(name: string, version: number): Plan | undefined;
  input(partition: number, offset: number): LoggedInput;
}

export function homeOf(sagaId: string): number {
  return hashOf(sagaId) % PARTITIONS;
}

/** Whether a build has a plan. */
export function knows(plan: Plan, upgraded: boolean): boolean {
  return upgraded || plan.version === 1;
}

/** Folds a member's inputs and timers into what its turn is going to commit. */
export class EngineFold {
  private readonly deferred: Message[] = [];

  constructor(private readonly around: FoldSurroundings) {}

  /** The saga in a state record; `undefined` when the member lacks its plan. */
  decode(member: Member, bytes: Buffer): SagaState | undefined {
    return decodeState(bytes, (record) => this.around.family.plans.find(({ plan }) => snapshotName(plan) === record && knows(plan, member.upgraded))?.plan);
  }

  take(member: Member, partition: number, part: Part, offset: number, turn: Turn): void {
    const { message, sagaId, id, origin } = this.around.input(partition, offset);
    const place: PlaceSeen = { topic: INPUT_TOPIC, partition, offset };
    if (message === null) {
      turn.quarantined.push({ ...place, code: 'UNREADABLE' });
      return;
    }
    if (homeOf(sagaId) !== partition) {
      turn.forwarded.push({ place, message, sagaId });
      return;
    }
    const from: Origin = { id, topic: (origin ?? place).topic, partition, offset };
    const unroutable = this.advance(member, partition, part, message.input, from, turn, message);
    if (unroutable !== undefined) turn.quarantined.push({ ...place, code: unroutable });
  }

  fire(member: Member, partition: number, part: Part, sagaId: string, turn: Turn): void {
    const held = this.load(member, partition, part, sagaId, turn);
    if (held?.state.kind !== 'open') return;
    this.drain(member, partition, part, sagaId, turn);
    const { state } = this.load(member, partition, part, sagaId, turn) as Held;
    if ((nextDueMs(state) ?? Infinity) <= this.around.nowMs) this.advance(member, partition, part, { kind: 'timer', sagaId }, null, turn, undefined);
  }

  /** What an owner without the plan put aside comes first, in order. */
  private drain(member: Member, partition: number, part: Part, sagaId: string, turn: Turn): void {
    const held = this.load(member, partition, part, sagaId, turn);
    // The list as it is now: a saga that ends on the way keeps none, and what is left is taken all the same.
    for (const record of held?.state.kind === 'open' ? held.state.deferred : []) {
      const message = this.deferred[Buffer.from(record).readInt32BE(0)] as Message;
      this.around.tally.add('deferred input taken');
      this.advance(member, partition, part, message.input, null, turn, undefined, true);
    }
  }

  private advance(member: Member, partition: number, part: Part, given: SagaInput, origin: Origin | null, turn: Turn, message: Message | undefined, deferred = false): string | undefined {
    const stored = this.bytesOf(member, partition, part, given.sagaId, turn);
    const held = this.load(member, partition, part, given.sagaId, turn);
    if (stored !== undefined && held === undefined) {
      this.defer(partition, given.sagaId, stored, origin as Origin, message as Message, turn);
      return undefined;
    }
    if (!deferred && held?.state.kind === 'open' && held.state.deferred.length > 0) {
      this.drain(member, partition, part, given.sagaId, turn);
      return this.advance(member, partition, part, given, origin, turn, message);
    }
    const { plan, input } = this.prepare(member, held?.state, given);
    let advanced = advance(plan, held?.state, input, this.around.nowMs, origin, { deferred });
    if (advanced.kind === 'transition') {
      const to = this.around.plan(advanced.transition.sagaType, advanced.transition.planVersion) as Plan;
      let bytes = encodeState(to, advanced.state);
      if (bytes.length > this.around.bytesMax && (input.kind === 'start' || input.kind === 'reply' || input.kind === 'signal')) {
        this.around.tally.add('state over its limit');
        advanced = advance(plan, held?.state, { ...input, oversize: { bytes: bytes.length, bytesMax: this.around.bytesMax } }, this.around.nowMs, origin, { deferred });
        if (advanced.kind === 'transition') bytes = encodeState(to, advanced.state);
      }
      if (advanced.kind === 'transition') this.change(partition, to, held?.hash ?? null, advanced.state, advanced.transition, bytes, turn);
    }
    turn.effects.push(...advanced.effects);
    return advanced.kind === 'unroutable' ? advanced.code : undefined;
  }

  private change(partition: number, plan: Plan, before: Buffer | null, state: SagaState | undefined, transition: Transition, bytes: Buffer, turn: Turn): void {
    const { sagaId } = transition;
    turn.transitions.push({ sagaId, bytes: encodeTransition(plan, transition, before, sha256(bytes)) });
    let changed = turn.changed.get(partition);
    if (changed === undefined) turn.changed.set(partition, (changed = new Map()));
    changed.set(sagaId, { state, bytes });
  }

  /** The input as its plan's owner reads it: hashed, and with the plan that a migration leads to. */
  private prepare(member: Member, state: SagaState | undefined, input: SagaInput): { readonly plan: Plan; readonly input: SagaInput } {
    const own = state?.kind === 'open' ? this.around.plan(state.sagaType, state.planVersion) : undefined;
    if (input.kind === 'start') {
      const found = this.around.family.plans.filter(({ plan, spec }) => spec.input === input.value.type && knows(plan, member.upgraded)).at(-1) as BuiltPlan;
      return { plan: own ?? found.plan, input: { ...input, startHash: sha256(encodeRecord(found.plan.input, input.value.value)) } };
    }
    const plan = own ?? (this.around.family.plans[0] as BuiltPlan).plan;
    if (input.kind !== 'migrate') return { plan, input };
    const target = this.around.plan(plan.name, input.toVersion);
    return { plan, input: { ...input, target: target !== undefined && knows(target, member.upgraded) ? target : undefined } };
  }

  private defer(partition: number, sagaId: string, stored: Buffer, origin: Origin, message: Message, turn: Turn): void {
    this.around.tally.add('input deferred');
    const record = Buffer.alloc(4);
    record.writeInt32BE(this.deferred.push(message) - 1);
    const { type, value } = decodeRecord(stored);
    const { snapshot, transition } = deferInput(type, value as Parameters<typeof deferInput>[1], record, this.around.nowMs, origin);
    const schema = { name: type, schema: [] };
    const bytes = encodeRecord(schema, snapshot);
    this.change(partition, (this.around.family.plans[0] as BuiltPlan).plan, sha256(stored), undefined, transition, bytes, turn);
  }

  private bytesOf(member: Member, partition: number, part: Part, sagaId: string, turn: Turn): Buffer | undefined {
    void part;
    return turn.changed.get(partition)?.get(sagaId)?.bytes ?? member.stores.get(partition)?.snapshots.get(sagaId);
  }

  private load(member: Member, partition: number, part: Part, sagaId: string, turn: Turn): Held | undefined {
    const changed = turn.changed.get(partition)?.get(sagaId);
    if (changed?.state !== undefined) return { state: changed.state, hash: sha256(changed.bytes) };
    const hot = changed === undefined ? part.hot.get(sagaId) : undefined;
    if (hot !== undefined) return hot;
    const bytes = this.bytesOf(member, partition, part, sagaId, turn);
    const state = bytes === undefined ? undefined : this.decode(member, bytes);
    return state === undefined || bytes === undefined ? undefined : { state, hash: sha256(bytes) };
  }
}
