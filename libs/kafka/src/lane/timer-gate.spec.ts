import { TimerGate } from './timer-gate.js';

describe('the timer gate (R6)', () => {
  const answered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('lets timers fire only when what had arrived by then is consumed', async () => {
    let position = 3n;
    let end = 7n;
    let known = 0;
    const gate = new TimerGate(async () => new Map([['replies', end]]), () => new Map([['replies', position]]), () => (known += 1));
    expect(gate.mayFire(0)).toBe(false);
    await answered();
    expect(known).toBe(1);
    expect(gate.mayFire(0)).toBe(false);
    end = 100n; // what comes later does not hold the timer up
    position = 7n;
    expect(gate.mayFire(0)).toBe(true);
    gate.reset(0);
    expect(gate.mayFire(0)).toBe(false);
    await answered();
    expect(gate.mayFire(0)).toBe(false);
  });

  it('asks again when the ends could not be had', async () => {
    let asked = 0;
    const ends = async (): Promise<Map<string, bigint>> => {
      asked += 1;
      if (asked === 1) throw new Error('no leader');
      return new Map([['replies', 0n]]);
    };
    const gate = new TimerGate(ends, () => new Map([['replies', 0n]]), () => {});
    expect(gate.mayFire(0)).toBe(false);
    await answered();
    expect(gate.mayFire(0)).toBe(false);
    await answered();
    expect(gate.mayFire(0)).toBe(true);
    expect(asked).toBe(2);
  });

  it('holds the timers of a partition that is not being read', async () => {
    const gate = new TimerGate(async () => new Map([['replies', 0n]]), () => new Map(), () => {});
    gate.mayFire(0);
    await answered();
    expect(gate.mayFire(0)).toBe(false);
  });
});
