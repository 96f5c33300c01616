import type { ApiCall } from '../protocol/api-call.js';
import type { FetchAnswer, FetchRequest } from '../protocol/fetch.js';
import type { InitProducerIdAnswer } from '../protocol/init-producer-id.js';
import type { JoinGroupAnswer } from '../protocol/join-group.js';
import type { ListOffsetsAnswer, ListOffsetsRequest } from '../protocol/list-offsets.js';
import type { OffsetFetchAnswer, OffsetFetchRequest } from '../protocol/offset-fetch.js';
import type { ProduceAnswer, ProduceRequest } from '../protocol/produce.js';
import type { SyncGroupAnswer } from '../protocol/sync-group.js';
import type { OffsetCommitAnswer, TopicOffsets } from '../protocol/topic-offsets.js';

export const EMPTY = Buffer.alloc(0);

/** The answer to a request of which nothing is done, with one error code wherever the answer has room for one. */
export function refusal({ apiName, request }: ApiCall<unknown>, errorCode: number): unknown {
  switch (apiName) {
    case 'Produce':
      return refusedProduce(request as ProduceRequest, errorCode);
    case 'TxnOffsetCommit':
    case 'OffsetCommit':
      return refusedOffsets((request as { topics: readonly TopicOffsets[] }).topics, errorCode);
    case 'OffsetFetch':
      return refusedOffsetFetch(request as OffsetFetchRequest, errorCode);
    case 'ListOffsets':
      return refusedListOffsets(request as ListOffsetsRequest, errorCode);
    case 'Fetch':
      return refusedFetch(request as FetchRequest, errorCode);
    case 'JoinGroup':
      return refusedJoin(errorCode);
    case 'SyncGroup':
      return refusedSync(errorCode);
    case 'FindCoordinator':
      return { throttleMs: 0, nodeId: -1, host: '', port: -1, errorCode, errorMessage: null };
    case 'InitProducerId':
    case 'EndTxn':
      return refusedIdentity(errorCode);
    default:
      return { throttleMs: 0, errorCode };
  }
}

export function refusedIdentity(errorCode: number): InitProducerIdAnswer {
  return { throttleMs: 0, errorCode, producerId: -1n, producerEpoch: -1 };
}

export function refusedJoin(errorCode: number, memberId = ''): JoinGroupAnswer {
  return { throttleMs: 0, errorCode, generationId: -1, protocolName: null, leaderId: '', memberId, members: [] };
}

export function refusedSync(errorCode: number): SyncGroupAnswer {
  return { throttleMs: 0, errorCode, assignment: EMPTY };
}

export function refusedOffsets(topics: readonly TopicOffsets[], errorCode: number): OffsetCommitAnswer {
  return { throttleMs: 0, topics: topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map(({ partition }) => ({ partition, errorCode })) })) };
}

function refusedProduce({ topics }: ProduceRequest, errorCode: number): ProduceAnswer {
  const refuse = ({ partition }: { readonly partition: number }): ProduceAnswer['topics'][number]['partitions'][number] => {
    return { partition, errorCode, errorMessage: null, baseOffset: -1n, logAppendTimeMs: -1 };
  };
  return { throttleMs: 0, topics: topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map(refuse) })) };
}

function refusedOffsetFetch({ topics }: OffsetFetchRequest, errorCode: number): OffsetFetchAnswer {
  const refused = topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map((partition) => ({ partition, errorCode, offset: -1n, metadata: null })) }));
  return { throttleMs: 0, errorCode, topics: refused };
}

function refusedListOffsets({ topics }: ListOffsetsRequest, errorCode: number): ListOffsetsAnswer {
  return { throttleMs: 0, topics: topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map(({ partition }) => ({ partition, errorCode, offset: -1n })) })) };
}

function refusedFetch({ topics }: FetchRequest, errorCode: number): FetchAnswer {
  const refuse = ({ partition }: { readonly partition: number }): FetchAnswer['topics'][number]['partitions'][number] => {
    return { partition, errorCode, highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, abortedTransactions: [], records: EMPTY };
  };
  return { throttleMs: 0, errorCode: 0, topics: topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map(refuse) })) };
}
