import { CommandFailed, CommandRejected, type CommandType, type RecordType } from '@onward/contracts';
import { ParticipantError } from '../errors.js';
import type { AnyReply } from '../handling/reply.js';
import type { Answer } from './answer.js';

/** Writes values for topics in the registry's wire format, with schemas that were registered beforehand. */
export interface ValueWriter {
  /** @throws Error when the record is not declared for the topic; SchemaMismatch when the value does not fit. */
  write<T>(topic: string, type: RecordType<T>, value: T): Buffer;
}

/**
 * A handler's reply as it will stand in the record.
 * @throws ParticipantError `PARTICIPANT_REPLY_INVALID` when the code is not in the command's contract; SchemaMismatch when the value does not fit
 */
export function encodeReply(writer: ValueWriter, topic: string, command: CommandType, reply: AnyReply, time: number): Answer {
  if (reply.outcome === 'done') {
    return { outcome: 'done', replyType: command.done.name, value: writer.write(topic, command.done, reply.value), time };
  }
  const codes = reply.outcome === 'rejected' ? command.rejections : ['INTERNAL', ...command.failures];
  if (!codes.includes(reply.code)) {
    throw new ParticipantError('PARTICIPANT_REPLY_INVALID', `${command.name} was answered ${reply.outcome} with the code ${reply.code}, which its contract does not declare. Declare it in schemas/${command.participant}/contract.yaml.`);
  }
  const type = reply.outcome === 'rejected' ? CommandRejected : CommandFailed;
  return { outcome: reply.outcome, replyType: type.name, value: writer.write(topic, type, { code: reply.code, message: reply.message, causes: reply.causes }), time };
}
