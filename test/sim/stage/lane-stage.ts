import { partitionFor, ProducerFenced, RecordProducer, TransactionAborted, type OutboundRecord } from '@onward/kafka';
import { TwinBroker, type VirtualTime } from '@onward/kafka/twin';
import { ClosedSaga } from '@onward/contracts';
import { nextDueMs, snapshotName, type Plan, type SagaState } from '@onward/saga';
import type { Violation } from '../checker/evidence.js';
import type { BuiltPlan, Family } from '../plans/pool.js';
import { Random } from '../random.js';
import type { Audience, Message, Stage, Tally, Trace } from '../world/stage.js';
import { Collector, partitions } from './collector.js';
import { decodeState } from './history-codec.js';
import { LaneMember } from './lane-member.js';
import { LaneNetwork } from './lane-network.js';
import { PARTITIONS, TOPICS } from './orchestrator-parts.js';
import { decodeRecord } from './registry.js';
import { recordOf } from './wire.js';

const MEMBERS = 2;
/** How often the world looks for what was committed, besides after every transaction. */
const LOOK_MS = 1_000;
/** Time is let go only when nothing is due for so long. */
const LEAP_MARGIN_MS = 20_000;

/** The production lane, consumer, producer and processor on the Kafka twin, in virtual time, with members that die and freeze. */
export class LaneStage implements Stage {
  readonly seen: Collector;
  readonly violations: Violation[] = [];
  readonly broker: TwinBroker;
  private readonly network: LaneNetwork;
  private readonly random: Random;
  private readonly members: LaneMember[];
  private readonly decoded = new Map<string, { readonly bytes: Buffer; readonly state: SagaState }>();
  private producer: RecordProducer | undefined;
  private outbox: { readonly record: OutboundRecord; readonly readable: boolean; readonly id: string }[] = [];
  private pending = 0;
  private isCalm = false;
  private isUpgraded = false;
  private looking = false;

  constructor(
    seed: string,
    private readonly time: VirtualTime,
    private readonly family: Family,
    audience: Audience,
    private readonly tally: Tally,
    private readonly trace: Trace,
  ) {
    this.random = new Random(`${seed}/stage`);
    this.network = new LaneNetwork(new Random(`${seed}/network`), tally);
    this.broker = new TwinBroker({ time, nodes: 2, network: this.network });
    this.seen = new Collector(this.broker, audience, tally, trace, () => this.nowMs);
    for (const topic of this.topics()) this.broker.createTopic(topic, { partitions: PARTITIONS, compacted: topic === TOPICS.state });
    this.network.ended = () => this.lookSoon(1);
    this.network.died = (name) => this.restartLater(this.memberOf(name));
    this.network.froze = (name) => this.thawLater(this.memberOf(name));
    const around = {
      time,
      broker: this.broker,
      family,
      snapshotBytesMax: this.random.chance(0.12) ? this.random.between(500, 1_200) : 262_144,
      observer: (member: LaneMember) => ({
        partitionStopped: (error: unknown) => this.violate('STOPPED', `${member.name}: ${(error as Error).message}`),
        retrying: (error: unknown) => this.retrying(member, error),
        failed: (error: unknown) => this.memberFailed(member, error),
      }),
      edge: (member: LaneMember, edge: string) => this.edge(member, edge),
      failed: (member: LaneMember, error: unknown) => this.memberFailed(member, error),
    };
    this.members = Array.from({ length: MEMBERS }, (_, n) => new LaneMember(`orders-${n}`, around));
  }

  /** Opens the world's own connection and starts the members. */
  async begin(): Promise<void> {
    const world = this.time.process('world');
    const cluster = await this.broker.connect(world);
    this.producer = new RecordProducer({ cluster });
    for (const member of this.members) {
      member.start();
      this.after(this.random.between(1_500, 9_000), () => this.trouble(member));
    }
    this.after(this.random.between(1_000, 4_000), () => this.upgrade());
    this.after(LOOK_MS, () => this.lookOn());
  }

  get nowMs(): number {
    return Math.floor(this.time.nowMs);
  }

  after(delayMs: number, run: () => void): void {
    this.pending += 1;
    this.time.after(delayMs, () => {
      this.pending -= 1;
      run();
    });
  }

  publish(message: Message): void {
    const record = recordOf(message);
    this.put(record, message.id, true);
  }

  publishPoison(sagaId: string, id: string): void {
    const key = Buffer.from(sagaId);
    const topic = this.random.pick([...TOPICS.clientCommands, ...[...TOPICS.participants.values()].slice(0, 1).map(({ replies }) => replies)]);
    const value = this.random.pick([Buffer.from('nonsense'), Buffer.from([0, 0, 0, 0, 9, 1]), Buffer.alloc(0), null]);
    this.put({ topic, partition: partitionFor(key, PARTITIONS), key, value, headers: { ce_id: id } }, id, false);
  }

