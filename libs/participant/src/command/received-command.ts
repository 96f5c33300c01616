import { createHash } from 'node:crypto';
import { HEADER_BYTES, type ConsumedRecord, type DecodedValue } from '@onward/kafka';
import { HEADER, headerOf } from './headers.js';

/** A command as it arrived, checked: everything that says whose it is and which attempt. */
export interface ReceivedCommand {
  /** The record's `ce_id`. */
  readonly commandId: string;
  /** Avro full name of the request. */
  readonly type: string;
  readonly request: unknown;
  readonly sagaId: string;
  /** Path of the step in its saga. */
  readonly step: string;
  /** 1 for the first sending. */
  readonly attempt: number;
  readonly action: 'do' | 'undo';
  readonly idempotencyKey: string;
  /** For an undo: the key of the do it takes back. */
  readonly doKey: string | null;
  /** Microseconds since 1970: when the broker took the command. */
  readonly time: number;
  readonly traceparent: string | undefined;
  readonly schemaId: number;
  /** SHA-256 of the request's Avro binary. */
  readonly sha256: Buffer;
  /** Topic the reply goes to. */
  readonly repliesTopic: string;
}

/** Why a record on a command topic is no command. */
export type UnacceptableCode = 'HEADER_MISSING' | 'HEADER_INVALID' | 'KEY_MISMATCH' | 'IDEMPOTENCY_KEY_REUSED';

/** A record that can never be carried out: it belongs in quarantine. */
export class UnacceptableCommand extends Error {
  constructor(
    readonly code: UnacceptableCode,
    message: string,
  ) {
    super(message);
    this.name = 'UnacceptableCommand';
  }
}

const HEADER_BYTES_MAX = 1024;
/** `<domain>/<sagaId>/<step path>/<do|undo>/<edit number>` */
const IDEMPOTENCY_KEY = /^([^/]+)\/.+\/(do|undo)\/(\d+)$/s;

/**
 * Reads a command's headers against its value.
 * @param domain the writer of the topic it arrived on: keys begin with it, so that one domain cannot ask for another's answers
 * @throws UnacceptableCommand
 */
export function readCommand(record: ConsumedRecord, decoded: DecodedValue, domain: string, repliesTopic: string): ReceivedCommand {
  const type = required(record, HEADER.type);
  if (type !== decoded.type.name) throw invalid(HEADER.type, type, `the value is a ${decoded.type.name}`);

  const sagaId = required(record, HEADER.subject);
  if (record.key?.toString() !== sagaId) {
    throw new UnacceptableCommand('KEY_MISMATCH', `The record's key must be its saga's id, as ${HEADER.subject} has it (${sagaId}).`);
  }
  const attemptText = required(record, HEADER.attempt);
  const attempt = /^[1-9]\d{0,8}$/.test(attemptText) ? Number(attemptText) : undefined;
  if (attempt === undefined) throw invalid(HEADER.attempt, attemptText, 'it must be 1 or more');

  const action = required(record, HEADER.action);
  if (action !== 'do' && action !== 'undo') throw invalid(HEADER.action, action, 'it must be do or undo');

  const idempotencyKey = required(record, HEADER.idempotencyKey);
  if (actionOf(record, HEADER.idempotencyKey, domain) !== action) throw invalid(HEADER.idempotencyKey, idempotencyKey, `${HEADER.action} is ${action}`);
  const doKey = action === 'undo' ? required(record, HEADER.undoes) : null;
  if (doKey !== null && actionOf(record, HEADER.undoes, domain) !== 'do') throw invalid(HEADER.undoes, doKey, 'it must be the key of a do');

  return {
    commandId: required(record, HEADER.id),
    type,
    request: decoded.value,
    sagaId,
    step: required(record, HEADER.step),
    attempt,
    action,
    idempotencyKey,
    doKey,
    time: record.timestampMs * 1000,
    traceparent: headerOf(record, HEADER.traceparent) === undefined ? undefined : required(record, HEADER.traceparent),
    schemaId: decoded.schemaId,
    sha256: createHash('sha256').update((record.value as Buffer).subarray(HEADER_BYTES)).digest(),
    repliesTopic,
  };
}

/** Which action a header's idempotency key is of. */
function actionOf(record: ConsumedRecord, name: string, domain: string): string | undefined {
  const text = required(record, name);
  const key = IDEMPOTENCY_KEY.exec(text);
  if (key === null) throw invalid(name, text, 'it must be <domain>/<saga>/<step>/<do or undo>/<number>');
  if (key[1] !== domain) throw invalid(name, text, `on ${record.topic} it must begin with ${domain}/`);
  return key[2];
}

function required(record: ConsumedRecord, name: string): string {
  const text = headerOf(record, name);
  if (text === undefined) throw new UnacceptableCommand('HEADER_MISSING', `The header ${name} is missing.`);
  // What PostgreSQL cannot store or index would otherwise stop the partition.
  if (text.includes('\0')) throw invalid(name, text, 'it has a zero character');
  if (Buffer.byteLength(text) > HEADER_BYTES_MAX) throw invalid(name, `${text.slice(0, 40)}...`, `it is longer than ${HEADER_BYTES_MAX} bytes`);
  return text;
}

function invalid(name: string, text: string, why: string): UnacceptableCommand {
  return new UnacceptableCommand('HEADER_INVALID', `The header ${name} is "${text}": ${why}.`);
}
