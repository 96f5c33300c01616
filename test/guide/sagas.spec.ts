import { readFileSync } from 'node:fs';
import type { Plan } from '@onward/saga';
import { cancelled, given, later, migrated, replied, signalled, started, undoReplied } from '@onward/saga/testing';
import { ENGINE_FAILURE_CODES } from '../../libs/saga/src/failure.js';
import { readGuide } from '../e2e/support/guide-page.js';
import * as page from './sagas.js';

const root = process.cwd();
const text = readFileSync(`${root}/docs/guide/sagas.md`, 'utf8');
const folded = (code: string): string => code.replace(/\s+/g, ' ').trim();

describe('docs/guide/sagas.md', () => {
  const code = folded(readFileSync(`${root}/test/guide/sagas.ts`, 'utf8'));

  it.each(readGuide('sagas.md').map((block) => [block.heading, block]))('has code under "%s" that compiles and builds', (_, block) => {
    expect(block.language).toBe('ts');
    expect(code).toContain(folded(block.text));
  });

  it('has examples of locks and tests that hold', () => {
    expect(page.runThePage()).toMatchObject({ outcome: 'compensated', failure: { code: 'CARD_DECLINED' }, commands: [{ step: 'authorize' }] });
  });

  it('names every rule of a definition, and no other', () => {
    const source = readFileSync(`${root}/libs/saga/src/errors.ts`, 'utf8').split('export class')[0] as string;
    const named = new Set(text.match(/SAGA_[A-Z_]+/g));
    expect([...named].sort()).toEqual([...new Set(source.match(/(?<=')SAGA_[A-Z_]+/g))].sort());
  });

  it("names every failure of the engine's own", () => {
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (?:rejected|failed|timeout|threw)/gm)].map(([, name]) => name);
    expect(rows).toEqual([...ENGINE_FAILURE_CODES]);
  });
});

describe('what the page says', () => {
  it('of a step whose reply never came: it is undone with the outcome unknown', () => {
    given(page.placeOrder, started(), later('2m'))
      .when(cancelled())
      .then('CancelAccepted', 'CompensationStarted')
      .when(later('30s'))
      .then('StepFailed', { kind: 'CommandSent', step: 'reserve', action: 'undo', value: { value: { reason: 'Nobody knows whether it is reserved.' } } })
      .when(undoReplied.done('reserve'))
      .then('UndoDone', 'SagaCompensated');
  });

  it('of branches: the block is asked once, when the others have come to rest', () => {
    given(page.parallel, started())
      .when(replied.rejected('checks.fraud', 'AMOUNT_INVALID'))
      .then('StepFailed')
      .when(replied.done('checks.shipping.quote'))
      .then('StepDone', 'CompensationStarted', { kind: 'SagaCompensated', failure: { code: 'AMOUNT_INVALID', step: 'checks.fraud' } });
  });

  it('of choices, signals and waits', () => {
    given(page.choice, started()).when(replied.done('thank')).then('StepDone', { kind: 'SleepStarted', step: 'afterwards' });
    given(page.signal, started()).when(signalled('approval', { sagaId: 's', approved: false, by: 'eve', comment: null })).then('SignalRead', 'StepFailed', 'CompensationStarted', 'SagaCompensated');
    given(page.signal, started(), later('1d')).then('StepFailed', 'CompensationStarted', { kind: 'SagaCompensated', failure: { code: 'SIGNAL_TIMED_OUT' } });
    given(page.sleeps, started()).when(cancelled()).then('CancelAccepted', 'CompensationStarted', 'SagaCompensated');
  });

  it('of onFailure: the saga goes on without the step', () => {
    given(page.hooks, started()).when(replied.rejected('welcome', 'ADDRESS_UNREACHABLE')).then('StepFailed', { kind: 'StepSkipped', by: 'policy' }, 'SagaCompleted');
  });

  it('of migrations: a saga goes on where the cursor says', () => {
    const saga = given(page.placeOrder, started()).when(migrated(page.placeOrder2 as Plan));
    saga.then('OperatorActed', { kind: 'SagaMigrated', fromVersion: 1 }).when(replied.done('hold')).then('StepDone', 'SleepStarted');
  });
});
