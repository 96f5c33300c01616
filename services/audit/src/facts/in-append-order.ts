import type { ConsumedRecord } from '@onward/kafka';

/**
 * Puts the records of several logs into one order: by the broker's append time, while each log keeps its own order
 * whatever its times say (a broker's clock may be set back).
 */
export function inAppendOrder(records: Iterable<ConsumedRecord>): ConsumedRecord[] {
  const logs = new Map<string, { readonly records: ConsumedRecord[]; next: number }>();
  for (const record of records) {
    const name = `${record.topic}/${record.partition}`;
    const log = logs.get(name);
    if (log === undefined) logs.set(name, { records: [record], next: 0 });
    else log.records.push(record);
  }
  const ordered: ConsumedRecord[] = [];
  for (;;) {
    let earliest: { log: { next: number }; record: ConsumedRecord } | undefined;
    for (const log of logs.values()) {
      const record = log.records[log.next];
      if (record !== undefined && (earliest === undefined || record.timestampMs < earliest.record.timestampMs)) earliest = { log, record };
    }
    if (earliest === undefined) return ordered;
    ordered.push(earliest.record);
    earliest.log.next += 1;
  }
}
