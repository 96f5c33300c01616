import { DueSagas, type SagaAside } from './due-sagas.js';
import type { PartitionSagas } from './partition-sagas.js';

/** A partition of which these sagas are due, by id. */
function partitionOf(due: Record<string, number>): PartitionSagas {
  const soonest = (): [string, number][] => Object.entries(due).sort(([, a], [, b]) => a - b);
  return {
    due: (untilMs: number, limit: number) => soonest().filter(([, dueMs]) => dueMs <= untilMs).slice(0, limit).map(([sagaId]) => sagaId),
    nextDueMs: () => soonest()[0]?.[1],
    nextDueMsBut: (aside: ReadonlyMap<string, number>) => Math.min(...soonest().map(([sagaId, dueMs]) => aside.get(sagaId) ?? dueMs)),
  } as unknown as PartitionSagas;
}

describe('the sagas that are due', () => {
  const due: Record<string, number> = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`s${n}`, n + 1]));
  const sagas = partitionOf(due);
  const alarms: SagaAside[] = [];
  const dueSagas = new DueSagas((aside) => alarms.push(aside));
  const take = (nowMs: number): readonly string[] => dueSagas.take(new Map([[0, 1_000]]), () => sagas, nowMs).get(0) ?? [];

  it('are fired together, while nothing fails', () => {
    expect(take(1_000)).toHaveLength(100);
    expect(dueSagas.nextDueMs(0, sagas)).toBe(1);
  });

  it('are fired in halves when they fail, and the one that is to blame is put aside with an alarm', () => {
    const turns: number[] = [];
    const left = new Set(Object.keys(due));
    for (let turn = 0; turn < 60 && left.size > 1; turn += 1) {
      const fired = take(1_000);
      turns.push(fired.length);
      if (fired.includes('s7')) dueSagas.failed(new Error('too large'));
      else {
        dueSagas.succeeded();
        for (const sagaId of fired) {
          left.delete(sagaId);
          delete due[sagaId];
        }
      }
    }
    expect(turns.slice(0, 5)).toEqual([100, 50, 25, 12, 6]);
    expect([...left]).toEqual(['s7']);
    expect(alarms).toMatchObject([{ partition: 0, sagaId: 's7', untilMs: 301_000 }]);
  });

  it('let the one that is put aside wait, and try it again later', () => {
    expect(take(1_000)).toEqual([]);
    expect(dueSagas.nextDueMs(0, sagas)).toBe(301_000);
    expect(take(301_000)).toEqual(['s7']);
    expect(dueSagas.nextDueMs(0, sagas)).toBe(8);
  });
});
