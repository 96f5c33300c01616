import { PartitionLog } from './partition-log.js';

export interface TwinTopicOptions {
  readonly partitions: number;
  /** Records need a key, and {@link TwinBroker.compact} may be called for it. Default false. */
  readonly compacted?: boolean;
  /** Whose time records have: the broker's when they are appended, which is the default, or the producer's. */
  readonly timestamps?: 'append' | 'create';
}

export interface TwinTopic {
  readonly name: string;
  /** As 32 hex digits. */
  readonly id: string;
  readonly partitions: { readonly log: PartitionLog; leader: number }[];
  readonly options: TwinTopicOptions;
}

/** The topics of a twin, and which of its brokers leads which partition. */
export class TwinTopics {
  readonly #nodeIds: readonly number[];
  readonly #topics = new Map<string, TwinTopic>();
  #ids = 0;

  constructor(nodeIds: readonly number[]) {
    this.#nodeIds = nodeIds;
  }

  get all(): Iterable<TwinTopic> {
    return this.#topics.values();
  }

  create(name: string, options: TwinTopicOptions): void {
    const id = (++this.#ids).toString(16).padStart(32, '0');
    const topic: TwinTopic = { name, id, partitions: [], options };
    this.#topics.set(name, topic);
    this.addPartitions(name, options.partitions);
  }

  /** @param count how many there are to be */
  addPartitions(name: string, count: number): void {
    const topic = this.topic(name);
    const { compacted = false, timestamps = 'append' } = topic.options;
    for (let partition = topic.partitions.length; partition < count; partition++) {
      const log = new PartitionLog(name, partition, { compacted, appendTime: timestamps === 'append' });
      topic.partitions.push({ log, leader: this.#nodeIds[partition % this.#nodeIds.length]! });
    }
  }

  find(name: string): TwinTopic | undefined {
    return this.#topics.get(name);
  }

  /** @throws RangeError for one that does not exist */
  topic(name: string): TwinTopic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new RangeError(`There is no topic ${name}.`);
    return topic;
  }

  /** @throws RangeError for one that does not exist */
  log(name: string, partition: number): PartitionLog {
    const found = this.topic(name).partitions[partition];
    if (found === undefined) throw new RangeError(`There is no partition ${name}/${partition}.`);
    return found.log;
  }
}
