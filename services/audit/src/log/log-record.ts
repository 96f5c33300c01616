import type { AuditEntry } from '@onward/contracts';
import type { ConsumedRecord, OutboundRecord } from '@onward/kafka';
import type { LogState } from './sequencer.js';
import type { SourceWindow } from './source-window.js';

/** Header of the last entry of each transaction: what has been seen of every participant's events, as JSON. */
const WINDOWS_HEADER = 'onward_sources';
/** The log has one partition, because it is one sequence. */
export const LOG_PARTITION = 0;

/**
 * Entries as records of the log. The last one carries the windows of the sources, so that whoever goes on from it knows what
 * the log holds without reading all of it.
 */
export function toLogRecords(topic: string, audit: string, entries: readonly AuditEntry[], encode: (entry: AuditEntry) => Buffer, state: LogState): OutboundRecord[] {
  return entries.map((entry, index) => ({
    topic,
    partition: LOG_PARTITION,
    key: null,
    value: encode(entry),
    headers: {
      ce_specversion: '1.0',
      ce_id: `${audit}/${entry.sequence}`,
      ce_type: 'onward.audit.AuditEntry',
      ce_source: `/onward/${audit}`,
      ce_time: new Date(entry.sequencedAt / 1000).toISOString(),
      'content-type': 'application/vnd.confluent.avro',
      ...(entry.traceparent === null ? {} : { traceparent: entry.traceparent }),
      ...(index === entries.length - 1 ? { [WINDOWS_HEADER]: JSON.stringify(Object.fromEntries(state.windows)) } : {}),
    },
  }));
}

/**
 * The state of the log after its last record.
 * @throws LogTailError when that record was not the last of a transaction of this service
 */
export function stateAfter(record: ConsumedRecord, entry: AuditEntry): LogState {
  const header = record.headers[WINDOWS_HEADER];
  if (header === undefined) {
    throw new LogTailError(`The last record of ${record.topic}, at offset ${record.offset}, does not end a transaction of audit: somebody else has written to the log. Find out who may write it.`);
  }
  const windows = new Map(Object.entries(JSON.parse(header.toString('utf8')) as Record<string, SourceWindow>));
  return { lastSequence: entry.sequence, lastSequencedAt: entry.sequencedAt, windows };
}

/** The log does not end as audit writes it: nothing can be appended. */
export class LogTailError extends Error {
  readonly code = 'AUDIT_LOG_TAIL';
}
