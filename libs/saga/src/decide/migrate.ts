import type { MigrateInput } from '../inputs.js';
import { moveSaga } from '../plan/move-saga.js';
import type { OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { ignoreSeen } from './ignore.js';
import { proceed } from './proceed.js';
import { refuse } from './refuse.js';

/** Takes a running saga to another version of its plan, or says why it stays where it is. */
export function migrate(draft: Draft, input: MigrateInput, saga: OpenSaga): void {
  const { commandId, target, toVersion, reason } = input;
  if (ignoreSeen(draft, input, saga)) return;
  if (target === undefined) {
    refuse(draft, commandId, 'VERSION_UNKNOWN', `No version ${toVersion} of ${draft.plan.name} is here.`);
    return;
  }
  const moved = moveSaga(draft.plan, saga, target);
  if (moved.kind === 'stays') {
    refuse(draft, commandId, moved.code, moved.reason);
    return;
  }
  draft.emit({ kind: 'OperatorActed', commandId });
  const from = draft.plan.version;
  // The state of the event is the whole new state: whoever folds it needs neither the old plan nor the migration.
  const seenIds = draft.open?.seenIds ?? saga.seenIds;
  draft.goOnWith(target);
  draft.emit({ kind: 'SagaMigrated', fromVersion: from, detail: reason, state: { ...moved.saga, seenIds } });
  proceed(draft);
}
