import { KafkaApiError, KafkaError, type KafkaCluster } from '../connection/index.js';
import { checkPartitionCount } from '../topology/partition-count.js';
import { TopologyError } from '../topology/topology-error.js';

export interface PartitionCountWatchOptions {
  readonly topics: readonly string[];
  /** What the topology declares. */
  readonly partitionCount: number | undefined;
  /** One reader reads everything: the topics need not agree with each other, only each with what it had at start. */
  readonly mayDiffer: boolean;
  readonly intervalMs: number;
}

/** R13: a partition count is checked at start and from then on; where it differs, nothing is where it should be. */
export class PartitionCountWatch {
  readonly counts: ReadonlyMap<string, number>;
  readonly #timer: NodeJS.Timeout;

  private constructor(counts: ReadonlyMap<string, number>, timer: NodeJS.Timeout) {
    this.counts = counts;
    this.#timer = timer;
  }

  /**
   * @param mismatch called once when a count has changed
   * @throws TopologyError when the counts are not right at start
   */
  static async start(cluster: KafkaCluster, options: PartitionCountWatchOptions, mismatch: (error: KafkaError) => void): Promise<PartitionCountWatch> {
    const counts = await countPartitions(cluster, options.topics);
    check(options, counts, undefined);
    const timer = setInterval(() => {
      countPartitions(cluster, options.topics)
        .then((found) => check({ ...options, topics: options.topics.filter((topic) => found.has(topic)) }, found, counts))
        .catch((error: unknown) => {
          if (!(error instanceof TopologyError)) return; // the cluster cannot be asked just now
          clearInterval(timer);
          mismatch(new KafkaError(error.code, error.message, { cause: error }));
        });
    }, options.intervalMs);
    return new PartitionCountWatch(counts, timer);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function check({ topics, partitionCount, mayDiffer }: PartitionCountWatchOptions, found: ReadonlyMap<string, number>, before: ReadonlyMap<string, number> | undefined): void {
  if (!mayDiffer) {
    const [first] = topics;
    if (first !== undefined) checkPartitionCount(topics, found, partitionCount ?? before?.get(first));
    return;
  }
  for (const topic of topics) checkPartitionCount([topic], found, before?.get(topic));
}

async function countPartitions(cluster: KafkaCluster, topics: readonly string[]): Promise<Map<string, number>> {
  await cluster.refreshMetadata(topics);
  const counts = new Map<string, number>();
  for (const topic of topics) {
    try {
      counts.set(topic, await cluster.partitionCount(topic));
    } catch (error) {
      if (!(error instanceof KafkaApiError)) throw error;
    }
  }
  return counts;
}
