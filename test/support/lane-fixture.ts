import type { ChildProcess } from 'node:child_process';
import { Lane, type KafkaError, type LaneOptions, type PartitionStoppedError } from '@onward/kafka';
import type { LaneChildConfig } from './child/lane-child.js';
import { startChild } from './child/run-child.js';
import { EchoProcessor } from './echo-processor.js';
import { until, type KafkaFixture } from './kafka-fixture.js';
import type { TestStack } from './stack.js';

export const PARTITIONS = 4;

/** A lane of a test with everything it said. */
export interface RunningLane {
  readonly lane: Lane;
  readonly processor: EchoProcessor;
  readonly retried: unknown[];
  readonly stopped: PartitionStoppedError[];
  readonly failed: KafkaError[];
}

/** Topics and a group of one test, and lanes over them that answer every input once. */
export class LaneFixture {
  readonly groupId: string;
  readonly #lanes: Lane[] = [];
  readonly #children: ChildProcess[] = [];

  private constructor(
    readonly stack: TestStack,
    readonly kafka: KafkaFixture,
    readonly topics: { readonly in: string; readonly out: string; readonly quarantine: string },
  ) {
    this.groupId = kafka.unique('group');
  }

  static async open(stack: TestStack, kafka: KafkaFixture): Promise<LaneFixture> {
    const [input, out, quarantine] = await Promise.all(['in', 'out', 'quarantine'].map((name) => kafka.topic(name, PARTITIONS)));
    return new LaneFixture(stack, kafka, { in: input!, out: out!, quarantine: quarantine! });
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  options(name: string, options: Partial<LaneOptions> = {}): LaneOptions {
    const { in: input, quarantine } = this.topics;
    const transactionalId = `${this.groupId}-${name}`;
    return { groupId: this.groupId, topics: [input], transactionalId, quarantineTopic: quarantine, sessionTimeoutMs: 10_000, ...options };
  }

  /** @param prepare runs before the lane starts */
  async start(name: string, options: Partial<LaneOptions> = {}, prepare: (processor: EchoProcessor) => void = () => {}): Promise<RunningLane> {
    const processor = new EchoProcessor(this.topics.out);
    prepare(processor);
    const said = { retried: [] as unknown[], stopped: [] as PartitionStoppedError[], failed: [] as KafkaError[] };
    const lane = await Lane.start(this.kafka.cluster, this.options(name, options), processor, {
      partitionStopped: (error) => said.stopped.push(error),
      retrying: (error) => said.retried.push(error),
      failed: (error) => said.failed.push(error),
    });
    this.#lanes.push(lane);
    return { lane, processor, ...said };
  }

  /** The same in a process of its own, with a failpoint if one is named. */
  startChild(name: string, failpoint: string | undefined, options: Partial<LaneOptions> = {}, deadlyValue?: string): ChildProcess {
    const config: LaneChildConfig = { kafka: this.stack.kafka('admin'), lane: this.options(name, options), outTopic: this.topics.out, deadlyValue };
    const child = startChild('lane-child', config, failpoint === undefined ? {} : { ONWARD_FAILPOINT: failpoint });
    this.#children.push(child);
    return child;
  }

  /** Sends numbered inputs, see `KafkaFixture.sendNumbered`. */
  send(count: number, prefix = ''): Promise<void> {
    return this.kafka.sendNumbered(this.topics.in, count, PARTITIONS, prefix);
  }

  /** The answers, when at least `count` of them are there. */
  answers(count: number): Promise<string[]> {
    return this.kafka.values(this.topics.out, count);
  }

  /** Waits until a lane has that many open partitions. */
  async owns({ lane }: RunningLane, count: number): Promise<void> {
    await until(() => lane.partitions.length === count || undefined, `${count} open partitions`);
  }
}

/** `<prefix>0` and on, sorted as strings. */
export function numbered(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`).sort();
}
