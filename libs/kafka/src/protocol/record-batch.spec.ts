import { crc32c } from './crc32c.js';
import { encodeRecordBatch, offsetAfterBatch, readBatchHeader, readRecords, type BatchRecord } from './record-batch.js';

const PRODUCER = { producerId: 12n, producerEpoch: 3, baseSequence: 40, transactional: true };
const record = (overrides: Partial<BatchRecord> = {}): BatchRecord => ({
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: {},
  timestampMs: 1_700_000_000_000,
  ...overrides,
});
const decode = (bytes: Buffer) => {
  const batch = readBatchHeader(bytes);
  if (batch === null) throw new Error('The batch is cut off.');
  return { ...batch, records: [...readRecords(batch.header, batch.header.body)] };
};

describe('crc32c', () => {
  // RFC 3720, appendix B.4
  it.each([
    [Buffer.alloc(32, 0), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(0), 0],
  ])('of %j', (bytes, checksum) => {
    expect(crc32c(bytes)).toBe(checksum);
  });
});

describe('a record batch', () => {
  it('reads back as it was written', () => {
    const records = [
      record({ headers: { ce_id: 'ü', 'content-type': Buffer.from('x') } }),
      record({ key: null, value: null, timestampMs: 1_700_000_000_005 }),
      record({ key: Buffer.alloc(0), value: Buffer.alloc(300, 7), timestampMs: 1_699_999_999_000 }),
    ];
    const bytes = encodeRecordBatch(records, PRODUCER);
    const { header, sizeBytes, records: read } = decode(Buffer.concat([bytes, Buffer.from('the next batch')]));
    expect(sizeBytes).toBe(bytes.length);
    expect(header).toMatchObject({ baseOffset: 0n, lastOffset: 2n, producerId: 12n, transactional: true, control: false, compression: 0, recordCount: 3 });
    expect(read).toEqual([
      { offset: 0n, timestampMs: 1_700_000_000_000, key: Buffer.from('k'), value: Buffer.from('v'), headers: { ce_id: Buffer.from('ü'), 'content-type': Buffer.from('x') } },
      { offset: 1n, timestampMs: 1_700_000_000_005, key: null, value: null, headers: {} },
      { offset: 2n, timestampMs: 1_699_999_999_000, key: Buffer.alloc(0), value: Buffer.alloc(300, 7), headers: {} },
    ]);
    expect(offsetAfterBatch(bytes)).toBe(3n);
  });

  it('takes a header of any name', () => {
    const headers = JSON.parse('{"__proto__": "p", "constructor": "c"}') as Record<string, string>;
    const [read] = decode(encodeRecordBatch([record({ headers })], PRODUCER)).records;
    expect(Object.entries(read!.headers)).toEqual([['__proto__', Buffer.from('p')], ['constructor', Buffer.from('c')]]);
  });

  it('is null while it is cut off', () => {
    const bytes = encodeRecordBatch([record()], PRODUCER);
    for (let length = 0; length < bytes.length; length++) expect(readBatchHeader(bytes.subarray(0, length))).toBeNull();
  });

  it('is refused when any byte that counts has changed', () => {
    const bytes = encodeRecordBatch([record()], PRODUCER);
    for (let at = 16; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x40;
      expect(() => readBatchHeader(damaged)).toThrow(RangeError);
    }
  });

  it('is refused with a negative length', () => {
    const bytes = encodeRecordBatch([record()], PRODUCER);
    bytes.writeInt32BE(-1, 8);
    expect(() => readBatchHeader(bytes)).toThrow('its length is negative');
  });

  it('of 20,000 records takes time in proportion to them', () => {
    const time = (count: number): number => {
      const startMs = performance.now();
      encodeRecordBatch(Array.from({ length: count }, () => record({ headers: { a: 'b' } })), PRODUCER);
      return performance.now() - startMs;
    };
    time(2_000); // warm
    expect(time(20_000)).toBeLessThan(time(2_000) * 100);
  });
});