  sagas(): ReadonlyMap<string, SagaState> {
    const sagas = new Map<string, SagaState>();
    for (const [sagaId, bytes] of this.seen.latest) {
      let known = this.decoded.get(sagaId);
      if (known?.bytes !== bytes) {
        const state = decodeState(bytes, (record) => this.family.plans.find(({ plan }) => snapshotName(plan) === record)?.plan);
        if (state === undefined) continue;
        this.decoded.set(sagaId, (known = { bytes, state }));
      }
      sagas.set(sagaId, known.state);
    }
    return sagas;
  }

  newest(name: string): Plan {
    return (this.family.plans.filter(({ plan }) => plan.name === name).at(-1) as BuiltPlan).plan;
  }

  plan(name: string, version: number): Plan | undefined {
    return this.family.plans.find(({ plan }) => plan.name === name && plan.version === version)?.plan;
  }

  calm(): void {
    this.isCalm = true;
    this.network.calm = true;
    this.isUpgraded = true;
    for (const member of this.members) {
      member.process?.thaw();
      const lacking = !member.upgraded;
      member.upgraded = true;
      // Who lacks the newest plans would put inputs aside for ever.
      if (lacking && member.isRunning) member.stop(() => member.start());
    }
  }

  /** Whether nothing is under way any more: all is consumed, every saga has ended, and nobody is about to do anything. */
  get atRest(): boolean {
    if (this.pending > 0 || !this.isQuiet) return false;
    for (const bytes of this.seen.latest.values()) if (decodedName(bytes) !== ClosedSaga.name) return false;
    return true;
  }

  /** Lets the time pass that nothing happens in, when it is long. */
  leap(): void {
    if (this.pending > 1 || !this.isQuiet) return;
    const soonestMs = Math.min(...[...this.sagas().values()].map((saga) => nextDueMs(saga) ?? Infinity));
    const idleMs = soonestMs - this.nowMs - LEAP_MARGIN_MS;
    if (idleMs > LEAP_MARGIN_MS && idleMs < Infinity) this.time.leap(idleMs);
  }

  get isQuiet(): boolean {
    if (this.outbox.length > 0 || this.broker.openTransactions.length > 0) return false;
    return TOPICS.inputs.every((topic) => partitions().every((partition) => !this.isLeft(topic, partition)));
  }

  /** Everything that was committed is collected. */
  finish(): void {
    this.seen.look();
  }

  consumed(topic: string, partition: number): number {
    return Number(this.broker.committedOffset('orders', topic, partition) ?? 0n);
  }

  /** Whether a record waits behind the committed offset. What was aborted is skipped, and nothing commits its offset by itself. */
  private isLeft(topic: string, partition: number): boolean {
    const consumed = BigInt(this.consumed(topic, partition));
    return consumed < this.broker.end(topic, partition, 'read_uncommitted') && this.broker.records(topic, partition, 'read_committed', consumed).length > 0;
  }

  private *topics(): Generator<string> {
    yield* new Set([
      ...TOPICS.inputs,
      TOPICS.state,
      TOPICS.events,
      TOPICS.quarantine,
      ...TOPICS.outcomes.values(),
      ...[...TOPICS.participants.values()].flatMap(({ commands, replies }) => [commands, replies]),
    ]);
  }

  // What the world writes -------------------------------------------------------------------------------------------

  /** What is published within a moment goes out together. */
  private put(record: OutboundRecord, id: string, readable: boolean): void {
    this.outbox.push({ record, readable, id });
    if (this.outbox.length === 1) this.after(1, () => this.sendOutbox());
  }

  private sendOutbox(): void {
    const sent = this.outbox;
    this.outbox = [];
    this.pending += 1;
    this.producer?.send(sent.map(({ record }) => record)).then(
      (appended) => {
        this.pending -= 1;
        appended.forEach(({ topic, partition, offset }, n) => {
          const { record, readable, id } = sent[n] as (typeof sent)[number];
          this.seen.published.push({ topic, partition, offset: Number(offset), id, sagaId: String(record.key), readable });
        });
      },
      (error: unknown) => this.violate('WORLD', `The world cannot publish: ${(error as Error).message}`),
    );
  }

  // What the world reads --------------------------------------------------------------------------------------------

  private lookOn(): void {
    this.seen.look();
    this.time.after(LOOK_MS, () => this.lookOn());
  }

  private lookSoon(delayMs: number): void {
    if (this.looking) return;
    this.looking = true;
    this.after(delayMs, () => {
      this.looking = false;
      this.seen.look();
    });
  }

