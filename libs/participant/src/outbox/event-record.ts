import { partitionFor, type OutboundRecord } from '@onward/kafka';
import { CONTENT_TYPE, HEADER, rfc3339 } from '../command/headers.js';
import type { SequencedEvent } from './outbox-queue.js';

/** The record of a domain event; the same whenever it is published again. */
export function eventRecord(participant: string, topic: string, event: SequencedEvent, partitionCount: number): OutboundRecord {
  const headers: Record<string, string> = {
    [HEADER.specVersion]: '1.0',
    [HEADER.id]: `${participant}/${event.sequence}`,
    [HEADER.type]: event.type,
    [HEADER.source]: sourceOf(participant),
    [HEADER.subject]: event.aggregateId,
    [HEADER.time]: rfc3339(event.time),
    [HEADER.contentType]: CONTENT_TYPE,
    [HEADER.sequence]: String(event.sequence),
    [HEADER.sagaId]: event.sagaId,
    [HEADER.causationId]: event.causationId,
  };
  if (event.traceparent !== undefined) headers[HEADER.traceparent] = event.traceparent;
  const key = Buffer.from(event.aggregateId);
  return { topic, partition: partitionFor(key, partitionCount), key, value: event.value, headers };
}

/** `ce_source` of everything a participant writes. */
export function sourceOf(participant: string): string {
  return `/onward/${participant}`;
}
