import { ErrorCode, readTopic } from '@onward/kafka';
import { identify, produce } from './raw-producer.js';
import { endOf, fetchFrom, startOf, values, visible, type SeamCase } from './seam.js';

/** What a partition's log does with what is written to it and asked of it. */
export const logCases: Readonly<Record<string, SeamCase>> = {
  'gives records consecutive offsets, and the broker\'s time where the topic says so': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1);
    const sentMs = Date.now();
    const first = await produce(cluster, topic, ['a', 'b'], { timestampMs: 1_000 });
    const second = await produce(cluster, topic, ['c'], { timestampMs: 1_000 });
    expect([first.errorCode, first.baseOffset, second.baseOffset]).toEqual([0, 0n, 2n]);
    expect(Math.abs(first.logAppendTimeMs - sentMs)).toBeLessThan(60_000);
    const records = await visible(cluster, topic, 'read_committed');
    expect(records.map(({ offset, timestampMs, value }) => [offset, timestampMs, String(value)])).toEqual([
      [0n, first.logAppendTimeMs, 'a'],
      [1n, first.logAppendTimeMs, 'b'],
      [2n, second.logAppendTimeMs, 'c'],
    ]);
  },

  'keeps the producer\'s time where the topic says so': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1, { timestamps: 'create' });
    expect(await produce(cluster, topic, ['a'], { timestampMs: 1_234 })).toMatchObject({ errorCode: 0, logAppendTimeMs: -1 });
    expect((await visible(cluster, topic, 'read_committed'))[0]!.timestampMs).toBe(1_234);
  },

  'finds the first record that is not older than a time': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1, { timestamps: 'create' });
    for (const timestampMs of [1_000, 2_000, 3_000]) await produce(cluster, topic, ['x'], { timestampMs });
    const found = await Promise.all([500n, 1_000n, 1_001n, 3_000n, 3_001n].map((timestamp) => endOf(cluster, topic, 'read_uncommitted', timestamp)));
    expect(found).toEqual([0n, 0n, 1n, 2n, -1n]);
  },

  'says where it begins and ends': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1);
    expect([await startOf(cluster, topic), await endOf(cluster, topic, 'read_uncommitted')]).toEqual([0n, 0n]);
    await produce(cluster, topic, ['a', 'b', 'c']);
    await seam.deleteRecordsBefore(topic, 0, 2n);
    expect([await startOf(cluster, topic), await endOf(cluster, topic, 'read_uncommitted'), await endOf(cluster, topic, 'read_committed')]).toEqual([2n, 3n, 3n]);
  },

  'refuses an offset before its beginning and after its end (1), not its end': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1);
    await produce(cluster, topic, ['a', 'b', 'c']);
    await seam.deleteRecordsBefore(topic, 0, 1n);
    const codes = [];
    for (const offset of [0n, 1n, 3n, 4n]) codes.push((await fetchFrom(cluster, topic, offset, 'read_committed')).errorCode);
    expect(codes).toEqual([ErrorCode.OFFSET_OUT_OF_RANGE, 0, 0, ErrorCode.OFFSET_OUT_OF_RANGE]);
    expect(await values(cluster, topic)).toEqual(['b', 'c']);
    await expect(readTopic({ cluster, topic, from: { offsets: new Map([[0, 0n]]) }, until: 'end' }).next()).rejects.toMatchObject({ code: 'KAFKA_OFFSET_OUT_OF_RANGE' });
  },

  'holds a fetch until there is something': async (seam) => {
    const [cluster, reads] = [await seam.connect(), await seam.connect()];
    const topic = await seam.topic(1);
    const startedMs = performance.now();
    const fetched = fetchFrom(reads, topic, 0n, 'read_committed', 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await produce(cluster, topic, ['a']);
    expect((await fetched).records.length).toBeGreaterThan(0);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThanOrEqual(300);
    expect(tookMs).toBeLessThan(15_000);
  },

  'answers a fetch with nothing when its time has passed': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1);
    const startedMs = performance.now();
    expect(await fetchFrom(cluster, topic, 0n, 'read_committed', 500)).toMatchObject({ errorCode: 0, highWatermark: 0n, lastStableOffset: 0n, logStartOffset: 0n });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(490);
  },

  'does not know what does not exist (3)': async (seam) => {
    const cluster = await seam.connect();
    const name = seam.unique('none');
    await expect(cluster.topic(name)).rejects.toMatchObject({ brokerCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION });
    await expect(cluster.leaderOf(await seam.topic(2), 2)).rejects.toMatchObject({ brokerCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION });
  },

  'writes a repeated batch once, and answers as before': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1);
    const identity = await identify(cluster, null);
    const first = await produce(cluster, topic, ['a', 'b'], { identity, sequence: 0 });
    const second = await produce(cluster, topic, ['c'], { identity, sequence: 2 });
    const again = [await produce(cluster, topic, ['a', 'b'], { identity, sequence: 0 }), await produce(cluster, topic, ['c'], { identity, sequence: 2 })];
    expect(again.map(({ errorCode, baseOffset }) => [errorCode, baseOffset])).toEqual([[0, first.baseOffset], [0, second.baseOffset]]);
    expect(await values(cluster, topic)).toEqual(['a', 'b', 'c']);
  },

  'refuses a gap in a producer\'s sequence and what is older than it remembers (45, 46)': async (seam) => {
    const cluster = await seam.connect();
    const topic = await seam.topic(1);
    const identity = await identify(cluster, null);
    for (let sequence = 0; sequence < 7; sequence++) expect((await produce(cluster, topic, [`${sequence}`], { identity, sequence })).errorCode).toBe(0);
    expect((await produce(cluster, topic, ['8'], { identity, sequence: 8 })).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect((await produce(cluster, topic, ['0'], { identity, sequence: 0 })).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect((await produce(cluster, topic, ['7'], { identity, sequence: 7 })).errorCode).toBe(0);
    expect((await values(cluster, topic)).length).toBe(8);
  },

  'refuses a batch that is too large (10), and a record without a key in a compacted topic (87)': async (seam) => {
    const cluster = await seam.connect();
    const [topic, compacted] = [await seam.topic(1), await seam.topic(1, { compacted: true })];
    expect((await produce(cluster, topic, ['x'.repeat(1_100_000)])).errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE);
    expect((await produce(cluster, compacted, ['a', 'b'], { keys: ['k', null] })).errorCode).toBe(ErrorCode.INVALID_RECORD);
    expect((await produce(cluster, compacted, ['a'], { keys: ['k'] })).errorCode).toBe(0);
    expect([await values(cluster, topic), await values(cluster, compacted)]).toEqual([[], ['a']]);
  },
};