  // Faults ----------------------------------------------------------------------------------------------------------

  private memberOf(name: string): LaneMember {
    return this.members.find((member) => member.name === name) as LaneMember;
  }

  /** A moment at which a process may be killed. @returns how long a write takes */
  private edge(member: LaneMember, edge: string): number {
    if (this.isCalm || !member.isRunning) return 0;
    if (this.random.chance(edge === 'after-poll' ? 0.002 : 0.0015)) {
      this.tally.add(`killed ${edge}`);
      this.kill(member, edge);
    }
    return edge === 'before-store-write' && this.random.chance(0.1) ? this.random.between(1, 30) : 0;
  }

  private kill(member: LaneMember, why: string): void {
    this.note(`${member.name} is killed (${why})`);
    member.process?.kill();
    this.restartLater(member);
  }

  private restartLater(member: LaneMember): void {
    this.note(`${member.name} is dead`);
    const process = member.process;
    this.after(this.isCalm ? 100 : this.random.between(200, 5_000), () => {
      if (member.process !== process) return;
      if (!this.isCalm) this.disturbDisk(member);
      // A rollout takes its time: what starts again may still be the old build.
      member.upgraded ||= this.isUpgraded && (this.isCalm || this.random.chance(0.4));
      this.note(`${member.name} starts`);
      member.start();
    });
  }

  private disturbDisk(member: LaneMember): void {
    const kind = this.random.weighted({ keep: 6, lose: 3, old: 2 });
    if (kind === 'lose') {
      member.disk.lose();
      this.tally.add('local store lost');
    } else if (kind === 'old' && member.disk.putBack()) {
      this.tally.add('local store put back from an old copy');
    }
  }

  private thawLater(member: LaneMember): void {
    this.note(`${member.name} freezes`);
    const process = member.process;
    this.after(this.random.between(500, 7_000), () => {
      if (process?.state === 'frozen') this.note(`${member.name} thaws`);
      process?.thaw();
    });
  }

  private trouble(member: LaneMember): void {
    if (this.isCalm) return;
    this.after(this.random.between(1_000, 9_000), () => this.trouble(member));
    const kind = this.random.weighted({ kill: 4, freeze: 3, backUp: 3, compact: 2, leader: 2, coordinator: 1, stop: 1 });
    if (kind === 'compact') {
      this.broker.compact(TOPICS.state);
      this.tally.add('state topic compacted');
    } else if (kind === 'leader') {
      this.broker.moveLeader(this.random.pick([...this.topics()]), this.random.between(0, PARTITIONS - 1), this.random.between(1, 2));
      this.tally.add('leader moved');
    } else if (kind === 'coordinator') {
      this.broker.moveCoordinator('group', 'orders', this.random.between(1, 2));
      this.tally.add('coordinator moved');
    } else if (kind === 'backUp') member.disk.backUp();
    else if (member.isRunning) this.disturb(member, kind);
  }

  private disturb(member: LaneMember, kind: 'kill' | 'freeze' | 'stop'): void {
    this.tally.add(kind === 'kill' ? 'killed' : kind === 'freeze' ? 'zombie' : 'stopped in order');
    if (kind === 'kill') this.kill(member, 'anywhere');
    else if (kind === 'freeze') {
      member.process?.freeze();
      this.thawLater(member);
    } else member.stop(() => this.restartLater(member));
  }

  /** The newest plan versions are rolled out, one member before the other. */
  private upgrade(): void {
    if (this.isCalm) return;
    this.isUpgraded = true;
    this.tally.add('deploy');
    const [first] = this.members;
    if (first?.isRunning !== true) return;
    first.upgraded = true;
    first.stop(() => this.restartLater(first));
  }

  /** The lane has stopped for good: its service would end, and be started again. */
  private memberFailed(member: LaneMember, error: unknown): void {
    this.tally.add('lane gave up');
    this.note(`${member.name} gives up: ${(error as Error).message}`);
    member.process?.kill();
    this.restartLater(member);
  }

  private retrying(member: LaneMember, error: unknown): void {
    const lost = error instanceof TransactionAborted && error.membershipLost;
    if (lost || error instanceof ProducerFenced) this.tally.add('late commit fenced');
    if (this.trace.reading) this.note(`${member.name} tries again: ${(error as Error).message}`);
  }

  private note(line: string): void {
    this.trace.note(this.nowMs, line);
  }

  private violate(rule: string, text: string): void {
    this.violations.push({ rule, sagaId: null, text });
  }
}

function decodedName(bytes: Buffer): string {
  return decodeRecord(bytes).type;
}
