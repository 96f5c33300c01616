import { CancelSaga, CommandFailed, CommandRejected, EditStep, MigrateSaga, RetrySaga, SkipStep, TerminateSaga, type RecordType } from '@onward/contracts';
import { partitionFor, type ConsumedRecord, type OutboundRecord } from '@onward/kafka';
import type { ReplyInput, SagaInput } from '@onward/saga';
import { knownRecords } from '../plans/records.js';
import type { Message, SentCommand } from '../world/stage.js';
import { PARTITIONS, TOPICS } from './orchestrator-parts.js';
import { decodeRecord, encodeRecord } from './registry.js';

/** A message as its sender writes it, by the rules of `docs/guide/wire.md`. */
export function recordOf(message: Message): OutboundRecord {
  const { input, sender, id } = message;
  const key = Buffer.from(input.sagaId);
  const home = partitionFor(key, PARTITIONS);
  const { type, value, extensions = {} } = contentOf(input);
  const topic = sender.kind === 'participant' ? replyTopic(sender.name) : first(sender.kind === 'client' ? TOPICS.clientCommands : TOPICS.operatorCommands);
  return {
    topic,
    partition: message.astray === true ? (home + 1) % PARTITIONS : home,
    key,
    value,
    headers: { ce_specversion: '1.0', ce_id: id, ce_type: type, ce_subject: input.sagaId, ...extensions },
  };
}

interface Content {
  readonly type: string;
  readonly value: Buffer;
  readonly extensions?: Readonly<Record<string, string>>;
}

function contentOf(input: SagaInput): Content {
  const { sagaId } = input;
  const of = (type: { readonly name: string }, value: unknown): Content => ({ type: type.name, value: encodeRecord(type as RecordType<unknown>, value) });
  switch (input.kind) {
    case 'start':
      return of(typeOf(input.value.type), input.value.value);
    case 'signal':
      return of(typeOf(input.value.type), input.value.value);
    case 'cancel':
      return of(CancelSaga, { sagaId, reason: input.reason ?? '' });
    case 'terminate':
      return of(TerminateSaga, { sagaId, reason: input.reason });
    case 'retry':
      return of(RetrySaga, { sagaId, step: input.step, reason: input.reason });
    case 'skip':
      return of(SkipStep, { sagaId, step: input.step, action: input.action, reason: input.reason });
    case 'edit': {
      const request = typeOf(input.value.type);
      return of(EditStep, { sagaId, step: input.step, action: input.action, reason: input.reason, value: encodeRecord(request, input.value.value), valueType: request.name });
    }
    case 'migrate':
      return of(MigrateSaga, { sagaId, toVersion: input.toVersion, reason: input.reason });
    case 'reply':
      return replyOf(input);
    case 'timer':
    case 'unusable':
      throw new TypeError(`Nobody publishes an input ${input.kind}.`);
  }
}

function replyOf({ step, action, attempt, reply }: ReplyInput): Content {
  const extensions = { ce_step: step, ce_action: action, ce_attempt: String(attempt), ce_outcome: reply.outcome };
  if (reply.outcome === 'done') {
    const type = typeOf(reply.value.type);
    return { type: type.name, value: encodeRecord(type, reply.value.value), extensions };
  }
  const type = reply.outcome === 'rejected' ? CommandRejected : CommandFailed;
  return { type: type.name, value: encodeRecord(type, { code: reply.code, message: reply.message, ...(reply.outcome === 'rejected' ? { causes: [] } : {}) }), extensions };
}

function typeOf(name: string): RecordType<unknown> {
  const type = knownRecords.get(name);
  if (type === undefined) throw new RangeError(`No plan has the record ${name}.`);
  return type;
}

function replyTopic(participant: string): string {
  const link = TOPICS.participants.get(participant);
  if (link === undefined) throw new RangeError(`Nobody is called ${participant}.`);
  return link.replies;
}

/** A command record as its participant reads it. */
export function commandOf(record: ConsumedRecord): SentCommand & { readonly childSaga: boolean } {
  const header = (name: string): string => record.headers[name]?.toString() ?? '';
  const { type, value } = decodeRecord(record.value as Buffer);
  const parent = header('ce_parentsagaid');
  return {
    id: header('ce_id'),
    sagaId: parent === '' ? (record.key as Buffer).toString() : parent,
    participant: [...TOPICS.participants].find(([, { commands: topic }]) => topic === record.topic)?.[0] ?? '?',
    type,
    value,
    step: header('ce_step'),
    action: header('ce_action') as 'do' | 'undo',
    attempt: Number(header('ce_attempt')),
    idempotencyKey: header('ce_idempotencykey'),
    undoes: header('ce_undoes') === '' ? null : header('ce_undoes'),
    childSaga: parent !== '',
  };
}

function first(topics: readonly string[]): string {
  const [topic] = topics;
  if (topic === undefined) throw new RangeError('The topology has no such topic.');
  return topic;
}
