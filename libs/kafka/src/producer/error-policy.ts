import { ErrorCode as E } from '../protocol/error-codes.js';

/**
 * What an error code means for the request that got it:
 * - `retry`: send the same again, to the same broker, after a pause
 * - `relocate`: look up the leader or coordinator anew, then send the same again
 * - `abort`: this transaction cannot succeed; abort it, the producer goes on
 * - `refuse`: as abort, but another try will not succeed either
 * - `fenced`: another owner of the transactional id, or the coordinator's time limit, ended it
 * - `reopen`: the state of the producer is in doubt; throw it away and open a new one
 */
export type Verdict = 'retry' | 'relocate' | 'abort' | 'refuse' | 'fenced' | 'reopen';

export type ProducerApi = 'InitProducerId' | 'Produce' | 'TxnOffsetCommit' | 'EndTxn';

type Policy = Readonly<Record<Exclude<Verdict, 'reopen'>, readonly number[]>>;

const FENCED = [E.INVALID_PRODUCER_EPOCH, E.PRODUCER_FENCED];
const COORDINATOR_MOVED = [E.COORDINATOR_NOT_AVAILABLE, E.NOT_COORDINATOR];
/** The last transaction's markers are still being written, or the coordinator reads its log. */
const COORDINATOR_BUSY = [E.CONCURRENT_TRANSACTIONS, E.COORDINATOR_LOAD_IN_PROGRESS];
const NOT_ALLOWED = [E.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, E.CLUSTER_AUTHORIZATION_FAILED, E.SASL_AUTHENTICATION_FAILED, E.UNSUPPORTED_VERSION];

/**
 * The error codes of the four requests. What is in no list, an unknown code among them, is `reopen`: safe, as a transaction whose
 * commit was never asked for is aborted when its name is opened again.
 */
const POLICIES: Readonly<Record<ProducerApi, Policy>> = {
  InitProducerId: {
    retry: [...COORDINATOR_BUSY, E.REQUEST_TIMED_OUT],
    relocate: COORDINATOR_MOVED,
    abort: [],
    refuse: [...NOT_ALLOWED, E.INVALID_TRANSACTION_TIMEOUT, E.INVALID_REQUEST],
    fenced: FENCED,
  },
  Produce: {
    retry: [
      ...COORDINATOR_BUSY,
      E.CORRUPT_MESSAGE, // in transit: what is stored was checked
      E.REQUEST_TIMED_OUT,
      E.NOT_ENOUGH_REPLICAS, // also what stands for a busy transaction coordinator
      E.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
      E.THROTTLING_QUOTA_EXCEEDED,
    ],
    relocate: [
      ...COORDINATOR_MOVED,
      E.UNKNOWN_TOPIC_OR_PARTITION, // met on a topic just made
      E.LEADER_NOT_AVAILABLE,
      E.NOT_LEADER_OR_FOLLOWER,
      E.REPLICA_NOT_AVAILABLE,
      E.BROKER_NOT_AVAILABLE,
      E.NETWORK_EXCEPTION,
      E.KAFKA_STORAGE_ERROR,
      E.FENCED_LEADER_EPOCH,
      E.UNKNOWN_LEADER_EPOCH,
    ],
    abort: [E.MESSAGE_TOO_LARGE, E.RECORD_LIST_TOO_LARGE, E.INVALID_RECORD, E.INVALID_TIMESTAMP, E.TRANSACTION_ABORTABLE],
    refuse: [
      ...NOT_ALLOWED,
      E.TOPIC_AUTHORIZATION_FAILED,
      E.INVALID_TOPIC_EXCEPTION,
      E.INVALID_REQUIRED_ACKS,
      E.INVALID_REQUEST,
      E.POLICY_VIOLATION,
      E.UNSUPPORTED_FOR_MESSAGE_FORMAT,
      E.UNSUPPORTED_COMPRESSION_TYPE,
    ],
    fenced: FENCED,
  },
  TxnOffsetCommit: {
    retry: [...COORDINATOR_BUSY, E.REQUEST_TIMED_OUT],
    relocate: [...COORDINATOR_MOVED, E.UNKNOWN_TOPIC_OR_PARTITION, E.NETWORK_EXCEPTION],
    abort: [
      E.ILLEGAL_GENERATION,
      E.UNKNOWN_MEMBER_ID,
      E.REBALANCE_IN_PROGRESS,
      E.FENCED_INSTANCE_ID,
      E.STALE_MEMBER_EPOCH,
      E.OFFSET_METADATA_TOO_LARGE,
      E.INVALID_COMMIT_OFFSET_SIZE,
      E.TRANSACTION_ABORTABLE,
    ],
    refuse: [...NOT_ALLOWED, E.TOPIC_AUTHORIZATION_FAILED, E.GROUP_AUTHORIZATION_FAILED, E.INVALID_GROUP_ID, E.INVALID_REQUEST],
    fenced: FENCED,
  },
  EndTxn: {
    retry: [...COORDINATOR_BUSY, E.REQUEST_TIMED_OUT],
    relocate: COORDINATOR_MOVED,
    abort: [E.TRANSACTION_ABORTABLE],
    refuse: NOT_ALLOWED,
    fenced: FENCED,
  },
};

const VERDICTS = Object.fromEntries(
  Object.entries(POLICIES).map(([api, policy]) => [
    api,
    new Map(Object.entries(policy).flatMap(([verdict, codes]) => codes.map((code) => [code, verdict as Verdict] as const))),
  ]),
) as Record<ProducerApi, Map<number, Verdict>>;

/** What to do after `api` was answered with `code`, which is not 0. */
export function verdictOf(api: ProducerApi, code: number): Verdict {
  return VERDICTS[api].get(code) ?? 'reopen';
}

/** Codes of a refused TxnOffsetCommit that say: this is no member of the group's current generation any more. */
export const MEMBERSHIP_LOST: ReadonlySet<number> = new Set([
  E.ILLEGAL_GENERATION,
  E.UNKNOWN_MEMBER_ID,
  E.REBALANCE_IN_PROGRESS,
  E.FENCED_INSTANCE_ID,
  E.STALE_MEMBER_EPOCH,
]);
