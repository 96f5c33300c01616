import { pino } from 'pino';
import { Health } from './health.js';

const quiet = pino({ level: 'silent' });

describe('Health', () => {
  it('is not ready before the start has ended, nor once it stops', async () => {
    const health = new Health(quiet);
    expect((await health.readiness()).status).toBe('starting');
    health.started();
    expect((await health.readiness()).status).toBe('ready');
    health.stopping();
    expect((await health.readiness()).status).toBe('stopping');
  });

  it('is not ready while one check is down, and keeps the reason to itself', async () => {
    const health = new Health(quiet);
    health.started();
    health.register('kafka', () => undefined);
    health.register('database', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7')));
    expect(await health.readiness()).toEqual({ status: 'not-ready', checks: { kafka: 'up', database: 'down' } });
  });

  it('runs the checks once for questions that come at the same time', async () => {
    const health = new Health(quiet);
    let runs = 0;
    health.register('kafka', () => void (runs += 1));
    await Promise.all([health.readiness(), health.readiness()]);
    expect(runs).toBe(1);
  });

  it('refuses a second check of the same name', () => {
    const health = new Health(quiet);
    health.register('kafka', () => undefined);
    expect(() => health.register('kafka', () => undefined)).toThrow('two health checks named kafka');
  });
});
