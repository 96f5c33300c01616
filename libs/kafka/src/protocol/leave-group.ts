import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface LeaveGroupRequest {
  readonly groupId: string;
  readonly memberId: string;
}

export interface LeaveGroupAnswer extends Throttled {
  readonly errorCode: number;
}

/** LeaveGroup v5, for one member: its partitions go to others at once instead of after its session timeout. */
export function leaveGroupCall(groupId: string, memberId: string, reason: string): ApiCall<LeaveGroupAnswer> {
  return flexibleCall<LeaveGroupAnswer>({
    apiName: 'LeaveGroup',
    apiKey: 13,
    apiVersion: 5,
    request: { groupId, memberId } satisfies LeaveGroupRequest,
    write: (w) => w.string(groupId).array([memberId], (id) => w.string(id).string(null).string(reason).noTags()),
    read: (r) => {
      const throttleMs = r.i32();
      const groupError = r.i16();
      const members = r.array(() => {
        r.string(); // member_id
        r.nullableString(); // group_instance_id
        const memberError = r.i16();
        r.tags();
        return memberError;
      });
      r.tags();
      return { throttleMs, errorCode: groupError === 0 ? (members[0] ?? 0) : groupError };
    },
  });
}
