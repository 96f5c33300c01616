import { jest } from '@jest/globals';
import { BrokerClock } from './broker-clock.js';

describe('the broker clock', () => {
  it('is the local clock until the broker was heard, then runs on from what it said', () => {
    let localMs = 1_000;
    const clock = new BrokerClock(() => localMs);
    expect(clock.now()).toBe(1_000);
    clock.observe(5_000);
    localMs += 10;
    expect(clock.now()).toBe(5_010);
    clock.observe(-1);
    expect(clock.now()).toBe(5_010);
  });

  it('goes on evenly when the clock of the host is set', () => {
    const clock = new BrokerClock();
    const before = clock.now();
    const wall = jest.spyOn(Date, 'now').mockReturnValue(before + 3_600_000);
    try {
      expect(clock.now() - before).toBeLessThan(60_000);
      clock.observe(before);
      expect(clock.now() - before).toBeLessThan(60_000);
    } finally {
      wall.mockRestore();
    }
  });

  it('goes back when what was decided too early is undone, and says whether the broker was heard', () => {
    const clock = new BrokerClock(() => 10_000);
    expect([clock.now(), clock.seen]).toEqual([10_000, false]);
    clock.observe(-1);
    expect(clock.seen).toBe(false);
    clock.correct(4_000);
    expect([clock.now(), clock.seen]).toEqual([4_000, true]);
  });

  it('never goes back by itself', () => {
    let localMs = 10_000;
    const clock = new BrokerClock(() => localMs);
    expect(clock.now()).toBe(10_000);
    clock.observe(4_000);
    expect(clock.now()).toBe(10_000);
    localMs -= 9_000;
    expect(clock.now()).toBe(10_000);
  });
});
