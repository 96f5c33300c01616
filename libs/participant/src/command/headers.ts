import type { ConsumedRecord, OutboundRecord } from '@onward/kafka';

/** Names of the headers every record carries (CloudEvents 1.0, Kafka binding) and those that tie replies and facts to a saga. */
export const HEADER = {
  specVersion: 'ce_specversion',
  id: 'ce_id',
  type: 'ce_type',
  source: 'ce_source',
  subject: 'ce_subject',
  time: 'ce_time',
  contentType: 'content-type',
  traceparent: 'traceparent',
  step: 'ce_step',
  attempt: 'ce_attempt',
  action: 'ce_action',
  idempotencyKey: 'ce_idempotencykey',
  undoes: 'ce_undoes',
  causationId: 'ce_causationid',
  outcome: 'ce_outcome',
  sequence: 'ce_sequence',
  sagaId: 'ce_sagaid',
} as const;

export const CONTENT_TYPE = 'application/vnd.confluent.avro';

export type OutboundHeaders = NonNullable<OutboundRecord['headers']>;

/** A header's text, or `undefined` when it is absent or empty. */
export function headerOf(record: ConsumedRecord, name: string): string | undefined {
  const text = record.headers[name]?.toString();
  return text === undefined || text === '' ? undefined : text;
}

/** RFC 3339, to the microsecond. */
export function rfc3339(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(((micros % 1e6) + 1e6) % 1e6).padStart(6, '0')}Z`;
}
