import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlans } from './load-plans.js';

describe('saga modules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-sagas-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('come after the ready sagas', async () => {
    expect((await loadPlans([])).map((p) => p.name)).toEqual(['place-order']);
  });

  it('are refused with a sentence when they are not there or hold no plan', async () => {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const answer = 42;');
    await expect(loadPlans([empty])).rejects.toThrow('exports no plan');
    await expect(loadPlans([join(folder, 'missing.mjs')])).rejects.toThrow('cannot be loaded');
  });
});
