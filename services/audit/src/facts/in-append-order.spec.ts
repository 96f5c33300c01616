import type { ConsumedRecord } from '@onward/kafka';
import { inAppendOrder } from './in-append-order.js';

const record = (topic: string, offset: number, timestampMs: number): ConsumedRecord => ({ topic, partition: 0, offset: BigInt(offset), timestampMs, key: null, value: null, headers: {} });
const names = (records: ConsumedRecord[]) => records.map(({ topic, offset }) => `${topic}${offset}`);

describe('records of several logs in append order', () => {
  it('are merged by time', () => {
    expect(names(inAppendOrder([record('a', 0, 10), record('a', 1, 30), record('b', 0, 20), record('b', 1, 40)]))).toEqual(['a0', 'b0', 'a1', 'b1']);
  });

  it('keep the order of their own log when a clock was set back', () => {
    expect(names(inAppendOrder([record('a', 0, 50), record('a', 1, 10), record('b', 0, 20)]))).toEqual(['b0', 'a0', 'a1']);
  });
});
