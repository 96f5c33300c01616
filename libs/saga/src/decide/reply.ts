import { activityAt } from '../evolve/activities.js';
import { bounded, failure, type Failure } from '../failure.js';
import type { ReplyInput } from '../inputs.js';
import { valueAt } from '../plan/data.js';
import { nodeAt, type Path } from '../plan/place.js';
import { isCommandNode } from '../plan/plan.js';
import type { Activity, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { failAttempt } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed } from './proceed.js';
import { partOf } from './send.js';

/** A participant's reply, or a child saga's, to an open saga. */
export function takeReply(draft: Draft, input: ReplyInput, saga: OpenSaga): void {
  const path = placeOf(saga, input);
  // A path of the plan, without indexes, is no place in a saga.
  const node = path.includes('[]') ? undefined : nodeAt(draft.plan, path);
  const command = isCommandNode(node) ? partOf(node, input.action)?.command : undefined;
  if (command === undefined) {
    ignore(draft, 'STEP_UNKNOWN', `The plan has no command to ${input.action} "${input.step}".`);
  } else if (command.participant !== input.participant) {
    const text = `${input.participant} replied for "${input.step}", which was asked of ${command.participant}.`;
    ignore(draft, 'PARTICIPANT_WRONG', text);
  } else if (input.reply.outcome === 'done' && input.reply.value.type !== command.done.name) {
    const text = `"${input.step}" is done with ${command.done.name}, but the reply is a ${input.reply.value.type}.`;
    const activity = node?.kind === 'child' ? activityAt(saga, path, input.action) : undefined;
    if (activity?.phase === 'child' || activity?.phase === 'closing') lose(draft, activity, text);
    else ignore(draft, 'REPLY_TYPE_WRONG', text);
  } else {
    const activity = activityAt(saga, path, input.action);
    if (activity !== undefined) takeAwaited(draft, input, saga, activity);
    else if (input.action === 'do') takeLateDo(draft, input, saga, path);
    else takeLateUndo(draft, input, saga, path);
    proceed(draft);
  }
}

/** A child saga has one end and no attempts: were an answer that cannot be read ignored, its parent would wait for ever. */
function lose(draft: Draft, { path, attempt }: Activity, text: string): void {
  const failed = failure('threw', 'REPLY_TYPE_WRONG', text, { step: path, attempt });
  draft.emit({ kind: 'StepFailed', step: path, attempt, outcome: 'unknown', failure: failed });
  proceed(draft);
}

/** Where the step stands now that the reply names by the path it was sent under. */
export function placeOf(saga: OpenSaga, { step, action }: Pick<ReplyInput, 'step' | 'action'>): Path {
  const moved = saga.active.find((activity) => activity.sentAs === step && activity.action === action);
  return moved?.path ?? saga.undo.find(({ sentAs }) => sentAs === step)?.path ?? step;
}

/** A reply to a command that is under way, or parked. */
function takeAwaited(draft: Draft, input: ReplyInput, saga: OpenSaga, activity: Activity): void {
  const { attempt, reply } = input;
  if (attempt > activity.attempt || attempt < 1) {
    const reason = activity.attempt === 0 ? 'STEP_NOT_SENT' : 'ATTEMPT_NEVER_SENT';
    ignore(draft, reason, `"${input.step}" is at attempt ${activity.attempt}, not ${attempt}.`);
  } else if (reply.outcome === 'done') {
    // Whichever attempt it was: all carry one idempotency key, so it is the step that is done.
    done(draft, input, activity.path);
  } else if (isStale(draft, activity, input)) {
    recordLate(draft, input, activity.path, failureAt(draft, activity, input));
  } else {
    failAttempt(draft, saga, activity, failureAt(draft, activity, input));
  }
}

/**
 * Whether a failure is news of the past: an earlier attempt's failure never fails a later one, nor does one that its policy has
 * answered already. A child saga has one end, whichever attempt it answers.
 */
