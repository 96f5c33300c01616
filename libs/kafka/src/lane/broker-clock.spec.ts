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

  it('never goes back', () => {
    let localMs = 10_000;
    const clock = new BrokerClock(() => localMs);
    expect(clock.now()).toBe(10_000);
    clock.observe(4_000);
    expect(clock.now()).toBe(10_000);
    localMs -= 9_000;
    expect(clock.now()).toBe(10_000);
  });
});
