import { TimerGate } from './timer-gate.js';

const DUE_MS = 1_000;
const NOW_MS = 1_005;

describe('the timer gate (R6)', () => {
  const answered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('lets timers fire only when what had arrived by then is consumed', async () => {
    let position = 3n;
    let end = 7n;
    let known = 0;
    const gate = new TimerGate(async () => new Map([['replies', end]]), () => new Map([['replies', position]]), () => (known += 1));
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
    await answered();
    expect(known).toBe(1);
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
    end = 100n; // what comes later does not hold the timer up
    position = 7n;
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBe(NOW_MS);
    gate.reset(0);
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
    await answered();
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
  });

  it('holds back what came due after it asked, however long it took to catch up', async () => {
    const ends = [5n, 9n];
    let position = 3n;
    const gate = new TimerGate(async () => new Map([['replies', ends.shift()!]]), () => new Map([['replies', position]]), () => {});
    gate.mayFireUntilMs(0, DUE_MS, NOW_MS);
    await answered();
    position = 5n;
    expect(gate.mayFireUntilMs(0, DUE_MS, 60_000)).toBe(NOW_MS);
    // The one that was due then is gone, its reply was among what was consumed: the next one has ends of its own.
    expect(gate.mayFireUntilMs(0, 50_000, 60_000)).toBeUndefined();
    await answered();
    expect(gate.mayFireUntilMs(0, 50_000, 60_001)).toBeUndefined();
    position = 9n;
    expect(gate.mayFireUntilMs(0, 50_000, 60_002)).toBe(60_000);
  });

  it('asks again when the ends could not be had', async () => {
    let asked = 0;
    const ends = async (): Promise<Map<string, bigint>> => {
      asked += 1;
      if (asked === 1) throw new Error('no leader');
      return new Map([['replies', 0n]]);
    };
    const gate = new TimerGate(ends, () => new Map([['replies', 0n]]), () => {});
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
    await answered();
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
    await answered();
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBe(NOW_MS);
    expect(asked).toBe(2);
  });

  it('holds the timers of a partition that is not being read', async () => {
    const gate = new TimerGate(async () => new Map([['replies', 0n]]), () => new Map(), () => {});
    gate.mayFireUntilMs(0, DUE_MS, NOW_MS);
    await answered();
    expect(gate.mayFireUntilMs(0, DUE_MS, NOW_MS)).toBeUndefined();
  });
});
