import { jest } from '@jest/globals';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { LaneFixture, numbered, PARTITIONS } from '../../../../test/support/lane-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import { AppendedTooEarly } from '../producer/producer-errors.js';
import { RetryLater } from './lane-processor.js';

jest.setTimeout(60_000);

describe('a lane', () => {
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

  it('answers every input once, in transactions of everything that queued up', async () => {
    const { processor, retried } = await lanes.start('0');
    await lanes.send(500);
    expect((await lanes.answers(500)).sort()).toEqual(numbered(500));
    expect(processor.commits.length).toBeLessThan(250);
    expect(retried).toEqual([]);
  });

  it('tells the processor where every record is and what the broker’s clock says', async () => {
    const out = await kafka.topic('appended', PARTITIONS, { 'message.timestamp.type': 'LogAppendTime' });
    const { processor } = await lanes.start('0', {}, (prepared) => Object.assign(prepared, { outTopic: out }));
    await lanes.send(8);
    await kafka.values(out, 8);
    const appended = processor.commits.flatMap((commit) => commit.appended);
    expect(appended.map(({ partition, offset }) => [partition, offset]).sort()).toEqual((await kafka.read(out)).map(({ partition, offset }) => [partition, offset]).sort());
    for (const { nowMs, appended: records } of processor.commits) for (const { appendTimeMs } of records) expect(nowMs).toBeGreaterThanOrEqual(appendTimeMs);
  });

  it('goes on where it was after it is stopped and started again', async () => {
    await lanes.send(40);
    const first = await lanes.start('0');
    await lanes.answers(40);
    await first.lane.stop();
    await lanes.send(40, 'b');
    const second = await lanes.start('0');
    expect((await lanes.answers(80)).sort()).toEqual([...numbered(40), ...numbered(40, 'b')].sort());
    expect(second.processor.openings.map(({ committed }) => committed.get(lanes.topics.in))).toEqual([10n, 10n, 10n, 10n]);
  });

  it('shares the partitions with a second lane, loses nothing and repeats nothing while they move', async () => {
    const first = await lanes.start('0');
    await lanes.owns(first, PARTITIONS);
    const sending = lanes.send(2_000);
    const second = await lanes.start('1');
    await sending;
    await lanes.owns(first, 2);
    await lanes.owns(second, 2);
    await lanes.send(1_000, 'b');
    await first.lane.stop();
    await lanes.send(1_000, 'c');
    expect((await lanes.answers(4_000)).sort()).toEqual([...numbered(2_000), ...numbered(1_000, 'b'), ...numbered(1_000, 'c')].sort());
    expect(second.lane.partitions.length).toBe(PARTITIONS);
  });

  it('gives everything to one lane in single mode, and to the other when that one leaves', async () => {
    const first = await lanes.start('0', { single: true });
    await lanes.owns(first, PARTITIONS);
    const second = await lanes.start('1', { single: true });
    await lanes.send(40);
    await lanes.answers(40);
    expect([first.lane.partitions.length, second.lane.partitions.length]).toEqual([PARTITIONS, 0]);
    await first.lane.stop();
    await lanes.owns(second, PARTITIONS);
    await lanes.send(40, 'b');
    expect((await lanes.answers(80)).length).toBe(80);
  });

  it('quarantines the one input that its processor cannot take, and goes on (R10, I8)', async () => {
    await lanes.send(30);
    await lanes.send(1, 'poison');
    await lanes.send(30, 'b');
    await lanes.start('0', {}, (processor) => {
      processor.onProcess = async ({ records }) => {
        for (const { value } of [...records.values()].flat()) if (String(value) === 'poison0') throw new Error('cannot fold this');
      };
    });
    expect((await lanes.answers(60)).sort()).toEqual([...numbered(30), ...numbered(30, 'b')].sort());
    const quarantined = await kafka.read(lanes.topics.quarantine);
    expect(quarantined.map(({ value, headers }) => [String(value), String(headers['onward_reason'])])).toEqual([['poison0', 'cannot fold this']]);
  });

  it('quarantines nothing while something it needs is away (R14)', async () => {
    let tries = 0;
    const { processor } = await lanes.start('0', {}, (prepared) => {
      prepared.onProcess = async () => {
        tries += 1;
        if (tries <= 3) throw new RetryLater('the registry is away');
      };
    });
    await lanes.send(40);
    expect((await lanes.answers(40)).sort()).toEqual(numbered(40));
    expect(await kafka.read(lanes.topics.quarantine)).toEqual([]);
    expect(processor.calls.filter((call) => call === 'rolledBack').length).toBe(3);
  });

  it('restores from what is committed when its store fails after a commit', async () => {
    let failures = 1;
    const { processor } = await lanes.start('0', {}, (prepared) => {
      prepared.onCommitted = async () => {
        failures -= 1;
        if (failures === 0) throw new Error('the disk is full');
      };
    });
    await lanes.send(40);
    expect((await lanes.answers(40)).sort()).toEqual(numbered(40));
    await lanes.send(40, 'b');
    expect((await lanes.answers(80)).length).toBe(80);
    expect(processor.calls.filter((call) => call.startsWith('open')).length).toBe(2 * PARTITIONS);
  });

  it('fires a timer when it is due, and not before what had arrived by then is consumed (R6)', async () => {
    await lanes.send(200);
    const fired: { partition: number; untilMs: number; dueMs: number; nowMs: number }[] = [];
    const { processor } = await lanes.start('0', { batchLimits: { recordsMax: 2, bytesMax: 1_000_000 } }, (prepared) => {
      prepared.onOpen = async ({ partition }) => {
        prepared.timers.set(partition, partition === 0 ? Date.now() - 1_000 : Date.now() + 300);
      };
      prepared.onProcess = async ({ due }, nowMs) => {
        for (const [partition, untilMs] of due) fired.push({ partition, untilMs, dueMs: prepared.timers.get(partition)!, nowMs });
      };
    });
    await lanes.answers(204);
    expect(processor.timers.size).toBe(0);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const values = (await kafka.read(lanes.topics.out)).filter((record) => record.partition === partition).map(({ value }) => String(value));
      expect(values.length).toBe(51);
      if (partition === 0) expect(values.at(-1)).toMatch(/^timer /);
    }
    expect(fired.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3]);
    for (const { dueMs, untilMs, nowMs } of fired) expect([dueMs <= untilMs, untilMs <= nowMs]).toEqual([true, true]);
    const first = fired.find(({ partition }) => partition === 0)!;
    expect(first.untilMs).toBeLessThan(first.nowMs); // as of when its inputs' end was asked for, not of when they were consumed
    await until(() => processor.calls.at(-1) === 'committed' || undefined, 'the last commit to be told');
  });

  it('tries timers that fail without inputs, and has its processor fire fewer of them', async () => {
    const failed: unknown[] = [];
    const withInputs: boolean[] = [];
    await lanes.send(40);
    const { processor } = await lanes.start('0', {}, (prepared) => {
      prepared.onOpen = async ({ partition }) => void (partition === 0 && failed.length < 2 && prepared.timers.set(0, Date.now() - 1_000));
      prepared.onProcess = async ({ records, due }) => {
        if (due.size === 0) return;
        withInputs.push(records.size > 0);
        throw new Error('too large');
      };
      Object.assign(prepared, { timersFailed: (error: unknown) => failed.push(error) });
    });
    await until(() => failed.length === 2 || undefined, 'the timers to have failed twice');
    processor.onProcess = async () => {};
    await lanes.send(40, 'b');
    expect((await lanes.answers(81)).length).toBe(81); // the timer's is among them
    expect(withInputs.slice(-2)).toEqual([false, false]);
    expect(await kafka.read(lanes.topics.quarantine)).toEqual([]);
  });

  it('fires by the broker’s clock, also the first timer of a host whose clock is an hour ahead (R6)', async () => {
    const out = await kafka.topic('appended', PARTITIONS, { 'message.timestamp.type': 'LogAppendTime' });
    const dueMs = Date.now() + 3_000;
    const { timeOrigin } = performance;
    const hostClock = jest.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(timeOrigin + 3_600_000);
    const { retried } = await lanes.start('0', {}, (prepared) => {
      Object.assign(prepared, { outTopic: out });
      prepared.onOpen = async ({ partition }) => void (partition === 0 && prepared.timers.set(0, dueMs));
    });
    await kafka.values(out, 1).finally(() => hostClock.mockRestore());
    const [fired, ...others] = await kafka.read(out);
    expect(others).toEqual([]);
    expect(fired!.timestampMs).toBeGreaterThanOrEqual(dueMs);
    expect(retried).toEqual([expect.objectContaining({ cause: expect.any(AppendedTooEarly) })]);
  });

  it('stops within five seconds while inputs pour in, and the rest is for the next', async () => {
    const first = await lanes.start('0');
    const sending = lanes.send(5_000);
    await lanes.answers(100);
    const startedMs = performance.now();
    await first.lane.stop();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    await sending;
    await lanes.start('0');
    expect((await lanes.answers(5_000)).sort()).toEqual(numbered(5_000));
  });
});
