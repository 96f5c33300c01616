import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface EndTxnRequest {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** False aborts. */
  readonly commit: boolean;
}

export interface EndTxnAnswer extends Throttled {
  readonly errorCode: number;
  /** For the next transaction. */
  readonly producerId: bigint;
  /** For the next transaction: one more than before, sequences start at 0 again. */
  readonly producerEpoch: number;
}

/** EndTxn v5 (KIP-890): ends the transaction and bumps the epoch, so that nothing late can touch the next one. */
export function endTxnCall(request: EndTxnRequest): ApiCall<EndTxnAnswer> {
  return flexibleCall<EndTxnAnswer>({
    apiName: 'EndTxn',
    apiKey: 26,
    apiVersion: 5,
    request,
    write: (w) => w.string(request.transactionalId).i64(request.producerId).i16(request.producerEpoch).bool(request.commit),
    read: (r) => {
      const answer = { throttleMs: r.i32(), errorCode: r.i16(), producerId: r.i64(), producerEpoch: r.i16() };
      r.tags();
      return answer;
    },
  });
}
