import { CommandFailed, CommandRejected } from '@onward/contracts';
import type { DecodedValue } from '@onward/kafka';
import type { Action, ReplyInput } from '@onward/saga';
import { attemptHeader, header, headerOneOf, Unacceptable } from './headers.js';
import type { RecordContent } from './inbound.js';

/**
 * What a participant, or the orchestrator of a child saga, answers.
 * @throws Unacceptable when a header is missing or makes no sense, or the value is not what its outcome says
 */
export function replyInput(record: RecordContent, sagaId: string, participant: string, { type, value }: DecodedValue): ReplyInput {
  const attempt = attemptHeader(record);
  const base = { kind: 'reply', sagaId, participant, step: header(record, 'ce_step'), action: headerOneOf<Action>(record, 'ce_action', ['do', 'undo']), attempt } as const;
  const outcome = headerOneOf(record, 'ce_outcome', ['done', 'rejected', 'failed']);
  if (outcome === 'done') return { ...base, reply: { outcome, value: { type: type.name, value } } };
  const expected = outcome === 'rejected' ? CommandRejected : CommandFailed;
  if (type.name !== expected.name) throw new Unacceptable('REPLY_TYPE_WRONG', `A reply with ce_outcome ${outcome} must carry ${expected.name}, not ${type.name}.`);
  const { code, message, causes } = value as CommandRejected | CommandFailed;
  return { ...base, reply: { outcome, code, message, causes } };
}

/** What is known of a reply whose value cannot be read: which step it is of, and that it says nothing. `undefined` when not even that. */
export function unreadableReply(record: RecordContent, sagaId: string, participant: string): ReplyInput | undefined {
  try {
    const attempt = attemptHeader(record);
    const action = headerOneOf<Action>(record, 'ce_action', ['do', 'undo']);
    return { kind: 'reply', sagaId, participant, step: header(record, 'ce_step'), action, attempt, reply: { outcome: 'done', value: { type: 'record that cannot be read', value: null } } };
  } catch (error) {
    if (error instanceof Unacceptable) return undefined;
    throw error;
  }
}
