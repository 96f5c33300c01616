import { jest } from '@jest/globals';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import { FetchLoop, type FetchLoopOptions } from './fetch-loop.js';

jest.setTimeout(60_000);

const EVERYTHING = { recordsMax: 10_000, bytesMax: 100_000_000 };
const FIRST = { memberId: 'm', generationId: 1 };
const SECOND = { memberId: 'm', generationId: 2 };

describe('a fetch loop', () => {
  let kafka: KafkaFixture;
  let topic: string;
  let loop: FetchLoop;
  let arrived: number;

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());
  afterEach(() => loop.stop());

  async function start(options: FetchLoopOptions = {}): Promise<void> {
    topic = await kafka.topic('fetched', 2);
    arrived = 0;
    loop = await FetchLoop.start(kafka.cluster, options, {
      arrived: () => (arrived += 1),
      retrying: (error) => {
        throw error;
      },
      outOfRange: () => {},
    });
    loop.assign(FIRST, new Set());
  }

  const openAt = (partition: number, position: bigint): void => loop.open(partition, new Map([[topic, position]]));

  it('drops what was fetched under the membership before, also what is on its way, and fetches it again (R2)', async () => {
    await start({ maxWaitMs: 2_000 });
    openAt(0, 0n);
    openAt(1, 0n);
    await kafka.sendNumbered(topic, 20, 2);
    await until(() => loop.waiting.length === 2 || undefined, 'both partitions to have records');
    const sending = kafka.sendNumbered(topic, 20, 2, 'b'); // lands in a poll that was sent under the first membership
    loop.assign(SECOND, new Set([0]));
    await sending;
    const taken: string[] = [];
    await until(() => {
      const some = loop.take(EVERYTHING);
      if (some !== undefined) {
        expect(some.membership).toBe(SECOND);
        expect([...some.records.keys()]).toEqual([0]);
        taken.push(...[...some.records.values()].flat().map(({ value }) => String(value)));
      }
      return taken.length >= 20 || undefined;
    }, 'the records of the kept partition');
    expect(taken).toEqual([...Array.from({ length: 10 }, (_, i) => `${2 * i}`), ...Array.from({ length: 10 }, (_, i) => `b${2 * i}`)]);
    expect(loop.positions(0).get(topic)).toBe(20n);
    expect(loop.positions(1)).toEqual(new Map());
  });

  it('goes on with the others while a partition is full, and with that one when it has room again', async () => {
    await start({ queueLimits: { recordsMax: 10, bytesMax: 1_000_000 } });
    openAt(0, 0n);
    openAt(1, 0n);
    for (let i = 0; i < 5; i += 1) await kafka.send(Array.from({ length: 10 }, () => ({ topic, partition: 0, key: null, value: Buffer.from('slow') })));
    await until(() => loop.waiting.some(({ partition }) => partition === 0) || undefined, 'the slow partition to have records');
    const fast: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      await kafka.send([{ topic, partition: 1, key: null, value: Buffer.from(`fast ${i}`) }]);
      await until(() => {
        const taken = loop.takeFrom(topic, 1, EVERYTHING);
        fast.push(...(taken?.records ?? []).map(({ value }) => String(value)));
        return taken;
      }, 'the fast partition');
    }
    expect(fast).toEqual(['fast 0', 'fast 1', 'fast 2', 'fast 3', 'fast 4']);
    let slow = 0;
    await until(() => {
      slow += loop.takeFrom(topic, 0, EVERYTHING)?.records.length ?? 0;
      return slow === 50 || undefined;
    }, 'all of the slow partition');
  });

  it('reads a partition that is opened while a long poll waits, without waiting for it', async () => {
    await start({ maxWaitMs: 20_000 });
    await kafka.sendNumbered(topic, 10, 2);
    openAt(0, 0n);
    await until(() => loop.takeFrom(topic, 0, EVERYTHING), 'the first partition'); // from here on a long poll for it waits at the broker
    const startedMs = performance.now();
    openAt(1, 0n);
    await until(() => loop.takeFrom(topic, 1, EVERYTHING), 'the other partition');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
