#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
const nodeMajor = Number(process.versions.node.split('.')[0]);

if (nodeMajor < 24) {
  process.stderr.write(`onward needs Node 24 or later, this is ${process.versions.node}: call it as \`npx onward\` in the project, which brings its own Node.\n`);
  process.exit(2);
}
if (!existsSync(main)) {
  process.stderr.write('onward is not built yet: run `npm start` (or `npm run build`) first.\n');
  process.exit(2);
}
await import(main.href);
