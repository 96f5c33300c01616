import { VirtualTime } from './virtual-time.js';

const START_MS = Date.UTC(2026, 0, 1);

describe('virtual time', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = VirtualTime.install({ startMs: START_MS, random: () => 0.25 });
  });
  afterEach(() => time.uninstall());

  const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

  it('jumps from timer to timer, in the order they are due, with all that follows from one before the next', async () => {
    const seen: string[] = [];
    await time.run(async () => {
      setTimeout(() => seen.push('b'), 2_000);
      setTimeout(() => void Promise.resolve().then(() => Promise.resolve()).then(() => seen.push('a')), 1_000);
      const cleared = setTimeout(() => seen.push('never'), 1_500);
      clearTimeout(cleared);
      setTimeout(() => seen.push('c'), 2_000);
      await sleep(30 * 86_400_000);
    });
    expect(seen).toEqual(['a', 'b', 'c']);
    expect([Date.now(), new Date().getTime(), performance.timeOrigin + performance.now(), time.nowMs]).toEqual(Array(4).fill(START_MS + 30 * 86_400_000));
    expect(Math.random()).toBe(0.25);
  });

  it('repeats intervals until they are cleared', async () => {
    let times = 0;
    await time.run(async () => {
      const timer = setInterval(() => (times += 1), 100);
      await sleep(350);
      clearInterval(timer);
      await sleep(1_000);
    });
    expect(times).toBe(3);
  });

  it('fails where nothing can come any more, where it takes too long, and with what the run throws', async () => {
    await expect(time.run(() => new Promise(() => {}))).rejects.toMatchObject({ code: 'VIRTUAL_TIME_STUCK' });
    await expect(time.run(() => sleep(1_000), { untilMs: START_MS + 999 })).rejects.toMatchObject({ code: 'VIRTUAL_TIME_LIMIT' });
    await expect(time.run(async () => { for (;;) await sleep(1); }, { stepsMax: 100 })).rejects.toMatchObject({ code: 'VIRTUAL_TIME_LIMIT' });
    await expect(time.run(() => Promise.reject(new TypeError('as it is')))).rejects.toThrow('as it is');
  });

  it('gives real time back', async () => {
    time.uninstall();
    expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
    expect(Date.now()).not.toBe(START_MS);
    await sleep(1);
  });

  it('leaps over idle time: what keeps alive has as much left as before, what waits for later comes due', async () => {
    const seen: string[] = [];
    await time.run(async () => {
      setTimeout(() => seen.push(`heartbeat ${Date.now() - START_MS}`), 1_000);
      setTimeout(() => seen.push(`reminder ${Date.now() - START_MS}`), 60_000);
      await sleep(400);
      time.leap(3_600_000);
      await sleep(1_000);
    });
    expect(seen).toEqual(['reminder 3600400', 'heartbeat 3601000']);
  });

  describe('of a process', () => {
    const tick = (seen: number[]) => (): unknown => setInterval(() => seen.push(Date.now() - START_MS), 100);

    it('ends when it is killed, with timers that are set later too', async () => {
      const seen: number[] = [];
      const process = time.process('p');
      await time.run(async () => {
        void process.run(async () => {
          await sleep(50);
          tick(seen)();
        });
        await sleep(260);
        process.kill();
        await sleep(1_000);
      });
      expect(seen).toEqual([150, 250]);
    });

    it('stands still while it is frozen, and what came due meanwhile happens when it thaws', async () => {
      const seen: number[] = [];
      const process = time.process('p');
      await time.run(async () => {
        process.run(tick(seen));
        await sleep(150);
        process.freeze();
        await sleep(400);
        process.thaw();
        await sleep(120);
      });
      expect(seen).toEqual([100, 550, 650]);
    });
  });
});
