/** Headers of the CloudEvents Kafka binding (CloudEvents 1.0), as every record of the suite carries them. */
export interface CloudEvent {
  readonly id: string;
  /** Avro full name of the value. */
  readonly type: string;
  /** The principal that writes. */
  readonly source: string;
  readonly subject: string;
  readonly atMs: number;
  readonly traceparent: string | undefined;
}

export function cloudEventHeaders(event: CloudEvent, extensions: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: `/onward/${event.source}`,
    ce_subject: event.subject,
    ce_time: new Date(event.atMs).toISOString(),
    'content-type': 'application/vnd.confluent.avro',
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    ...extensions,
  };
}
