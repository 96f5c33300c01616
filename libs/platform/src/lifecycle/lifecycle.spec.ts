import { pino } from 'pino';
import { Lifecycle } from './lifecycle.js';

const quiet = pino({ level: 'silent' });

describe('Lifecycle', () => {
  it('closes what was opened last first, each after the one before has closed', async () => {
    const lifecycle = new Lifecycle(quiet);
    const closed: string[] = [];
    lifecycle.onStop('database', () => void closed.push('database'));
    lifecycle.onStop('lane', async () => {
      await new Promise(setImmediate);
      closed.push('lane');
    });
    expect(await lifecycle.stop(1_000)).toBe(true);
    expect(closed).toEqual(['lane', 'database']);
  });

  it('goes on after a hook that fails, and says that the stop was not clean', async () => {
    const lifecycle = new Lifecycle(quiet);
    let databaseClosed = false;
    lifecycle.onStop('database', () => {
      databaseClosed = true;
    });
    lifecycle.onStop('lane', () => Promise.reject(new Error('broker gone')));
    expect(await lifecycle.stop(1_000)).toBe(false);
    expect(databaseClosed).toBe(true);
  });

  it('gives up at the limit', async () => {
    const lifecycle = new Lifecycle(quiet);
    lifecycle.onStop('lane', () => new Promise(() => undefined));
    expect(await lifecycle.stop(10)).toBe(false);
  });

  it('stops once', async () => {
    const lifecycle = new Lifecycle(quiet);
    let times = 0;
    lifecycle.onStop('lane', () => void (times += 1));
    await Promise.all([lifecycle.stop(1_000), lifecycle.stop(1_000)]);
    expect(times).toBe(1);
  });
});
