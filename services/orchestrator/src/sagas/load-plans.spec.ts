import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlans } from './load-plans.js';

describe('saga modules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-sagas-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are the ready sagas, every version of them', async () => {
    expect((await loadPlans([])).map(({ name, version }) => `${name} v${version}`).sort()).toEqual(['enrollment v1', 'hello v1', 'place-order v1', 'place-order v2', 'settle-payment v1']);
  });

  it('are refused with a sentence when they are not there or hold no plan', async () => {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const answer = 42;');
    await expect(loadPlans([empty])).rejects.toThrow('exports no plan');
    await expect(loadPlans([join(folder, 'missing.mjs')])).rejects.toThrow('cannot be loaded');
  });
});
