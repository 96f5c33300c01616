import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface InitProducerIdRequest {
  /** Null asks for a producer id for idempotent writes outside transactions. */
  readonly transactionalId: string | null;
  /** After this long the coordinator aborts a transaction by itself. Not used without a transactional id. */
  readonly transactionTimeoutMs: number;
}

export interface InitProducerIdAnswer extends Throttled {
  readonly errorCode: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** InitProducerId v5 (KIP-890): aborts what the last owner of the transactional id left open and fences it. */
export function initProducerIdCall(request: InitProducerIdRequest): ApiCall<InitProducerIdAnswer> {
  return flexibleCall<InitProducerIdAnswer>({
    apiName: 'InitProducerId',
    apiKey: 22,
    apiVersion: 5,
    request,
    write: (w) => w.string(request.transactionalId).i32(request.transactionTimeoutMs).i64(-1n).i16(-1),
    read: (r) => {
      const answer = { throttleMs: r.i32(), errorCode: r.i16(), producerId: r.i64(), producerEpoch: r.i16() };
      r.tags();
      return answer;
    },
  });
}
