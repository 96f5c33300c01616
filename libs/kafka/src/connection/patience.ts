import { ErrorCode as E } from '../protocol/error-codes.js';
import { Backoff } from './backoff.js';
import { KafkaApiError, KafkaConnectionError } from './kafka-error.js';

/** Codes that pass: the leader or coordinator is elsewhere, is being chosen, or is busy. */
const PASSING: ReadonlySet<number> = new Set([
  E.UNKNOWN_TOPIC_OR_PARTITION, // met on a topic just made
  E.LEADER_NOT_AVAILABLE,
  E.NOT_LEADER_OR_FOLLOWER,
  E.REQUEST_TIMED_OUT,
  E.BROKER_NOT_AVAILABLE,
  E.REPLICA_NOT_AVAILABLE,
  E.COORDINATOR_LOAD_IN_PROGRESS,
  E.COORDINATOR_NOT_AVAILABLE,
  E.NOT_COORDINATOR,
  E.KAFKA_STORAGE_ERROR,
  E.FENCED_LEADER_EPOCH,
  E.UNKNOWN_LEADER_EPOCH,
  E.OFFSET_NOT_AVAILABLE,
]);

/** Whether the same request may succeed a little later, after the leader or coordinator is looked up anew. */
export function isPassing(error: unknown): boolean {
  return error instanceof KafkaConnectionError || (error instanceof KafkaApiError && PASSING.has(error.brokerCode));
}

/** Tries, with growing pauses, as long as what goes wrong is passing; throws the last error when the patience is used up. */
export async function withPatience<T>(
  attempt: (refresh: boolean) => Promise<T>,
  { patienceMs, signal }: { patienceMs: number; signal?: AbortSignal | undefined },
): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  const backoff = new Backoff(10, 1_000);
  for (let refresh = false; ; refresh = true) {
    try {
      return await attempt(refresh);
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadlineMs) throw error;
    }
    await backoff.wait(signal);
  }
}
