import { gzipSync, zstdCompressSync } from 'node:zlib';
import { crc32c } from '../protocol/crc32c.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import { BATCH_HEADERS_MAX, BATCH_RECORDS_MAX, encodeRecordBatch } from '../protocol/record-batch.js';
import { Writer } from '../protocol/wire.js';
import { decodeBudget, decodeFetched, DECOMPRESSED_BATCH_BYTES_MAX, UnreadableBatchError } from './fetch-decode.js';

const HEADER_BYTES = 61;

/** A batch as it lies in the log, with one record per value. */
function batch(baseOffset: bigint, values: readonly (string | Buffer)[], codec = 0, compress: (body: Buffer) => Buffer = (body) => body): Buffer {
  const plain = encodeRecordBatch(
    values.map((value) => ({ key: null, value: Buffer.from(value), headers: {}, timestampMs: 1_000 })),
    { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false },
  );
  return sealed(Buffer.concat([plain.subarray(0, HEADER_BYTES), compress(plain.subarray(HEADER_BYTES))]), baseOffset, codec);
}

function sealed(bytes: Buffer, baseOffset: bigint, attributes: number): Buffer {
  bytes.writeBigInt64BE(baseOffset, 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt16BE(attributes, 21);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

const fetched = (...batches: Buffer[]): FetchedPartition => ({
  partition: 3,
  errorCode: 0,
  highWatermark: 0n,
  lastStableOffset: 0n,
  logStartOffset: 0n,
  abortedTransactions: [],
  records: Buffer.concat(batches),
});
const decode = (offset: bigint, ...batches: Buffer[]) => {
  const { records, nextOffset } = decodeFetched('t', fetched(...batches), offset, 'read_committed');
  return { values: records.map(({ value }) => value?.toString()), nextOffset, records };
};

describe('fetched records', () => {
  it('are those from the asked offset on, also when it is in the middle of a batch', () => {
    const { values, nextOffset, records } = decode(11n, batch(10n, ['a', 'b', 'c']), batch(20n, ['d']));
    expect({ values, nextOffset }).toEqual({ values: ['b', 'c', 'd'], nextOffset: 21n });
    expect(records[0]).toEqual({ topic: 't', partition: 3, offset: 11n, timestampMs: 1_000, key: null, value: Buffer.from('b'), headers: {} });
  });

  it('have the broker’s time when the topic uses LogAppendTime', () => {
    const bytes = batch(0n, ['a']);
    bytes.writeBigInt64BE(9_000n, 35); // max timestamp
    expect(decode(0n, sealed(bytes, 0n, 0x08)).records[0]?.timestampMs).toBe(9_000);
  });

  it.each([
    ['gzip', 1, gzipSync],
    ['zstd', 4, zstdCompressSync],
  ] as const)('are decompressed from %s', (_name, codec, compress) => {
    expect(decode(0n, batch(0n, ['a', 'b'], codec, compress))).toMatchObject({ values: ['a', 'b'], nextOffset: 2n });
  });

  it('end before a batch that is cut off', () => {
    const second = batch(1n, ['b']);
    expect(decode(0n, batch(0n, ['a']), second.subarray(0, second.length - 1))).toMatchObject({ values: ['a'], nextOffset: 1n });
  });

  it('move the position past a batch that compaction has emptied', () => {
    const empty = batch(5n, ['x']).subarray(0, HEADER_BYTES);
    empty.writeInt32BE(4, 23); // last offset delta
    empty.writeInt32BE(0, 57); // record count
    expect(decode(5n, sealed(Buffer.from(empty), 5n, 0))).toMatchObject({ values: [], nextOffset: 10n });
  });
});

describe('an answer that grows when it is decompressed', () => {
  const MIB = 1_048_576;
  const grown = (baseOffset: bigint): Buffer => batch(baseOffset, [Buffer.alloc(20 * MIB)], 1, gzipSync);

  it('is decoded up to a limit of bytes, and the rest is for the next fetch', () => {
    const batches = [grown(0n), grown(1n), grown(2n), grown(3n)];
    expect(decode(0n, ...batches)).toMatchObject({ nextOffset: 2n, records: { length: 2 } });
    expect(decode(2n, ...batches.slice(2))).toMatchObject({ nextOffset: 4n, records: { length: 2 } });
  });

  it('is decoded up to a limit of records', () => {
    const values = Array.from({ length: 80_000 }, () => '');
    const batches = [0n, 80_000n, 160_000n, 240_000n].map((baseOffset) => batch(baseOffset, values));
    expect(decode(0n, ...batches).nextOffset).toBe(240_000n);
  });

  it('has one limit for all its partitions: a later one is fetched again from where it was', () => {
    const budget = decodeBudget();
    const next = (bytes: Buffer) => decodeFetched('t', fetched(bytes), 5n, 'read_committed', budget).nextOffset;
    expect([next(grown(5n)), next(grown(5n)), next(grown(5n))]).toEqual([6n, 6n, 5n]);
  });
});

describe('a batch that cannot be read', () => {
  const bomb = (codec: number, compress: (body: Buffer) => Buffer): Buffer => batch(7n, [Buffer.alloc(DECOMPRESSED_BATCH_BYTES_MAX)], codec, compress);
  const damaged = (): Buffer => {
    const bytes = batch(7n, ['a', 'b']);
    bytes[bytes.length - 1]! ^= 1;
    return bytes;
  };
  const lying = (): Buffer => {
    const bytes = batch(7n, ['a', 'b']);
    bytes.writeInt32BE(3, 57); // claims a third record
    return sealed(bytes, 7n, 0);
  };

  const crowded = (): Buffer => batch(7n, Array.from({ length: BATCH_RECORDS_MAX + 1 }, () => ''), 1, gzipSync);
  const overheaded = (): Buffer => {
    const header = Buffer.from([2, 104, 0]); // name "h", empty value
    const fields = Buffer.concat([Buffer.from([0, 0, 0, 1, 1]), varint(BATCH_HEADERS_MAX + 1), ...Array.from({ length: BATCH_HEADERS_MAX + 1 }, () => header)]);
    const bytes = batch(7n, ['']);
    return sealed(Buffer.concat([bytes.subarray(0, HEADER_BYTES), gzipSync(Buffer.concat([varint(fields.length), fields]))]), 7n, 1);
  };

  it.each([
    ['has more records than memory is given to', crowded, /100001 records/, 100_008n],
    ['has more headers than memory is given to', overheaded, /headers/, 8n],
    ['is damaged', damaged, /checksum/, 9n],
    ['claims more records than it has', lying, /wanted/, 9n],
    ['is compressed with lz4', () => batch(7n, ['a'], 3), /lz4.*compression\.type/, 8n],
    ['is compressed with snappy', () => batch(7n, ['a'], 2), /snappy/, 8n],
    ['is no gzip', () => batch(7n, ['a'], 1), /header/, 8n],
    ['is a gzip bomb', () => bomb(1, gzipSync), /larger than 33554432 bytes/, 8n],
    ['is a zstd bomb', () => bomb(4, zstdCompressSync), /larger than 33554432 bytes/, 8n],
  ])('as it %s is a typed error with the offset after it', (_what, make, reason, nextOffset) => {
    const bytes = make();
    const error = captured(() => decode(7n, bytes));
    expect(error).toBeInstanceOf(UnreadableBatchError);
    expect(error).toMatchObject({ code: 'KAFKA_UNREADABLE_BATCH', topic: 't', partition: 3, offset: 7n, nextOffset, bytes });
    expect((error as Error).message).toMatch(reason);
  });

  it('is an error only when it comes first: what was read before it is not lost', () => {
    expect(decode(5n, batch(5n, ['a', 'b']), damaged())).toMatchObject({ values: ['a', 'b'], nextOffset: 7n });
  });

  it('moves on by one offset when its header says nothing that can be true', () => {
    const bytes = damaged();
    bytes.writeInt32BE(-1_000, 23);
    expect(captured(() => decode(7n, bytes))).toMatchObject({ nextOffset: 8n });
  });
});

/** A zigzag varint, as lengths and counts in a batch are. */
function varint(value: number): Buffer {
  return new Writer().varint(value).toBuffer();
}

function captured(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
