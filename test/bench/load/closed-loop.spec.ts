import { ClosedLoop } from './closed-loop.js';

const LEVEL = { inFlight: 5, warmUpMs: 5, windowMs: 20 };

/** A system that ends every saga right after it was published. */
function answering(onPublish: (sagaIds: string[]) => void = () => undefined): ClosedLoop {
  const loop: ClosedLoop = new ClosedLoop('saga', (sagaIds) => {
    onPublish(sagaIds);
    setImmediate(() => sagaIds.forEach((sagaId) => loop.ended(sagaId, 'completed')));
    return Promise.resolve();
  });
  return loop;
}

describe('a closed loop', () => {
  it('keeps the same number of sagas open, each with an id of its own', async () => {
    const published: string[] = [];
    let openMax = 0;
    const loop = answering((sagaIds) => {
      published.push(...sagaIds);
      openMax = Math.max(openMax, sagaIds.length);
    });
    await loop.run(LEVEL, () => undefined);
    expect(openMax).toBe(5);
    expect(published.length).toBeGreaterThan(5);
    expect(new Set(published).size).toBe(published.length);
  });

  it('counts what ended in the window, by outcome, and waits for the rest', async () => {
    const edges: string[] = [];
    const { latenciesMs, outcomes, windowMs } = await answering().run(LEVEL, (edge) => edges.push(edge));
    expect(edges).toEqual(['begin', 'end']);
    expect(latenciesMs.length).toBeGreaterThan(0);
    expect(outcomes).toEqual({ completed: latenciesMs.length });
    expect(windowMs).toBeGreaterThanOrEqual(LEVEL.windowMs - 1);
  });

  it('ignores the outcome of a saga that it did not start', async () => {
    const loop = answering(() => loop.ended('a stranger', 'completed'));
    const { outcomes, latenciesMs } = await loop.run(LEVEL, () => undefined);
    expect(outcomes).toEqual({ completed: latenciesMs.length });
  });

  it('fails when publishing fails', async () => {
    const loop = new ClosedLoop('saga', () => Promise.reject(new Error('the broker is away')));
    await expect(loop.run(LEVEL, () => undefined)).rejects.toThrow('the broker is away');
  });
});
