import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plan } from '@onward/saga';
import { play } from '@onward/saga/testing';
import * as sagas from '@onward/orchestrator/sagas';
import { endingsOf, placeOf } from './endings.js';
import { folderOf, HISTORIES, print } from './recorded.js';
import { SCRIPTS } from './scripts.js';

/** Records the histories of a released plan, once: what is there is never written again. */
function record(wanted: string): number {
  const plans: readonly Plan[] = Object.values(sagas);
  const plan = plans.find(({ name, version }) => `${name}@${version}` === wanted);
  if (plan === undefined) {
    console.error(`There is no plan ${wanted}. Plans: ${plans.map(({ name, version }) => `${name}@${version}`).join(', ')}.`);
    return 2;
  }
  const { base, more } = SCRIPTS[wanted] ?? {};
  let exit = 0;
  for (const { name, script, about } of [...endingsOf(plan, base), ...(more ?? [])]) {
    const path = join(folderOf(plan), `${name}.json`);
    const shown = relative(HISTORIES, path);
    if (existsSync(path)) {
      console.error(`${shown} is there already. A recorded history is kept as it is: a plan that goes another way needs a new version.`);
      exit = 1;
      continue;
    }
    const { inputs, history, outcome, commands } = play(plan, script);
    if (about !== undefined && !commands.some(({ step }) => placeOf(step) === about)) continue;
    const steps = history.map((transition, n) => ({ input: inputs[n]!, transition }));
    mkdirSync(folderOf(plan), { recursive: true });
    writeFileSync(path, print({ plan: plan.name, version: plan.version, ending: outcome, steps }), { flag: 'wx' });
    console.log(`${shown}: ${history.length} transitions, ${outcome}`);
  }
  return exit;
}

const [flag, wanted] = process.argv.slice(2);
if (flag === '--record' && wanted !== undefined) process.exitCode = record(wanted);
else {
  console.error('usage: npm run golden -- --record <plan>@<version>, such as place-order@1');
  process.exitCode = 2;
}
