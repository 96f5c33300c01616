import { Lane, type LaneObserver } from '@onward/kafka';
import type { TwinBroker, VirtualProcess, VirtualTime } from '@onward/kafka/twin';
import { SagaProcessor } from '../../../services/orchestrator/src/lane/saga-processor.js';
import { StateRestore } from '../../../services/orchestrator/src/lane/state-restore.js';
import type { Family } from '../plans/pool.js';
import { MemoryDisk, memoryStore, type WriteEdge } from './memory-store.js';
import { metrics, PARTITIONS, partsOf, TOPICS } from './orchestrator-parts.js';

export interface MemberSurroundings {
  readonly time: VirtualTime;
  readonly broker: TwinBroker;
  readonly family: Family;
  readonly snapshotBytesMax: number;
  readonly observer: (member: LaneMember) => LaneObserver;
  /** Asked at each batch and at each write of the store: the process may be killed there. */
  readonly edge: (member: LaneMember, edge: WriteEdge | 'after-poll') => number;
  readonly failed: (member: LaneMember, error: unknown) => void;
}

/** An instance of the orchestrator: a process that is started anew after it died, and a disk that outlives it. */
export class LaneMember {
  readonly disk = new MemoryDisk();
  process: VirtualProcess | undefined;
  private lane: Lane | undefined;
  /** Whether it has the newest plan versions. */
  upgraded = false;

  constructor(
    readonly name: string,
    private readonly around: MemberSurroundings,
  ) {}

  get isRunning(): boolean {
    return this.process?.state === 'running';
  }

  /** Starts a process; what was there before must be dead. */
  start(): void {
    const process = this.around.time.process(this.name);
    this.process = process;
    // The lane of the process before died with it: nothing of it answers any more.
    this.lane = undefined;
    process.run(() => {
      this.open(process).catch((error: unknown) => this.around.failed(this, error));
    });
  }

  /** Leaves the group in order, as for a deploy. */
  stop(then: () => void): void {
    const { process, lane } = this;
    if (process === undefined) return;
    const end = (): void => {
      process.kill();
      then();
    };
    if (lane === undefined) end();
    else void process.run(() => lane.stop().then(end, end));
  }

  private async open(process: VirtualProcess): Promise<void> {
    const { broker, family, snapshotBytesMax, observer, edge } = this.around;
    const { codec, inputs, reader, writer, runner } = await partsOf(family, this.upgraded);
    const cluster = await broker.connect(process);
    const processor = new SagaProcessor({
      runner: runner(snapshotBytesMax),
      inputs,
      reader,
      writer,
      store: memoryStore(this.disk, (at) => edge(this, at)),
      restore: new StateRestore(await cluster.fork(), TOPICS.state, codec, () => {}),
      metrics,
      stateTopic: TOPICS.state,
      aside: () => {},
    });
    const { process: fold } = SagaProcessor.prototype;
    processor.process = async (batch, nowMs) => {
      edge(this, 'after-poll');
      return fold.call(processor, batch, nowMs);
    };
    const options = {
      groupId: 'orders',
      topics: TOPICS.inputs,
      transactionalId: this.name,
      quarantineTopic: TOPICS.quarantine,
      stateTopic: { topic: TOPICS.state },
      partitionCount: PARTITIONS,
      sessionTimeoutMs: 3_000,
      maxWaitMs: 4_000,
      metadataMaxAgeMs: 3_600_000,
    };
    this.lane = await Lane.start(cluster, options, processor, observer(this));
  }
}
