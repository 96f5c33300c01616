import type { Throttled } from './api-call.js';
import type { Reader, Writer } from './wire.js';

/** An offset to commit: the next one to read, and what the owner wants to find with it again. */
export interface PartitionOffset {
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string | null;
}

export interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly PartitionOffset[];
}

/** How the coordinator took each offset; the same for OffsetCommit and TxnOffsetCommit. */
export interface OffsetCommitAnswer extends Throttled {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/** The offsets at the end of a commit request. */
export function writeTopicOffsets(w: Writer, topics: readonly TopicOffsets[]): Writer {
  return w.array(topics, ({ topic, partitions }) =>
    w
      .string(topic)
      .array(partitions, ({ partition, offset, metadata }) => w.i32(partition).i64(offset).i32(-1).string(metadata).noTags())
      .noTags(),
  );
}

/** The whole answer to a commit request. */
export function readOffsetCommitAnswer(r: Reader): OffsetCommitAnswer {
  const throttleMs = r.i32();
  const topics = r.array(() => {
    const topic = r.string();
    const partitions = r.array(() => {
      const partition = { partition: r.i32(), errorCode: r.i16() };
      r.tags();
      return partition;
    });
    r.tags();
    return { topic, partitions };
  });
  r.tags();
  return { throttleMs, topics };
}
