import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

describe("the bench's generated contracts", () => {
  it('are what its schemas say', () => {
    const root = process.cwd();
    const args = ['--schemas', 'test/bench/schemas', '--out', 'test/bench/three-steps/generated', '--import', '@onward/contracts', '--check'];
    expect(execFileSync(process.execPath, [join(root, 'tools/codegen/generate.mjs'), ...args], { cwd: root, encoding: 'utf8' })).toContain('up to date');
  });
});
