import { advance, deferInput, nextDueMs, snapshotName, type Effect, type Origin, type Plan, type SagaInput, type SagaState, type Transition } from '@onward/saga';
import type { CommandSeen, OutcomeSeen, PlaceSeen } from '../checker/evidence.js';
import type { BuiltPlan, Family } from '../plans/pool.js';
import { hashOf, Random } from '../random.js';
import type { Audience, Message, Stage, Tally, Trace } from '../world/stage.js';
import { Clock } from './clock.js';
import { decodeState, encodeState, encodeTransition, sha256 } from './history-codec.js';
import { decodeRecord, encodeRecord } from './registry.js';

const PARTITIONS = 3;
const MEMBERS = 2;
export const INPUT_TOPIC = 'inputs';
const MAX_TURN = 6;

interface Held {
  readonly state: SagaState;
  readonly hash: Buffer;
}

/** What a member holds of a partition: hot sagas in memory, all of them in its local store. */
interface Part {
  readonly generation: number;
  readonly hot: Map<string, Held>;
  readonly due: Map<string, number>;
  position: number;
}

interface Store {
  readonly snapshots: Map<string, Buffer>;
  /** Length of the state log that it reflects. */
  reflects: number;
}

interface Member {
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

interface Logged {
  readonly sagaId: string;
  readonly bytes: Buffer;
}

/** What a turn wants to commit. */
interface Turn {
  readonly changed: Map<number, Map<string, { readonly state: SagaState | undefined; readonly bytes: Buffer }>>;
  readonly transitions: Logged[];
  readonly effects: Effect[];
  readonly quarantined: PlaceSeen[];
  readonly forwarded: { readonly place: PlaceSeen; readonly message: Message | null; readonly sagaId: string }[];
  readonly positions: Map<number, number>;
  readonly generations: Map<number, number>;
}

/**
 * The engine over a model of its surroundings: partitioned logs in memory, two members with hot sagas and local stores,
 * commits that hold records and offsets together, members that die, freeze and are replaced at any point. No production
 * code of lanes or Kafka is in here: it is fast, and what it finds lies in the engine.
 */
export class EngineStage implements Stage {
  readonly clock: Clock;
  readonly stateLog: Logged[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly history: Logged[] = [];
  readonly commands: CommandSeen[] = [];
  readonly outcomes: OutcomeSeen[] = [];
  readonly quarantined: PlaceSeen[] = [];
  readonly forwarded: PlaceSeen[] = [];
  readonly inputs: { readonly message: Message | null; readonly sagaId: string; readonly id: string; readonly origin: PlaceSeen | null }[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly committed: number[] = Array.from({ length: PARTITIONS }, () => 0);
  private readonly owners: (Member | undefined)[] = Array.from({ length: PARTITIONS }, () => undefined);
  private readonly generations: number[] = Array.from({ length: PARTITIONS }, () => 0);
  private readonly members: Member[];
  private readonly latest = new Map<string, SagaState>();
  private readonly random: Random;
  private readonly deferred: Message[] = [];
  private isCalm = false;
  private isUpgraded = false;
  private readonly bytesMax: number;

  constructor(
    seed: string,
    private readonly family: Family,
    private readonly audience: Audience,
    private readonly tally: Tally,
    private readonly trace: Trace,
    startMs: number,
  ) {
    this.clock = new Clock(startMs);
    this.random = new Random(`${seed}/stage`);
    this.bytesMax = this.random.chance(0.12) ? this.random.between(500, 1_200) : 1_000_000;
    this.members = Array.from({ length: MEMBERS }, (_, n) => ({ name: `orders-${n}`, parts: new Map(), stores: new Map(), alive: true, frozen: false, busy: false, life: 0, upgraded: false }));
    this.rebalance();
    for (const member of this.members) this.after(this.random.between(500, 6_000), () => this.trouble(member));
    this.after(this.random.between(2_000, 10_000), () => this.upgrade());
  }

  get nowMs(): number {
    return this.clock.nowMs;
  }

  after(delayMs: number, run: () => void): void {
    this.clock.after(delayMs, run);
  }

  publish(message: Message): void {
    const { sagaId } = message.input;
    const home = this.homeOf(sagaId);
    this.append(message.astray === true ? (home + 1) % PARTITIONS : home, message, sagaId, message.id, null);
  }

  publishPoison(sagaId: string, id: string): void {
    this.append(this.homeOf(sagaId), null, sagaId, id, null);
  }

  sagas(): ReadonlyMap<string, SagaState> {
    return this.latest;
  }

  newest(name: string): Plan {
    const found = this.family.plans.filter(({ plan }) => plan.name === name && this.knows(plan, this.isUpgraded));
    return (found.at(-1) as BuiltPlan).plan;
  }

  plan(name: string, version: number): Plan | undefined {
    return this.family.plans.find(({ plan }) => plan.name === name && plan.version === version)?.plan;
  }

  calm(): void {
    this.isCalm = true;
    this.isUpgraded = true;
    for (const member of this.members) {
      member.upgraded = true;
      if (member.frozen) this.thaw(member);
      if (!member.alive) this.restart(member);
    }
    // What an owner put aside is taken by one that opens the partition with the plan.
    for (let partition = 0; partition < PARTITIONS; partition += 1) this.owners[partition]?.parts.delete(partition);
    this.rebalance();
  }

  private homeOf(sagaId: string): number {
    return hashOf(sagaId) % PARTITIONS;
  }

  private append(partition: number, message: Message | null, sagaId: string, id: string, origin: PlaceSeen | null): void {
    this.inputs[partition]?.push({ message, sagaId, id, origin });
    this.after(1, () => this.wake(this.owners[partition]));
  }

  private knows(plan: Plan, upgraded: boolean): boolean {
    return upgraded || plan.version === 1;
  }

  // Members ---------------------------------------------------------------------------------------------------------

  /** Every partition gets an owner that is there; a partition that moves is opened anew. */
  private rebalance(): void {
    const there = this.members.filter(({ alive, frozen }) => alive && !frozen);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const before = this.owners[partition];
      const next = there.length === 0 ? undefined : there[(partition + this.generations.length) % there.length];
      if (next === before && next?.parts.has(partition) === true) continue;
      this.owners[partition] = next;
      this.generations[partition] = (this.generations[partition] ?? 0) + 1;
      // A frozen member does not notice; its parts go when it thaws.
      if (before !== undefined && before !== next && !before.frozen) before.parts.delete(partition);
      if (next !== undefined) this.open(next, partition);
    }
  }

  private open(member: Member, partition: number): void {
    const log = this.stateLog[partition] as Logged[];
    let store = member.stores.get(partition);
    if (store === undefined) {
      store = { snapshots: new Map(), reflects: 0 };
      member.stores.set(partition, store);
    }
    for (const { sagaId, bytes } of log.slice(store.reflects)) store.snapshots.set(sagaId, bytes);
    store.reflects = log.length;
    const due = new Map<string, number>();
    const part: Part = { generation: this.generations[partition] as number, hot: new Map(), due, position: this.committed[partition] as number };
    for (const [sagaId, bytes] of store.snapshots) {
      const state = this.decode(member, bytes);
      const dueMs = state === undefined ? undefined : nextDueMs(state);
      // Who can take what was put aside does so at once.
      if (dueMs !== undefined || (state?.kind === 'open' && state.deferred.length > 0)) due.set(sagaId, dueMs ?? 0);
      if (dueMs !== undefined) this.wakeAt(partition, dueMs);
    }
    member.parts.set(partition, part);
    this.after(1, () => this.wake(member));
  }

  private decode(member: Member, bytes: Buffer): SagaState | undefined {
    return decodeState(bytes, (record) => this.family.plans.find(({ plan }) => snapshotName(plan) === record && this.knows(plan, member.upgraded))?.plan);
  }

  /** Dies, freezes, or loses its disk: at any moment, in the middle of a turn too. */
  private trouble(member: Member): void {
    if (this.isCalm) return;
    if (member.alive && !member.frozen) {
      const kind = this.random.weighted({ crash: 6, freeze: 4, none: 2 });
      if (kind === 'crash') this.crash(member, member.busy ? 'crash in a turn' : 'crash');
      else if (kind === 'freeze') this.freeze(member);
    }
    this.after(this.random.between(1_000, 9_000), () => this.trouble(member));
  }

  private crash(member: Member, how: string): void {
    this.tally.add(how);
    this.note(`${member.name} dies (${how})`);
    member.alive = false;
    member.busy = false;
    member.life += 1;
    member.parts.clear();
    const { life } = member;
    this.after(this.random.between(200, 2_500), () => this.rebalance());
    this.after(this.random.between(500, 6_000), () => {
      if (!member.alive && member.life === life) this.restart(member);
    });
  }

  private restart(member: Member): void {
    member.alive = true;
    member.upgraded ||= this.isUpgraded;
    if (!this.isCalm && this.random.chance(0.35)) {
      member.stores.clear();
      this.tally.add('local store lost');
    }
    this.note(`${member.name} starts`);
    this.rebalance();
  }

  private freeze(member: Member): void {
    this.tally.add(member.busy ? 'zombie in a turn' : 'zombie');
    this.note(`${member.name} freezes`);
    member.frozen = true;
    const { life } = member;
    this.after(this.random.between(300, 1_500), () => this.rebalance());
    this.after(this.random.between(1_000, 6_000), () => {
      if (member.frozen && member.life === life) this.thaw(member);
    });
  }

  private thaw(member: Member): void {
    member.frozen = false;
    this.note(`${member.name} thaws`);
    this.rebalance();
    this.wake(member);
  }

  /** The newest plan versions are rolled out, one member after the other. */
  private upgrade(): void {
    if (this.isCalm) return;
    this.isUpgraded = true;
    const [first] = this.members;
    if (first?.alive === true) this.crash(first, 'deploy');
  }

  // Turns -----------------------------------------------------------------------------------------------------------

  private wakeAt(partition: number, dueMs: number): void {
    this.after(Math.max(1, dueMs - this.nowMs), () => this.wake(this.owners[partition]));
  }

  private wake(member: Member | undefined): void {
    if (member === undefined || !member.alive || member.frozen || member.busy) return;
    const turn = this.turn(member);
    if (turn === undefined) return;
    member.busy = true;
    const { life } = member;
    this.after(this.random.between(1, 9), () => this.finish(member, life, turn));
  }

  private finish(member: Member, life: number, turn: Turn): void {
    if (member.life !== life) return;
    if (member.frozen) {
      // It goes on where it was, when it thaws.
      this.after(50, () => this.finish(member, life, turn));
      return;
    }
    member.busy = false;
    const fenced = [...turn.generations].some(([partition, generation]) => this.generations[partition] !== generation);
    if (fenced) {
      this.tally.add('late commit fenced');
      this.note(`${member.name} is fenced`);
      member.parts.clear();
      this.generations.forEach((_, partition) => {
        if (this.owners[partition] === member) this.open(member, partition);
      });
      return;
    }
    this.commit(member, turn);
    if (!this.isCalm && this.random.chance(0.004)) {
      this.crash(member, 'crash after the commit');
      return;
    }
    this.remember(member, turn);
    this.wake(member);
  }

  private turn(member: Member): Turn | undefined {
    const turn: Turn = { changed: new Map(), transitions: [], effects: [], quarantined: [], forwarded: [], positions: new Map(), generations: new Map() };
    for (const [partition, part] of member.parts) {
      if (this.owners[partition] !== member && !member.frozen) continue;
      const log = this.inputs[partition] as EngineStage['inputs'][number];
      const end = Math.min(log.length, part.position + this.random.between(1, MAX_TURN));
      if (end > part.position) {
        for (let offset = part.position; offset < end; offset += 1) this.take(member, partition, part, offset, turn);
        turn.positions.set(partition, end);
        turn.generations.set(partition, part.generation);
      }
      // R6: nothing fires while inputs wait.
      if (end < log.length) continue;
      const due = [...part.due].filter(([sagaId, dueMs]) => dueMs <= this.nowMs && turn.changed.get(partition)?.has(sagaId) !== true);
      for (const [sagaId] of due) this.fire(member, partition, part, sagaId, turn);
      if (due.length > 0) turn.generations.set(partition, part.generation);
    }
    return turn.generations.size === 0 ? undefined : turn;
  }

  private take(member: Member, partition: number, part: Part, offset: number, turn: Turn): void {
    const { message, sagaId, id, origin } = (this.inputs[partition] as EngineStage['inputs'][number])[offset] as EngineStage['inputs'][number][number];
    const place: PlaceSeen = { topic: INPUT_TOPIC, partition, offset };
    if (message === null) {
      turn.quarantined.push({ ...place, code: 'UNREADABLE' });
      return;
    }
    if (this.homeOf(sagaId) !== partition) {
      turn.forwarded.push({ place, message, sagaId });
      return;
    }
    const from: Origin = { id, topic: (origin ?? place).topic, partition, offset };
    const unroutable = this.advance(member, partition, part, message.input, from, turn, message);
    if (unroutable !== undefined) turn.quarantined.push({ ...place, code: unroutable });
  }

  private fire(member: Member, partition: number, part: Part, sagaId: string, turn: Turn): void {
    const held = this.load(member, partition, part, sagaId, turn);
    if (held?.state.kind !== 'open') return;
    this.drain(member, partition, part, sagaId, turn);
    const { state } = this.load(member, partition, part, sagaId, turn) as Held;
    if ((nextDueMs(state) ?? Infinity) <= this.nowMs) this.advance(member, partition, part, { kind: 'timer', sagaId }, null, turn, undefined);
  }

  /** What an owner without the plan put aside comes first, in order. */
  private drain(member: Member, partition: number, part: Part, sagaId: string, turn: Turn): void {
    const held = this.load(member, partition, part, sagaId, turn);
    // The list as it is now: a saga that ends on the way keeps none, and what is left is taken all the same.
    for (const record of held?.state.kind === 'open' ? held.state.deferred : []) {
      const message = this.deferred[Buffer.from(record).readInt32BE(0)] as Message;
      this.tally.add('deferred input taken');
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
    let advanced = advance(plan, held?.state, input, this.nowMs, origin, { deferred });
    if (advanced.kind === 'transition') {
      const to = this.plan(advanced.transition.sagaType, advanced.transition.planVersion) as Plan;
      let bytes = encodeState(to, advanced.state);
      if (bytes.length > this.bytesMax && (input.kind === 'start' || input.kind === 'reply' || input.kind === 'signal')) {
        this.tally.add('state over its limit');
        advanced = advance(plan, held?.state, { ...input, oversize: { bytes: bytes.length, bytesMax: this.bytesMax } }, this.nowMs, origin, { deferred });
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
    const own = state?.kind === 'open' ? this.plan(state.sagaType, state.planVersion) : undefined;
    if (input.kind === 'start') {
      const found = this.family.plans.filter(({ plan, spec }) => spec.input === input.value.type && this.knows(plan, member.upgraded)).at(-1) as BuiltPlan;
      return { plan: own ?? found.plan, input: { ...input, startHash: sha256(encodeRecord(found.plan.input, input.value.value)) } };
    }
    const plan = own ?? (this.family.plans[0] as BuiltPlan).plan;
    if (input.kind !== 'migrate') return { plan, input };
    const target = this.plan(plan.name, input.toVersion);
    return { plan, input: { ...input, target: target !== undefined && this.knows(target, member.upgraded) ? target : undefined } };
  }

  private defer(partition: number, sagaId: string, stored: Buffer, origin: Origin, message: Message, turn: Turn): void {
    this.tally.add('input deferred');
    const record = Buffer.alloc(4);
    record.writeInt32BE(this.deferred.push(message) - 1);
    const { type, value } = decodeRecord(stored);
    const { snapshot, transition } = deferInput(type, value as Parameters<typeof deferInput>[1], record, this.nowMs, origin);
    const schema = { name: type, schema: [] };
    const bytes = encodeRecord(schema, snapshot);
    this.change(partition, (this.family.plans[0] as BuiltPlan).plan, sha256(stored), undefined, transition, bytes, turn);
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

  // Commits ---------------------------------------------------------------------------------------------------------

  /** One transaction: records and offsets, all or nothing. */
  private commit(member: Member, turn: Turn): void {
    for (const logged of turn.transitions) {
      this.history.push(logged);
      if (this.trace.reading) this.note(`${member.name} ${logged.sagaId} ${describe(logged.bytes)}`);
    }
    for (const [partition, changed] of turn.changed) {
      for (const [sagaId, { state, bytes }] of changed) {
        this.stateLog[partition]?.push({ sagaId, bytes });
        if (state !== undefined) this.latest.set(sagaId, state);
        this.trace.note(this.nowMs, this.trace.reading ? '' : bytes.toString('latin1'));
      }
    }
    for (const [partition, position] of turn.positions) this.committed[partition] = position;
    this.quarantined.push(...turn.quarantined);
    for (const { place, message, sagaId } of turn.forwarded) {
      this.forwarded.push(place);
      this.append(this.homeOf(sagaId), message, sagaId, message?.id ?? '', place);
    }
    for (const effect of turn.effects) this.send(effect);
  }

  /** After the commit: memory and the local store follow. */
  private remember(member: Member, turn: Turn): void {
    for (const [partition, position] of turn.positions) {
      const part = member.parts.get(partition);
      if (part !== undefined) part.position = position;
    }
    for (const [partition, changed] of turn.changed) {
      const part = member.parts.get(partition);
      const store = member.stores.get(partition);
      if (part === undefined || store === undefined) continue;
      for (const [sagaId, { state, bytes }] of changed) {
        store.snapshots.set(sagaId, bytes);
        part.hot.delete(sagaId);
        if (state?.kind === 'open' && this.random.chance(0.6)) part.hot.set(sagaId, { state, hash: sha256(bytes) });
        const dueMs = state === undefined ? undefined : nextDueMs(state);
        if (dueMs === undefined) part.due.delete(sagaId);
        else {
          part.due.set(sagaId, dueMs);
          this.wakeAt(partition, dueMs);
        }
      }
      store.reflects = (this.stateLog[partition] as Logged[]).length;
    }
  }

  private send(effect: Effect): void {
    switch (effect.kind) {
      case 'command': {
        const { id, sagaId, participant, step, action, attempt, idempotencyKey, childSagaId, value } = effect;
        this.commands.push({ id, sagaId, participant, step, action, attempt, idempotencyKey, value: value.value });
        if (childSagaId === null) {
          this.audience.commandSent({ id, sagaId, participant, type: value.type, value: value.value, step, action, attempt, idempotencyKey });
          return;
        }
        const parent = { domain: 'orders', sagaId, step, attempt, idempotencyKey };
        this.publish({ sender: { kind: 'participant', name: 'orders' }, id, input: { kind: 'start', sagaId: childSagaId, commandId: id, value, startHash: new Uint8Array(), parent } });
        return;
      }
      case 'childStop': {
        const { id, childSagaId: sagaId, how, reason } = effect;
        this.publish({ sender: { kind: 'participant', name: 'orders' }, id, input: { kind: how, sagaId, commandId: id, by: 'parent', reason } });
        return;
      }
      case 'reply': {
        const { parent, reply } = effect;
        const said = reply.outcome === 'done' ? reply : { outcome: 'rejected' as const, code: reply.failure.code, message: reply.failure.message, causes: reply.failure.causes };
        const input: SagaInput = { kind: 'reply', sagaId: parent.sagaId, participant: 'orders', step: parent.step, action: 'do', attempt: parent.attempt, reply: said };
        this.publish({ sender: { kind: 'participant', name: 'orders' }, id: effect.id, input });
        return;
      }
      case 'outcome':
        this.outcomes.push({ id: effect.id, sagaId: effect.sagaId, commandId: effect.commandId, outcome: effect.outcome, code: effect.failure?.code ?? null });
        return;
      case 'stuck':
        this.tally.add('stuck notice');
    }
  }

  private note(line: string): void {
    this.trace.note(this.nowMs, line);
  }
}

function describe(bytes: Buffer): string {
  const { value } = decodeRecord(bytes) as { value: { sequence: number; cause: { kind: string }; events: { kind: string; step: string | null; action: string | null; attempt: number | null; reason: string | null; failure: { code: string } | null }[] } };
  const events = value.events.map(({ kind, step, action, attempt, reason, failure }) => [kind, action, step, attempt === null ? null : `#${attempt}`, reason, failure?.code].filter((part) => part !== null && part !== undefined).join(' '));
  return `${value.sequence} ${value.cause.kind}: ${events.join('; ')}`;
}
