import type { ITopicConfig } from 'kafkajs';
import { BenchProcess } from '../load/child.js';
import type { LoadLevel, LoadResult } from '../load/load-level.js';
import { connect } from './kafka.js';
import { floorTopics, type FloorSettings } from './settings.js';

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
    const admin = connect(settings, 'admin').admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: true, topics: topicConfigs(settings.prefix, partitions) });
    await admin.disconnect();
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
    return this.client.runLevel(level, onWindow);
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

function topicConfigs(prefix: string, numPartitions: number): ITopicConfig[] {
  const { state, ...others } = floorTopics(prefix);
  const appendTime = { name: 'message.timestamp.type', value: 'LogAppendTime' };
  return [
    ...Object.values(others).map((topic) => ({ topic, numPartitions, replicationFactor: 1, configEntries: [appendTime] })),
    { topic: state, numPartitions, replicationFactor: 1, configEntries: [appendTime, { name: 'cleanup.policy', value: 'compact' }] },
  ];
}
