import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage } from '../e2e/support/guide-page.js';

describe('README.md', () => {
  const root = process.cwd();

  it('shows place-order as it is', () => {
    const [shown] = readPage(join(root, 'README.md')).filter(({ language }) => language === 'ts');
    expect(readFileSync(join(root, 'services/orchestrator/src/sagas/place-order.ts'), 'utf8')).toContain(shown?.text);
  });
});
