// Writes the lock of every ready saga whose version has none yet: done once, when a version is released.
//   npm run lock-plans
// A lock that is there is never written again: a plan that differs from it needs a new version.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sagas from '@onward/orchestrator/sagas';
import { lockDifferences, lockFile, lockOf } from '@onward/saga';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
for (const plan of Object.values(sagas)) {
  const path = join(root, 'schemas', lockFile(plan));
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, lockOf(plan));
    console.log(`${relative(root, path)} written`);
    continue;
  }
  for (const difference of lockDifferences(plan, readFileSync(path, 'utf8'))) {
    console.error(difference);
    process.exitCode = 1;
  }
}
if (process.exitCode === 1) console.error('Sagas of these versions run: change the plans back, or give them a new version.');
