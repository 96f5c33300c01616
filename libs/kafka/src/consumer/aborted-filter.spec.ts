import type { AbortedTransaction } from '../protocol/fetch.js';
import { encodeRecordBatch, readBatchHeader, type BatchHeader } from '../protocol/record-batch.js';
import { AbortedFilter } from './aborted-filter.js';

type Step = readonly [offset: bigint, producer: bigint | 'plain', what: 'data' | 'abort' | 'commit' | 'empty control'];

function header([offset, producer, what]: Step): BatchHeader {
  const key = Buffer.from([0, 0, 0, what === 'commit' ? 1 : 0]);
  const bytes = encodeRecordBatch([{ key, value: null, headers: {}, timestampMs: 0 }], { producerId: -1n, producerEpoch: 0, baseSequence: 0, transactional: true });
  return {
    ...readBatchHeader(bytes)!.header,
    baseOffset: offset,
    lastOffset: offset,
    producerId: producer === 'plain' ? -1n : producer,
    transactional: producer !== 'plain',
    control: what !== 'data',
    recordCount: what === 'empty control' ? 0 : 1,
  };
}

/** Offsets of the data that a reader gets. */
function visible(aborted: AbortedTransaction[], steps: readonly Step[]): bigint[] {
  const filter = new AbortedFilter(aborted);
  return steps.filter((step) => !filter.isVoid(header(step))).map(([offset]) => offset);
}

const aborted = (producerId: bigint, firstOffset: bigint): AbortedTransaction => ({ producerId, firstOffset });

describe('a read_committed reader gets', () => {
  it('no markers, and data whose key looks like one', () => {
    expect(visible([], [[0n, 1n, 'data'], [1n, 1n, 'commit'], [2n, 'plain', 'data']])).toEqual([0n, 2n]);
  });

  it('nothing of an aborted transaction', () => {
    expect(visible([aborted(1n, 0n)], [[0n, 1n, 'data'], [1n, 1n, 'data'], [2n, 1n, 'abort'], [3n, 1n, 'data'], [4n, 1n, 'commit']])).toEqual([3n]);
  });

  it('nothing of interleaved aborted transactions, whatever the order of the list', () => {
    const steps: Step[] = [[0n, 1n, 'data'], [1n, 2n, 'data'], [2n, 3n, 'data'], [3n, 2n, 'abort'], [4n, 1n, 'data'], [5n, 1n, 'abort'], [6n, 3n, 'commit'], [7n, 2n, 'data']];
    expect(visible([aborted(1n, 0n), aborted(2n, 1n)], steps)).toEqual([2n, 7n]);
    expect(visible([aborted(2n, 1n), aborted(1n, 0n)], steps)).toEqual([2n, 7n]);
  });

  it('nothing of transactions that began before the fetched offset', () => {
    expect(visible([aborted(2n, 5n), aborted(1n, 3n)], [[10n, 1n, 'data'], [11n, 2n, 'data'], [12n, 1n, 'abort'], [13n, 2n, 'data'], [14n, 2n, 'abort'], [15n, 1n, 'data']])).toEqual([15n]);
  });

  it('nothing of several aborts of one producer, and what it committed between them', () => {
    const steps: Step[] = [[0n, 1n, 'data'], [1n, 1n, 'abort'], [2n, 1n, 'data'], [3n, 1n, 'commit'], [4n, 1n, 'data'], [5n, 1n, 'abort'], [6n, 1n, 'data']];
    expect(visible([aborted(1n, 4n), aborted(1n, 0n)], steps)).toEqual([2n, 6n]);
  });

  it('what a producer writes outside transactions, also when its id is aborting', () => {
    const plain = { ...header([1n, 1n, 'data']), transactional: false };
    const filter = new AbortedFilter([aborted(1n, 0n)]);
    expect([filter.isVoid(header([0n, 1n, 'data'])), filter.isVoid(plain)]).toEqual([true, false]);
  });

  it('no control batch that compaction has emptied, which ends no abort', () => {
    expect(visible([aborted(1n, 0n)], [[0n, 1n, 'data'], [1n, 2n, 'empty control'], [2n, 1n, 'data'], [3n, 1n, 'abort']])).toEqual([]);
  });
});
