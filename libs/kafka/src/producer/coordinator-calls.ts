import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { KafkaApiError } from '../connection/kafka-error.js';
import type { ApiCall, Throttled } from '../protocol/api-call.js';
import { ErrorCode } from '../protocol/error-codes.js';
import type { CoordinatorKind } from '../protocol/find-coordinator.js';
import { initProducerIdCall } from '../protocol/init-producer-id.js';
import { failureOf, failureOfCode, mostSevere, untilDone } from './attempt.js';
import type { ProducerApi } from './error-policy.js';

export interface CoordinatorRequest<T> {
  readonly cluster: KafkaCluster;
  readonly kind: CoordinatorKind;
  /** The group id or the transactional id. */
  readonly key: string;
  readonly call: ApiCall<T> & { readonly apiName: string };
  /** The error codes in the answer, 0 among them. */
  readonly codesOf: (answer: T) => readonly number[];
  readonly deadlineMs: number;
}

/**
 * Sends a request to a coordinator until it is done, and looks the coordinator up again only when it says that it is not the one, or
 * does not answer.
 *
 * @throws AttemptsFailed
 */
export function askCoordinator<T extends Throttled>(request: CoordinatorRequest<T>): Promise<{ result: T; tries: number }> {
  const { cluster, kind, key, call, codesOf, deadlineMs } = request;
  const api = call.apiName as ProducerApi;
  return untilDone<T>({
    deadlineMs,
    attempt: async (refresh) => {
      try {
        const answer = await cluster.send(await cluster.coordinator(kind, key, { refresh }), call);
        const codes = codesOf(answer).filter((code) => code !== ErrorCode.NONE);
        return mostSevere(codes.map((code) => failureOfCode(api, code, new KafkaApiError(api, code, key)))) ?? answer;
      } catch (error) {
        return failureOf(api, error);
      }
    },
  });
}

export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** InitProducerId, again and again while the transaction of the last owner is being aborted. Throws AttemptsFailed. */
export async function takeOver(
  cluster: KafkaCluster,
  transactionalId: string,
  { timeoutMs, patienceMs }: { timeoutMs: number; patienceMs: number },
): Promise<ProducerIdentity> {
  const { result } = await askCoordinator({
    cluster,
    kind: 'transaction',
    key: transactionalId,
    call: initProducerIdCall({ transactionalId, transactionTimeoutMs: timeoutMs }),
    codesOf: ({ errorCode }) => [errorCode],
    deadlineMs: performance.now() + patienceMs,
  });
  return { producerId: result.producerId, producerEpoch: result.producerEpoch };
}
