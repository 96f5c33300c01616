import { jest } from '@jest/globals';
import { ended } from '../../../../test/support/child/run-child.js';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { LaneFixture, numbered, PARTITIONS } from '../../../../test/support/lane-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import type { FailpointName } from '../failpoint.js';
import { ProducerFenced, TransactionAborted } from '../producer/producer-errors.js';

/** A dead member is noticed soon; its transaction would be ended by the broker only after any of these tests. */
const MORTAL = { sessionTimeoutMs: 1_500, transactionTimeoutMs: 60_000 };

jest.setTimeout(60_000);

describe('taking over from a lane', () => {
  let kafka: KafkaFixture;
  let lanes: LaneFixture;

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());
  beforeEach(async () => {
    lanes = await LaneFixture.open(testStack(), kafka);
  });
  afterEach(() => lanes.close());

  const failpoints: FailpointName[] = ['after-poll', 'after-fold', 'after-produce', 'after-end-txn', 'after-store-write'];
  it.each(failpoints)('that was killed %s loses nothing, repeats nothing and waits for no dead owner (R4)', async (failpoint) => {
    const child = lanes.startChild('0', `${failpoint}:2`, MORTAL);
    await lanes.send(200);
    const feeding = setInterval(() => void lanes.send(4, 'feed-').catch(() => {}), 50);
    expect(await ended(child)).toBe('SIGKILL');
    clearInterval(feeding);
    const diedMs = performance.now();
    const second = await lanes.start('1', MORTAL);
    await lanes.owns(second, PARTITIONS);
    expect(performance.now() - diedMs).toBeLessThan(10_000);
    await lanes.send(100, 'b');
    const expected = (await kafka.read(lanes.topics.in)).map(({ value }) => String(value)).sort();
    expect((await lanes.answers(expected.length)).sort()).toEqual(expected);
  });

  it('that is merely slow: its late batch is refused, and it does not fence its successor (R2, R4)', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await lanes.start('0', { rebalanceTimeoutMs: 1_000 }, (processor) => {
      processor.onProcess = async () => {
        if (processor.calls.filter((call) => call === 'process').length === 1) await held;
      };
    });
    await lanes.send(40);
    await until(() => slow.processor.calls.includes('process') || undefined, 'the first batch to hang');
    const second = await lanes.start('1', { rebalanceTimeoutMs: 1_000 });
    await until(() => second.lane.partitions.length >= 2 || undefined, 'the second to own some of them');
    await lanes.answers(20);
    release();
    // By the group where it noticed in time that it is out, else by the fence of the new owner.
    const isRefusal = (error: unknown): boolean => error instanceof ProducerFenced || (error instanceof TransactionAborted && error.membershipLost);
    await until(() => slow.retried.some(isRefusal) || undefined, 'the refusal');
    await until(() => slow.processor.calls.includes('rolledBack') || undefined, 'the roll-back');
    await until(() => slow.lane.partitions.length + second.lane.partitions.length === PARTITIONS || undefined, 'both to share again');
    await lanes.send(40, 'b');
    expect((await lanes.answers(80)).sort()).toEqual([...numbered(40), ...numbered(40, 'b')].sort());
    expect(second.retried.filter((error) => error instanceof ProducerFenced)).toEqual([]);
  });

  it('leaves the partitions it keeps as they are, and closes only those it hands over (R2)', async () => {
    const first = await lanes.start('0');
    await lanes.owns(first, PARTITIONS);
    await lanes.send(40);
    await lanes.answers(40);
    const second = await lanes.start('1');
    await lanes.owns(second, 2);
    await lanes.send(40, 'b');
    expect((await lanes.answers(80)).length).toBe(80);
    expect(first.processor.calls.filter((call) => call.startsWith('close')).sort()).toEqual(['close 2', 'close 3']);
    expect(first.processor.openings.length).toBe(PARTITIONS);
    expect(second.processor.openings.map(({ partition, previousOwner }) => [partition, previousOwner]).sort()).toEqual([
      [2, `${lanes.groupId}-0`],
      [3, `${lanes.groupId}-0`],
    ]);
  });

  it('stops one of two that run under one name (R4)', async () => {
    const twins = [await lanes.start('0'), await lanes.start('0')];
    await Promise.all(twins.map((twin) => lanes.owns(twin, 2)));
    const feeding = setInterval(() => void lanes.send(8).catch(() => {}), 20);
    await until(() => twins.some(({ failed }) => failed.length > 0) || undefined, 'one of them to stop');
    clearInterval(feeding);
    expect(twins.flatMap(({ failed }) => failed.map(({ code }) => code))).toEqual(['LANE_FENCED']);
    const expected = await until(async () => {
      const sent = await kafka.read(lanes.topics.in);
      return sent.length > 0 ? sent : undefined;
    }, 'inputs');
    expect((await lanes.answers(expected.length)).length).toBe(expected.length);
  });
});
