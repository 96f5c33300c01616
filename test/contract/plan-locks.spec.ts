import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as sagas from '@onward/orchestrator/sagas';
import { lockDifferences, lockFile, type Plan } from '@onward/saga';

const SCHEMAS = resolve(import.meta.dirname, '../../schemas');
const plans: readonly Plan[] = Object.values(sagas);

describe('a released plan', () => {
  it.each(plans.map((plan): [string, Plan] => [`${plan.name} version ${plan.version}`, plan]))('is as it was released: %s', (_, plan) => {
    const path = join(SCHEMAS, lockFile(plan));
    const found = existsSync(path) ? lockDifferences(plan, readFileSync(path, 'utf8')) : [`${lockFile(plan)} is missing: npm run lock-plans writes it.`];
    expect(found).toEqual([]);
  });

  it('is kept: every lock has its plan', () => {
    const known = plans.map(lockFile);
    const locks = readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lock.json'));
    expect(locks.filter((file) => !known.includes(file))).toEqual([]);
  });
});
