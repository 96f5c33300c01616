import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';
import type { GroupMembership } from './txn-offset-commit.js';

export interface SyncGroupRequest {
  readonly groupId: string;
  readonly membership: GroupMembership;
  readonly protocolName: string;
  /** What the leader decided; empty from everyone else. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
  /** How long the broker may hold the request while it waits for the leader. */
  readonly rebalanceTimeoutMs: number;
}

export interface SyncGroupAnswer extends Throttled {
  readonly errorCode: number;
  /** This member's part. */
  readonly assignment: Buffer;
}

/** SyncGroup v5, protocol type "consumer". */
export function syncGroupCall(request: SyncGroupRequest): ApiCall<SyncGroupAnswer> {
  return flexibleCall<SyncGroupAnswer>({
    apiName: 'SyncGroup',
    apiKey: 14,
    apiVersion: 5,
    request,
    heldMs: request.rebalanceTimeoutMs,
    write: (w) =>
      w
        .string(request.groupId)
        .i32(request.membership.generationId)
        .string(request.membership.memberId)
        .string(null) // group_instance_id
        .string('consumer')
        .string(request.protocolName)
        .array(request.assignments, ({ memberId, assignment }) => w.string(memberId).bytes(assignment).noTags()),
    read: (r) => {
      const throttleMs = r.i32();
      const errorCode = r.i16();
      r.nullableString(); // protocol_type
      r.nullableString(); // protocol_name
      const assignment = r.bytes();
      r.tags();
      return { throttleMs, errorCode, assignment };
    },
  });
}
