import { hash } from 'node:crypto';
import { CancelSaga, CommandFailed, CommandRejected } from '@onward/contracts';
import { canBeCopied, partitionFor, UndecodableValue, type ConsumedRecord, type DecodedValue, type ValueDecoder } from '@onward/kafka';
import type { Action, Plan, ReplyInput, SagaInput } from '@onward/saga';
import { OriginJudge, type RecordOrigin, type Sender } from './origin.js';
import type { PlanCatalogue } from './plan-catalogue.js';
import { SAGA_ID_BYTES_MAX, sagaIdOf } from './saga-id.js';

/** What a consumed record turns out to be. */
export type Inbound =
  /** An input for a saga at home on this partition. `plan` is the plan of a start; other inputs take their saga's. */
  | { readonly kind: 'input'; readonly input: SagaInput; readonly plan: Plan | undefined; readonly id: string; readonly origin: RecordOrigin; readonly traceparent: string | undefined }
  /** It belongs on another partition. */
  | { readonly kind: 'forward'; readonly partition: number; readonly origin: RecordOrigin }
  /** It never can be processed. */
  | { readonly kind: 'quarantine'; readonly code: string; readonly reason: string };

class Unacceptable extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Reads records into inputs of the saga engine. Total: what it cannot read, it gives back with the reason. */
export class InboundReader {
  constructor(
    private readonly judge: OriginJudge,
    private readonly decoder: ValueDecoder,
    private readonly plans: PlanCatalogue,
    private readonly partitionCount: number,
  ) {}

  /** The decoder must be prepared for the record's value. */
  read(record: ConsumedRecord): Inbound {
    try {
      return this.#read(record);
    } catch (error) {
      if (error instanceof Unacceptable || error instanceof UndecodableValue) return { kind: 'quarantine', code: error.code, reason: error.message };
      throw error;
    }
  }

  #read(record: ConsumedRecord): Inbound {
    const origin = this.judge.originOf(record);
    if (origin === undefined) throw new Unacceptable('ORIGIN_MISSING', 'A forwarded record does not say on which topic it was published.');
    const sagaId = sagaIdOf(record.key);
    if (sagaId === undefined) {
      throw new Unacceptable('KEY_INVALID', `The record's key must be the saga's id: 1 to ${SAGA_ID_BYTES_MAX} bytes of UTF-8 without control characters.`);
    }
    const home = partitionFor(record.key as Buffer, this.partitionCount);
    if (home !== record.partition) {
      if (origin.forwarded) throw new Unacceptable('FORWARDED_ASTRAY', `The record was forwarded to partition ${record.partition} and belongs on ${home}.`);
      if (!canBeCopied(record)) throw new Unacceptable('RECORD_TOO_LARGE', `The record belongs on partition ${home} and is too large to be forwarded there.`);
      return { kind: 'forward', partition: home, origin };
    }
    const decoded = this.decoder.decode(record.value);
    const id = textHeader(record, 'ce_id') ?? `${origin.topic}/${origin.partition}/${origin.offset}`;
    const { input, plan } = origin.sender.kind === 'participant' ? { input: reply(record, sagaId, origin.sender.name, decoded), plan: undefined } : this.#command(sagaId, id, origin.sender, decoded);
    return { kind: 'input', input, plan, id, origin, traceparent: textHeader(record, 'traceparent') };
  }

  #command(sagaId: string, commandId: string, sender: Extract<Sender, { kind: 'client' | 'operator' }>, decoded: DecodedValue): { input: SagaInput; plan: Plan | undefined } {
    if (decoded.type.name === CancelSaga.name) {
      const cancel = decoded.value as CancelSaga;
      return { input: { kind: 'cancel', sagaId, commandId, by: sender.kind, reason: cancel.reason }, plan: undefined };
    }
    const plan = sender.kind === 'client' ? this.plans.startedBy(decoded.type.name) : undefined;
    if (plan === undefined) throw new Unacceptable('COMMAND_NOT_TAKEN', `${decoded.type.name} is not a command that a ${sender.kind} can send here.`);
    // Hashed as this process encodes it: two clients with two versions of the schema say the same when they mean the same.
    const startHash = hash('sha256', decoded.type.encode(decoded.value), 'buffer');
    return { input: { kind: 'start', sagaId, commandId, value: { type: decoded.type.name, value: decoded.value }, startHash }, plan };
  }
}

function reply(record: ConsumedRecord, sagaId: string, participant: string, decoded: DecodedValue): ReplyInput {
  const attempt = Number(header(record, 'ce_attempt'));
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw new Unacceptable('HEADER_INVALID', 'The header ce_attempt must be a whole number from 1 on.');
  const base = { kind: 'reply', sagaId, participant, step: header(record, 'ce_step'), action: oneOf<Action>(record, 'ce_action', ['do', 'undo']), attempt } as const;
  const outcome = oneOf(record, 'ce_outcome', ['done', 'rejected', 'failed']);
  if (outcome === 'done') return { ...base, reply: { outcome, value: { type: decoded.type.name, value: decoded.value } } };
  const expected = outcome === 'rejected' ? CommandRejected : CommandFailed;
  if (decoded.type.name !== expected.name) throw new Unacceptable('REPLY_TYPE_WRONG', `A reply with ce_outcome ${outcome} must carry ${expected.name}, not ${decoded.type.name}.`);
  const { code, message } = decoded.value as CommandRejected | CommandFailed;
  return { ...base, reply: { outcome, code, message } };
}

function textHeader(record: ConsumedRecord, name: string): string | undefined {
  const value = record.headers[name];
  return value === undefined || value.length === 0 || value.length > 1024 ? undefined : value.toString('utf8');
}

function header(record: ConsumedRecord, name: string): string {
  const value = textHeader(record, name);
  if (value === undefined) throw new Unacceptable('HEADER_MISSING', `The header ${name} is missing, empty or too long.`);
  return value;
}

function oneOf<T extends string>(record: ConsumedRecord, name: string, allowed: readonly T[]): T {
  const value = header(record, name);
  if (!(allowed as readonly string[]).includes(value)) throw new Unacceptable('HEADER_INVALID', `The header ${name} must be one of ${allowed.join(', ')}.`);
  return value as T;
}
