import { partitionFor, type OutboundRecord } from '@onward/kafka';
import { CONTENT_TYPE, HEADER, rfc3339, type OutboundHeaders } from '../command/headers.js';
import type { ReceivedCommand } from '../command/received-command.js';
import { replyId, type Answer } from './answer.js';

/**
 * The record of an answer. Given again, it has the same id, type, time and value; the headers that name the command are those of the
 * command that is answered now.
 */
export function replyRecord(source: string, command: ReceivedCommand, answer: Answer, partitionCount: number): OutboundRecord {
  const headers: Record<string, string> = {
    [HEADER.specVersion]: '1.0',
    [HEADER.id]: replyId(command, answer.outcome),
    [HEADER.type]: answer.replyType,
    [HEADER.source]: source,
    [HEADER.subject]: command.sagaId,
    [HEADER.time]: rfc3339(answer.time),
    [HEADER.contentType]: CONTENT_TYPE,
    [HEADER.step]: command.step,
    [HEADER.attempt]: String(command.attempt),
    [HEADER.action]: command.action,
    [HEADER.idempotencyKey]: command.idempotencyKey,
    [HEADER.causationId]: command.commandId,
    [HEADER.outcome]: answer.outcome,
  };
  if (command.traceparent !== undefined) headers[HEADER.traceparent] = command.traceparent;
  const key = Buffer.from(command.sagaId);
  return { topic: command.repliesTopic, partition: partitionFor(key, partitionCount), key, value: answer.value, headers: headers satisfies OutboundHeaders };
}
