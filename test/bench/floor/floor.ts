import { setTimeout as delay } from 'node:timers/promises';
import type { ITopicConfig } from 'kafkajs';
import { BenchProcess } from '../load/child.js';
import type { LoadLevel, LoadResult } from '../load/load-level.js';
import { connect } from './kafka.js';
import { floorTopics, type FloorSettings } from './settings.js';

const TOPICS_TIMEOUT_MS = 30_000;

/**
 * The least that any implementation of `three-steps` on kafkajs must do: the same hops, number and size of records through the same
 * broker, with no logic, no database and no code of the suite.
 */
export class Floor {
  private constructor(
    private readonly processes: readonly BenchProcess[],
    private readonly client: BenchProcess,
  ) {}

  /** Makes topics like the suite's and starts the three processes. */
  static async start(settings: FloorSettings, partitions: number): Promise<Floor> {
    await makeTopics(settings, partitions);
    const processes: BenchProcess[] = [];
    try {
      for (const role of ['orchestrator', 'participant', 'client']) {
        processes.push(await BenchProcess.start(`floor ${role}`, new URL(`./${role}.js`, import.meta.url), settings));
      }
    } catch (error) {
      await Promise.all(processes.map((p) => p.stop()));
      throw error;
    }
    return new Floor(processes, processes[2] as BenchProcess);
  }

  /** Pids by role, for their CPU time. */
  get pids(): Record<string, number> {
    return Object.fromEntries(this.processes.map((p) => [p.role.replace('floor ', ''), p.pid]));
  }

  run(level: LoadLevel, onWindow: (edge: 'begin' | 'end') => void): Promise<LoadResult> {
    return this.client.runLevel(level, this.processes, onWindow);
  }

  /** Stops its use of CPU while something else is measured: kafkajs keeps timers of 1 ms also when idle. */
  freeze(): void {
    for (const p of this.processes) p.signal('SIGSTOP');
  }

  thaw(): void {
    for (const p of this.processes) p.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((p) => p.stop()));
  }
}

async function makeTopics(settings: FloorSettings, partitions: number): Promise<void> {
  const admin = connect(settings, 'admin').admin();
  await admin.connect();
  const topics = topicConfigs(settings.prefix, partitions);
  // kafkajs's own wait for leaders gives up at once when the broker has not heard of the topic yet.
  await admin.createTopics({ waitForLeaders: false, topics });
  const deadline = performance.now() + TOPICS_TIMEOUT_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
      break;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
  await admin.disconnect();
}

function topicConfigs(prefix: string, numPartitions: number): ITopicConfig[] {
  const { state, ...others } = floorTopics(prefix);
  const appendTime = { name: 'message.timestamp.type', value: 'LogAppendTime' };
  return [
    ...Object.values(others).map((topic) => ({ topic, numPartitions, replicationFactor: 1, configEntries: [appendTime] })),
    { topic: state, numPartitions, replicationFactor: 1, configEntries: [appendTime, { name: 'cleanup.policy', value: 'compact' }] },
  ];
}
