import { createHash } from 'node:crypto';
import type { ConsumedRecord } from '../consumer/record.js';
import { quarantineRecord } from './quarantine-record.js';

const record: ConsumedRecord = {
  topic: 'client.commands.orders',
  partition: 5,
  offset: 42n,
  timestampMs: 1_700_000_000_000,
  key: Buffer.from('order-1'),
  value: Buffer.from([0, 1, 2, 255]),
  headers: { ce_id: Buffer.from('c-1'), onward_reason: Buffer.from('forged') },
};
const reason = { code: 'AVRO_INVALID', message: 'The value is not valid Avro.' };

describe('a quarantined record', () => {
  it('carries key, value and headers untouched, with the reason and where it came from', () => {
    expect(quarantineRecord(record, reason, { topic: 'orders.quarantine', partitionCount: 12 })).toEqual({
      topic: 'orders.quarantine',
      partition: 5,
      key: record.key,
      value: record.value,
      headers: {
        ce_id: Buffer.from('c-1'),
        onward_origin_header_onward_reason: Buffer.from('forged'),
        onward_reason_code: 'AVRO_INVALID',
        onward_reason: 'The value is not valid Avro.',
        onward_origin_topic: 'client.commands.orders',
        onward_origin_partition: '5',
        onward_origin_offset: '42',
        onward_origin_timestamp: '1700000000000',
      },
    });
  });

  it('stays within the partitions there are, and keeps a missing value missing', () => {
    const quarantined = quarantineRecord({ ...record, value: null }, reason, { topic: 'q', partitionCount: 4 });
    expect([quarantined.partition, quarantined.value]).toEqual([1, null]);
  });

  it('replaces an oversize value by its hash and a pointer', () => {
    const value = Buffer.alloc(1_001, 7);
    const quarantined = quarantineRecord({ ...record, value }, reason, { topic: 'q', partitionCount: 12, valueBytesMax: 1_000 });
    expect(JSON.parse(String(quarantined.value))).toEqual({
      sha256: createHash('sha256').update(value).digest('hex'), bytes: 1_001, topic: 'client.commands.orders', partition: 5, offset: '42',
    });
    expect(quarantined.headers?.['onward_oversize']).toBe('true');
  });
});
