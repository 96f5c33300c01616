import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface PartitionMetadata {
  readonly errorCode: number;
  readonly partition: number;
  /** Node id of the leader, −1 while there is none. */
  readonly leader: number;
}

export interface TopicMetadata {
  readonly errorCode: number;
  readonly topic: string;
  /** Topic id as 32 hex digits; another id under the same name is another topic. */
  readonly topicId: string;
  readonly partitions: readonly PartitionMetadata[];
}

export interface MetadataRequest {
  readonly topics: readonly string[] | null;
}

export interface MetadataAnswer extends Throttled {
  readonly brokers: readonly BrokerAddress[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topics: readonly TopicMetadata[];
}

/** Metadata v12. `topics` null asks for all that the principal may describe; a topic is never created by asking. */
export function metadataCall(topics: readonly string[] | null): ApiCall<MetadataAnswer> {
  return flexibleCall<MetadataAnswer>({
    apiName: 'Metadata',
    apiKey: 3,
    apiVersion: 12,
    request: { topics } satisfies MetadataRequest,
    write: (w) =>
      w
        .array(topics, (topic) => w.i64(0n).i64(0n).string(topic).noTags()) // a zero topic id: asked by name
        .bool(false) // allow_auto_topic_creation
        .bool(false), // include_topic_authorized_operations
    read: (r) => {
      const throttleMs = r.i32();
      const brokers = r.array(() => {
        const broker = { nodeId: r.i32(), host: r.string(), port: r.i32() };
        r.nullableString(); // rack
        r.tags();
        return broker;
      });
      const clusterId = r.nullableString();
      const controllerId = r.i32();
      const answered = r.array(() => {
        const errorCode = r.i16();
        const topic = r.nullableString() ?? '';
        const topicId = r.take(16).toString('hex');
        r.bool(); // is_internal
        const partitions = r.array(() => {
          const partition = { errorCode: r.i16(), partition: r.i32(), leader: r.i32() };
          r.i32(); // leader_epoch
          for (let list = 0; list < 3; list++) r.array(() => r.i32()); // replica_nodes, isr_nodes, offline_replicas
          r.tags();
          return partition;
        });
        r.i32(); // topic_authorized_operations
        r.tags();
        return { errorCode, topic, topicId, partitions };
      });
      r.tags();
      return { throttleMs, brokers, clusterId, controllerId, topics: answered };
    },
  });
}
