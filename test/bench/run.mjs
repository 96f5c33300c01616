// Builds what the bench runs, then runs it: measured is what would be deployed, not sources compiled on the fly.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const benchDir = dirname(fileURLToPath(import.meta.url));
const rootDir = join(benchDir, '../..');
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`bench: needs Node 24 or newer, and this is ${process.version}. Start it with "npm run bench".`);
  process.exit(1);
}
console.error('building');
const tsc = join(rootDir, 'node_modules/typescript/bin/tsc');
const build = spawnSync(process.execPath, [tsc, '-b', join(rootDir, 'tsconfig.build.json'), join(benchDir, 'tsconfig.build.json')], { stdio: ['ignore', 2, 2], env: { ...process.env, NODE_OPTIONS: '' } });
if (build.status !== 0) process.exit(1);
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
await import('./dist/main.js');
