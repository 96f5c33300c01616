import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface JoinGroupRequest {
  readonly groupId: string;
  /** Without a heartbeat for this long the coordinator drops the member. */
  readonly sessionTimeoutMs: number;
  /** How long the coordinator waits for all members to join again. */
  readonly rebalanceTimeoutMs: number;
  /** Empty for a new member: answered with MEMBER_ID_REQUIRED and the id to come back with (KIP-394). */
  readonly memberId: string;
  readonly protocols: readonly { readonly name: string; readonly metadata: Buffer }[];
  /** For the broker's log (KIP-800). */
  readonly reason: string;
}

export interface JoinGroupAnswer extends Throttled {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolName: string | null;
  readonly leaderId: string;
  readonly memberId: string;
  /** Filled for the leader only, who assigns. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

/** JoinGroup v9, protocol type "consumer". The broker holds it until all members have joined. */
export function joinGroupCall(request: JoinGroupRequest): ApiCall<JoinGroupAnswer> {
  return flexibleCall<JoinGroupAnswer>({
    apiName: 'JoinGroup',
    apiKey: 11,
    apiVersion: 9,
    request,
    heldMs: Math.max(request.rebalanceTimeoutMs, request.sessionTimeoutMs),
    write: (w) =>
      w
        .string(request.groupId)
        .i32(request.sessionTimeoutMs)
        .i32(request.rebalanceTimeoutMs)
        .string(request.memberId)
        .string(null) // group_instance_id
        .string('consumer')
        .array(request.protocols, ({ name, metadata }) => w.string(name).bytes(metadata).noTags())
        .string(request.reason),
    read: (r) => {
      const throttleMs = r.i32();
      const errorCode = r.i16();
      const generationId = r.i32();
      r.nullableString(); // protocol_type
      const protocolName = r.nullableString();
      const leaderId = r.string();
      r.bool(); // skip_assignment: for static members only
      const memberId = r.string();
      const members = r.array(() => {
        const id = r.string();
        r.nullableString(); // group_instance_id
        const metadata = r.bytes();
        r.tags();
        return { memberId: id, metadata };
      });
      r.tags();
      return { throttleMs, errorCode, generationId, protocolName, leaderId, memberId, members };
    },
  });
}
