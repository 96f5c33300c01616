import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';
import type { BrokerAddress } from './metadata.js';

export type CoordinatorKind = 'group' | 'transaction';

export interface FindCoordinatorRequest {
  readonly kind: CoordinatorKind;
  readonly key: string;
}

export interface FindCoordinatorAnswer extends Throttled, BrokerAddress {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** FindCoordinator v4, for one group id or one transactional id. */
export function findCoordinatorCall(kind: CoordinatorKind, key: string): ApiCall<FindCoordinatorAnswer> {
  return flexibleCall<FindCoordinatorAnswer>({
    apiName: 'FindCoordinator',
    apiKey: 10,
    apiVersion: 4,
    request: { kind, key } satisfies FindCoordinatorRequest,
    write: (w) => w.i8(kind === 'group' ? 0 : 1).array([key], (each) => w.string(each)),
    read: (r) => {
      const throttleMs = r.i32();
      const coordinators = r.array(() => {
        r.string(); // the key
        const coordinator = { nodeId: r.i32(), host: r.string(), port: r.i32(), errorCode: r.i16(), errorMessage: r.nullableString() };
        r.tags();
        return coordinator;
      });
      r.tags();
      const [coordinator] = coordinators;
      if (coordinator === undefined) throw new RangeError('FindCoordinator answered for no key.');
      return { throttleMs, ...coordinator };
    },
  });
}
