// Builds the engine and its bench, then runs it: measured is what would be deployed, not sources compiled on the fly.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const benchDir = dirname(fileURLToPath(import.meta.url));
const tsc = join(benchDir, '../../../node_modules/typescript/bin/tsc');
const build = spawnSync(process.execPath, [tsc, '-b', join(benchDir, 'tsconfig.build.json')], { stdio: ['ignore', 2, 2] });
if (build.status !== 0) process.exit(1);
await import('./dist/main.js');