function isStale({ plan }: Draft, { path, attempt, firstAttempt, phase }: Activity, input: ReplyInput): boolean {
  const superseded = input.attempt < firstAttempt || (input.attempt < attempt && nodeAt(plan, path)?.kind !== 'child');
  const out = phase === 'sent' || phase === 'child' || phase === 'closing';
  return superseded || phase === 'failed' || (!out && input.reply.outcome === 'failed');
}

/**
 * What a refusal means. A child that was terminated has left in place what it did, and that another start under its id had
 * other content says nothing of the first one: neither is the last word of a participant that did nothing.
 */
function failureAt({ plan }: Draft, { path, firstAttempt }: Activity, input: ReplyInput): Failure {
  const failed = failureOf(input, path);
  if (failed.kind !== 'rejected' || input.action !== 'do' || nodeAt(plan, path)?.kind !== 'child') return failed;
  if (failed.code === 'TERMINATED') return { ...failed, kind: 'cancelled' };
  return failed.code === 'START_CONFLICT' && input.attempt > firstAttempt ? { ...failed, kind: 'failed' } : failed;
}

/** A reply about a step that is not under way. */
function takeLateDo(draft: Draft, input: ReplyInput, saga: OpenSaga, path: Path): void {
  const entry = saga.undo.find((candidate) => candidate.path === path);
  if (valueAt(saga.data, path) !== undefined) {
    ignore(draft, 'REPLY_REPEATED', `"${input.step}" is done already.`);
  } else if (entry === undefined && saga.compensating === null) {
    ignore(draft, 'STEP_NOT_SENT', `"${input.step}" is not awaited: it was not sent, was left out, or its result was dropped.`);
  } else {
    recordLate(draft, input, path);
  }
}

/** A reply about an undo that is not under way. */
function takeLateUndo(draft: Draft, input: ReplyInput, saga: OpenSaga, path: Path): void {
  const entry = saga.undo.find((candidate) => candidate.path === path);
  if (entry === undefined && saga.compensating !== null && valueAt(saga.data, path) !== undefined) {
    ignore(draft, 'REPLY_REPEATED', `"${input.step}" is undone already.`);
  } else if (entry === undefined || entry.attempt === 0) {
    ignore(draft, 'STEP_NOT_SENT', `The undo of "${input.step}" is not awaited.`);
  } else if (input.reply.outcome === 'done') {
    done(draft, input, path);
  } else {
    recordLate(draft, input, path);
  }
}

function done(draft: Draft, { action, attempt, reply }: ReplyInput, path: Path): void {
  const oversize = draft.noRoomForInput;
  if (reply.outcome !== 'done') return;
  if (action === 'undo') {
    draft.emit({ kind: 'UndoDone', step: path, attempt, value: reply.value });
  } else if (oversize === undefined) {
    draft.emit({ kind: 'StepDone', step: path, attempt, value: reply.value });
  } else {
    // It happened, and its result cannot be kept: when the saga is turned back, the undo goes out without it.
    const text = `With this reply the saga would need ${oversize.bytes} bytes; ${oversize.bytesMax} are allowed.`;
    draft.emit({ kind: 'StepFailed', step: path, attempt, outcome: 'unknown', failure: failure('threw', 'SNAPSHOT_TOO_LARGE', text, { step: path, attempt }) });
  }
}

function recordLate(draft: Draft, input: ReplyInput, path: Path, failed = failureOf(input, path)): void {
  const { action, attempt, reply } = input;
  draft.emit({
    kind: 'LateReply',
    step: path,
    action,
    attempt,
    outcome: reply.outcome,
    value: reply.outcome === 'done' && draft.noRoomForInput === undefined ? reply.value : null,
    failure: reply.outcome === 'done' ? null : failed,
  });
}

function failureOf({ attempt, participant, reply }: ReplyInput, path: Path): Failure {
  if (reply.outcome === 'done') return failure('failed', 'DONE', 'Not a failure.', { step: path, attempt, participant });
  return failure(reply.outcome, reply.code, reply.message, { step: path, attempt, participant, causes: bounded(reply.causes ?? []) });
}
