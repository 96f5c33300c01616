import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';
import type { GroupMembership } from './txn-offset-commit.js';

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly membership: GroupMembership;
}

export interface HeartbeatAnswer extends Throttled {
  readonly errorCode: number;
}

/** Heartbeat v4: "I am alive"; answered with REBALANCE_IN_PROGRESS when the member has to join again. */
export function heartbeatCall(groupId: string, membership: GroupMembership): ApiCall<HeartbeatAnswer> {
  return flexibleCall<HeartbeatAnswer>({
    apiName: 'Heartbeat',
    apiKey: 12,
    apiVersion: 4,
    request: { groupId, membership } satisfies HeartbeatRequest,
    write: (w) => w.string(groupId).i32(membership.generationId).string(membership.memberId).string(null),
    read: (r) => {
      const answer = { throttleMs: r.i32(), errorCode: r.i16() };
      r.tags();
      return answer;
    },
  });
}
