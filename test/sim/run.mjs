// Starts the simulator from the sources as they are: `node test/sim/run.mjs --seed 1`.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`sim: needs Node 24 or newer, and this is ${process.version}. Start it with "npm run sim".`);
  process.exit(1);
}
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
const here = dirname(fileURLToPath(import.meta.url));
await import('./sources.mjs');
await import(pathToFileURL(join(here, process.env.ONWARD_SIM_ENTRY ?? 'main.ts')).href);
