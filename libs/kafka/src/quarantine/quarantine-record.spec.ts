import { createHash } from 'node:crypto';
import type { ConsumedRecord } from '../consumer/record.js';
import { recordBytesMax } from '../protocol/record-batch.js';
import { canBeCopied, quarantineRecord } from './quarantine-record.js';

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

  it('keeps a header of any name', () => {
    const headers = Object.create(null) as Record<string, Buffer>; // as they are read
    headers['__proto__'] = Buffer.from('p');
    headers['constructor'] = Buffer.from('c');
    const quarantined = quarantineRecord({ ...record, headers }, reason, { topic: 'q', partitionCount: 4 });
    expect(Object.entries(quarantined.headers!).slice(0, 2)).toEqual([['__proto__', Buffer.from('p')], ['constructor', Buffer.from('c')]]);
    expect(recordBytesMax({ ...quarantined, headers: quarantined.headers! })).toBeLessThan(1_000);
  });
});

describe('a quarantined record that is too large to be copied', () => {
  const COPY_BYTES_MAX = 2_000;
  const big = (bytes: number): Buffer => Buffer.alloc(bytes, 7);
  const copy = (parts: Partial<ConsumedRecord>) => {
    const quarantined = quarantineRecord({ ...record, ...parts }, reason, { topic: 'q', partitionCount: 12, copyBytesMax: COPY_BYTES_MAX });
    expect(recordBytesMax({ ...quarantined, headers: quarantined.headers! })).toBeLessThanOrEqual(COPY_BYTES_MAX);
    return quarantined;
  };
  const digest = (bytes: Buffer) => ({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });

  it('has a hash and a pointer for its value', () => {
    const quarantined = copy({ value: big(2_001) });
    expect(JSON.parse(String(quarantined.value))).toEqual({ ...digest(big(2_001)), topic: 'client.commands.orders', partition: 5, offset: '42' });
    expect(quarantined).toMatchObject({ key: record.key, headers: { onward_oversize: 'value', ce_id: Buffer.from('c-1') } });
  });

  it('has no key but a hash of it', () => {
    const quarantined = copy({ key: big(3_000_000) });
    expect(quarantined).toMatchObject({ key: null, value: record.value, headers: { onward_oversize: 'key', ce_id: Buffer.from('c-1') } });
    expect(JSON.parse(String(quarantined.headers!['onward_origin_key']))).toEqual(digest(big(3_000_000)));
  });

  it.each([
    ['a large one', { large: big(2_000) }, 1],
    ['one with a large name', { [`n${'x'.repeat(2_000)}`]: big(0) }, 1],
    ['too many', Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`h${i}`, big(0)])), 500],
  ])('has no headers but a count of them: %s', (_what, headers, count) => {
    const quarantined = copy({ headers });
    expect(quarantined).toMatchObject({ key: record.key, value: record.value, headers: { onward_oversize: 'headers', onward_reason_code: 'AVRO_INVALID' } });
    expect(JSON.parse(String(quarantined.headers!['onward_origin_headers']))).toEqual({ count, bytes: expect.any(Number) });
    expect(Object.keys(quarantined.headers!).filter((name) => !name.startsWith('onward_'))).toEqual([]);
  });

  it('loses only the largest of parts that are too large together, and every one that is too large', () => {
    expect(copy({ key: big(900), value: big(1_200) }).headers).toMatchObject({ onward_oversize: 'value', ce_id: Buffer.from('c-1') });
    expect(copy({ key: big(5_000), value: big(4_000), headers: { h: big(3_000) } })).toMatchObject({ key: null, headers: { onward_oversize: 'key,value,headers' } });
  });

  it('is told from one that can be copied', () => {
    expect([canBeCopied(record), canBeCopied({ ...record, key: big(899_000) }), canBeCopied({ ...record, key: big(900_001) })]).toEqual([true, true, false]);
  });
});
