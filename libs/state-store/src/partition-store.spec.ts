import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateStore, StoreFenced } from './index.js';

const bytes = (text: string) => Buffer.from(text);

describe('a partition of the state store', () => {
  let directory: string;
  let store: StateStore;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'onward-store-'));
    store = StateStore.open(directory);
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  it('shows a change before its write is done, and after', async () => {
    const p = store.partition(3);
    expect(await p.claim('topic-a')).toBeUndefined();
    const written = p.apply([{ sagaId: 'o-1', snapshot: bytes('one'), dueMs: 500 }], 1n);
    expect(p.get('o-1')).toEqual(bytes('one'));
    expect(p.nextDueMs()).toBe(500);
    expect(p.due(500, 10)).toEqual([{ sagaId: 'o-1', dueMs: 500 }]);
    await written;
    expect(p.get('o-1')).toEqual(bytes('one'));
    expect(p.due(499, 10)).toEqual([]);
    expect(p.due(500, 10)).toEqual([{ sagaId: 'o-1', dueMs: 500 }]);
  });

  it('moves and forgets due times with the snapshot', async () => {
    const p = store.partition(0);
    await p.claim('t');
    await p.apply([{ sagaId: 'a', snapshot: bytes('1'), dueMs: 100 }, { sagaId: 'b', snapshot: bytes('1'), dueMs: 50 }], 2n);
    const later = p.apply([{ sagaId: 'b', snapshot: bytes('2'), dueMs: undefined }], 3n);
    expect(p.due(1000, 10).map((d) => d.sagaId)).toEqual(['a']);
    await later;
    expect(p.due(1000, 10).map((d) => d.sagaId)).toEqual(['a']);
    await p.apply([{ sagaId: 'a', snapshot: null, dueMs: undefined }], 4n);
    expect(p.nextDueMs()).toBeUndefined();
    expect(p.get('a')).toBeUndefined();
    expect([...p.entries()].map((e) => e.sagaId)).toEqual(['b']);
  });

  it('gives the soonest first and no more than asked', async () => {
    const p = store.partition(0);
    await p.claim('t');
    await p.apply([30, 10, 20].map((dueMs) => ({ sagaId: `s${dueMs}`, snapshot: bytes('x'), dueMs })), 3n);
    expect(p.due(100, 2).map((d) => d.dueMs)).toEqual([10, 20]);
  });

  it('leaves out what is due before a time, written or still being written', async () => {
    const p = store.partition(0);
    await p.claim('t');
    const change = (sagaId: string, dueMs: number) => ({ sagaId, snapshot: bytes('x'), dueMs });
    await p.apply([change('a', 0), change('b', 7)], 1n);
    const writing = p.apply([change('c', 0), change('d', 5)], 2n);
    expect([p.nextDueMs(), p.nextDueMs(1)]).toEqual([0, 5]);
    expect(p.due(10, 10, 1).map((d) => d.sagaId)).toEqual(['d', 'b']);
    await writing;
    expect([p.nextDueMs(), p.nextDueMs(1), p.nextDueMs(8)]).toEqual([0, 5, undefined]);
    expect(p.due(0, 10).map((d) => d.sagaId).sort()).toEqual(['a', 'c']);
  });

  it('keeps its position over a restart, and drops all when the topic is another one', async () => {
    await store.partition(1).claim('topic-a');
    await store.partition(1).apply([{ sagaId: 'x', snapshot: bytes('1'), dueMs: 7 }], 42n);
    await store.close();
    store = StateStore.open(directory);
    expect(await store.partition(1).claim('topic-a')).toBe(42n);
    expect(store.partition(1).get('x')).toEqual(bytes('1'));
    expect(await store.partition(1).claim('topic-b')).toBeUndefined();
    expect(store.partition(1).get('x')).toBeUndefined();
    expect(store.partition(1).nextDueMs()).toBeUndefined();
  });

  it('shows what was committed although its write failed, until the partition is claimed anew; refuses the writes of an owner that was replaced (R7)', async () => {
    const old = store.partition(2);
    await old.claim('t');
    const { PartitionStore } = await import('./partition-store.js');
    const root = (store as unknown as { root: ConstructorParameters<typeof PartitionStore>[0] }).root;
    await new PartitionStore(root, 2).claim('t');
    await expect(old.apply([{ sagaId: 'x', snapshot: bytes('1'), dueMs: undefined }], 1n)).rejects.toBeInstanceOf(StoreFenced);
    expect(old.get('x')).toEqual(bytes('1'));
    await old.claim('t');
    expect(old.get('x')).toBeUndefined();
  });
});
