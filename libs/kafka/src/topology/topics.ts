/**
 * A topic's name says who writes it, what it holds, and for whom: `<writer>.<kind>[.<reader>]`.
 * Its configuration follows from the kind alone.
 */
export type TopicKind = 'commands' | 'replies' | 'events' | 'state' | 'reroutes' | 'outcomes' | 'log' | 'quarantine';

/** A topic as the topology derives it, before anyone decided how many partitions and copies it gets. */
export interface DerivedTopic {
  readonly name: string;
  readonly kind: TopicKind;
  /** The only principal that may write it. */
  readonly writer: string;
  /** Every principal that may read it, sorted. */
  readonly readers: readonly string[];
}

/** A topic as it is to be on the broker. */
export interface TopicSpec extends DerivedTopic {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Kafka's own names and values, all explicit, so that a broker's defaults decide nothing. */
  readonly config: Readonly<Record<string, string>>;
}

/** `<writer>.<kind>` or `<writer>.<kind>.<reader>`. */
export function topicName(writer: string, kind: TopicKind, reader?: string): string {
  return reader === undefined ? `${writer}.${kind}` : `${writer}.${kind}.${reader}`;
}

/** Partitions of the audit log: one, because it is one sequence. */
const LOG_PARTITIONS = 1;

export function partitionsOf(kind: TopicKind, declared: number): number {
  return kind === 'log' ? LOG_PARTITIONS : declared;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Kafka's own default, written down: 1 MiB and the record batch's overhead (12 bytes). */
const RECORD_BYTES_MAX = 1024 * 1024 + 12;
/** A quarantined record is an input of full size plus its headers that say why. */
const QUARANTINE_BYTES_MAX = 2 * RECORD_BYTES_MAX;

/** The configuration of a topic of a kind. Append time everywhere: time is the broker's (R6). */
export function topicConfig(kind: TopicKind, commandRetentionDays: number, replicationFactor: number): Record<string, string> {
  const common = {
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(kind === 'quarantine' ? QUARANTINE_BYTES_MAX : RECORD_BYTES_MAX),
    'min.insync.replicas': String(replicationFactor >= 3 ? 2 : 1),
  };
  switch (kind) {
    case 'state':
      return {
        ...common,
        'cleanup.policy': 'compact',
        // Small segments that roll daily: compaction never touches the active one, and a restore reads what is not compacted yet.
        'segment.bytes': String(64 * 1024 * 1024),
        'segment.ms': String(DAY_MS),
        'min.cleanable.dirty.ratio': '0.2',
        'min.compaction.lag.ms': '0',
        'max.compaction.lag.ms': String(DAY_MS),
        // A local store older than half of this is rebuilt, since it may have missed a tombstone (R7).
        'delete.retention.ms': String(7 * DAY_MS),
      };
    case 'events':
    case 'log':
      return { ...common, 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' };
    case 'commands':
    case 'replies':
    case 'reroutes':
    case 'outcomes':
    case 'quarantine':
      return { ...common, 'cleanup.policy': 'delete', 'retention.ms': String(commandRetentionDays * DAY_MS), 'retention.bytes': '-1' };
  }
}
