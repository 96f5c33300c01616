import { nextDueMs, type Effect, type Plan, type SagaInput, type SagaState } from '@onward/saga';
import type { CommandSeen, OutcomeSeen, PlaceSeen } from '../checker/evidence.js';
import type { BuiltPlan, Family } from '../plans/pool.js';
import { Random } from '../random.js';
import type { Audience, Message, Stage, Tally, Trace } from '../world/stage.js';
import { Clock } from './clock.js';
import { EngineFold, homeOf, knows, PARTITIONS, type Logged, type LoggedInput, type Member, type Part, type Turn } from './engine-fold.js';
import { sha256 } from './history-codec.js';
import { decodeRecord } from './registry.js';

const MEMBERS = 2;
const MAX_TURN = 6;

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
  readonly inputs: LoggedInput[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly committed: number[] = Array.from({ length: PARTITIONS }, () => 0);
  private readonly owners: (Member | undefined)[] = Array.from({ length: PARTITIONS }, () => undefined);
  private readonly generations: number[] = Array.from({ length: PARTITIONS }, () => 0);
  private readonly members: Member[];
  private readonly latest = new Map<string, SagaState>();
  private readonly random: Random;
  private readonly fold: EngineFold;
  private isCalm = false;
  private isUpgraded = false;
  readonly bytesMax: number;

  constructor(
    seed: string,
    readonly family: Family,
    private readonly audience: Audience,
    readonly tally: Tally,
    private readonly trace: Trace,
    startMs: number,
  ) {
    this.clock = new Clock(startMs);
    this.random = new Random(`${seed}/stage`);
    this.bytesMax = this.random.chance(0.12) ? this.random.between(500, 1_200) : 1_000_000;
    this.fold = new EngineFold(this);
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
    const home = homeOf(sagaId);
    this.append(message.astray === true ? (home + 1) % PARTITIONS : home, message, sagaId, message.id, null);
  }

  publishPoison(sagaId: string, id: string): void {
    this.append(homeOf(sagaId), null, sagaId, id, null);
  }

  sagas(): ReadonlyMap<string, SagaState> {
    return this.latest;
  }

  newest(name: string): Plan {
    const found = this.family.plans.filter(({ plan }) => plan.name === name && knows(plan, this.isUpgraded));
    return (found.at(-1) as BuiltPlan).plan;
  }

  plan(name: string, version: number): Plan | undefined {
    return this.family.plans.find(({ plan }) => plan.name === name && plan.version === version)?.plan;
  }

  get isQuiet(): boolean {
    return this.inputs.every((log, partition) => (this.committed[partition] as number) >= log.length);
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

  input(partition: number, offset: number): LoggedInput {
    return (this.inputs[partition] as LoggedInput[])[offset] as LoggedInput;
  }

  private append(partition: number, message: Message | null, sagaId: string, id: string, origin: PlaceSeen | null): void {
    this.inputs[partition]?.push({ message, sagaId, id, origin });
    this.after(1, () => this.wake(this.owners[partition]));
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
      const state = this.fold.decode(member, bytes);
      const dueMs = state === undefined ? undefined : nextDueMs(state);
      // Who can take what was put aside does so at once.
      if (dueMs !== undefined || (state?.kind === 'open' && state.deferred.length > 0)) due.set(sagaId, dueMs ?? 0);
      if (dueMs !== undefined) this.wakeAt(partition, dueMs);
    }
    member.parts.set(partition, part);
    this.after(1, () => this.wake(member));
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
      const log = this.inputs[partition] as LoggedInput[];
      const end = Math.min(log.length, part.position + this.random.between(1, MAX_TURN));
      if (end > part.position) {
        for (let offset = part.position; offset < end; offset += 1) this.fold.take(member, partition, part, offset, turn);
        turn.positions.set(partition, end);
        turn.generations.set(partition, part.generation);
      }
      // R6: nothing fires while inputs wait.
      if (end < log.length) continue;
      const due = [...part.due].filter(([sagaId, dueMs]) => dueMs <= this.nowMs && turn.changed.get(partition)?.has(sagaId) !== true);
      for (const [sagaId] of due) this.fold.fire(member, partition, part, sagaId, turn);
      if (due.length > 0) turn.generations.set(partition, part.generation);
    }
    return turn.generations.size === 0 ? undefined : turn;
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
      this.append(homeOf(sagaId), message, sagaId, message?.id ?? '', place);
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
        const { id, sagaId, participant, step, action, attempt, idempotencyKey, undoes, childSagaId, value } = effect;
        this.commands.push({ id, sagaId, participant, step, action, attempt, idempotencyKey, value: value.value });
        if (childSagaId === null) {
          this.audience.commandSent({ id, sagaId, participant, type: value.type, value: value.value, step, action, attempt, idempotencyKey, undoes });
          return;
        }
        const parent = { domain: 'orders', sagaId, step, attempt, idempotencyKey };
        this.publish({ sender: { kind: 'participant', name: 'orders' }, id, input: { kind: 'start', sagaId: childSagaId, commandId: id, value, startHash: new Uint8Array(), parent } });
        return;
      }
      case 'childStop': {
        const { id, sagaId: parentId, childSagaId: sagaId, how, reason } = effect;
        this.publish({ sender: { kind: 'participant', name: 'orders' }, id, input: { kind: how, sagaId, commandId: id, by: 'parent', parent: { domain: 'orders', sagaId: parentId }, reason } });
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
