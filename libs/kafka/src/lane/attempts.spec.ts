import { Attempts, ATTEMPTS_CONDEMNED, ATTEMPTS_SUSPECT } from './attempts.js';

const BATCH = 3;
const opened = (attempt: number): Attempts => {
  const attempts = new Attempts(BATCH);
  attempts.opened(0, new Map([['in', attempt], ['replies', 0]]));
  return attempts;
};

describe('the count of attempts (R10)', () => {
  it('goes up by one when the first inputs of a partition are begun, and to none when they are finished', () => {
    const attempts = opened(2);
    expect([attempts.mustNote(0), attempts.begun('in', 0), attempts.settled('replies', 0), attempts.oneByOne]).toEqual([true, 3, 0, false]);
    expect(attempts.afterBatch('in', 0, 1)).toBe(0);
    attempts.finished([0], 1);
    expect(attempts.mustNote(0)).toBe(false);
  });

  it('stays for a partition of which nothing was finished', () => {
    const attempts = opened(2);
    attempts.finished([1], 1);
    expect([attempts.mustNote(0), attempts.begun('in', 0)]).toEqual([true, 3]);
  });

  it('makes inputs of a suspect partition be begun alone, for as many as one batch held', () => {
    const attempts = opened(ATTEMPTS_SUSPECT);
    for (let i = 1; i < BATCH; i += 1) {
      expect([attempts.oneByOne, attempts.begun('in', 0), attempts.begun('replies', 0)]).toEqual([true, ATTEMPTS_CONDEMNED, 1]);
      expect([attempts.afterBatch('in', 0, 1), attempts.afterBatch('replies', 0, 1)]).toEqual([ATTEMPTS_SUSPECT, 0]);
      attempts.finished([0], 1);
    }
    expect(attempts.afterBatch('in', 0, 1)).toBe(0);
    attempts.finished([0], 1);
    expect([attempts.oneByOne, attempts.mustNote(0)]).toEqual([false, false]);
  });

  it('condemns the next input of a topic whose last one was begun alone and never finished', () => {
    expect(new Attempts(BATCH).opened(0, new Map([['in', ATTEMPTS_CONDEMNED], ['replies', ATTEMPTS_SUSPECT]]))).toEqual(['in']);
    expect(opened(ATTEMPTS_CONDEMNED).settled('in', 0)).toBe(ATTEMPTS_SUSPECT);
  });
});
