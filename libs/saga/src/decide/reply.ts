import { failure, type Failure } from '../failure.js';
import type { ReplyInput } from '../inputs.js';
import { stepOf, type PlanStep } from '../plan.js';
import type { Activity, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { failAttempt } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed } from './proceed.js';

/** A participant's reply to an open saga. */
export function takeReply(draft: Draft, input: ReplyInput, saga: OpenSaga): void {
  const step = stepOf(draft.plan, input.step);
  const command = input.action === 'do' ? step?.command : step?.undo?.command;
  if (step === undefined || command === undefined) {
    ignore(draft, 'STEP_UNKNOWN', `The plan has no command to ${input.action} "${input.step}".`);
  } else if (command.participant !== input.participant) {
    const text = `${input.participant} replied for "${input.step}", which was asked of ${command.participant}.`;
    ignore(draft, 'PARTICIPANT_WRONG', text);
  } else if (input.reply.outcome === 'done' && input.reply.value.type !== command.done.name) {
    const text = `"${input.step}" is done with ${command.done.name}, but the reply is a ${input.reply.value.type}.`;
    ignore(draft, 'REPLY_TYPE_WRONG', text);
  } else {
    const activity = saga.active.find(({ step: id, action }) => id === step.id && action === input.action);
    if (activity !== undefined) takeAwaited(draft, input, saga, activity);
    else if (input.action === 'do') takeLateDo(draft, input, saga, step);
    else takeLateUndo(draft, input, saga, step);
    proceed(draft);
  }
}

/** A reply to a command that is under way. */
function takeAwaited(draft: Draft, input: ReplyInput, saga: OpenSaga, activity: Activity): void {
  const { attempt, reply } = input;
  if (attempt > activity.attempt) {
    ignore(draft, 'ATTEMPT_NEVER_SENT', `"${input.step}" is at attempt ${activity.attempt}, not ${attempt}.`);
  } else if (reply.outcome === 'done') {
    // Whichever attempt it was: all carry one idempotency key, so it is the step that is done.
    done(draft, input);
  } else if (attempt < activity.attempt || (activity.waiting && reply.outcome === 'failed')) {
    // An earlier attempt's failure never fails a later one.
    recordLate(draft, input);
  } else {
    failAttempt(draft, saga, activity, failureOf(input));
  }
}

/** A reply about a step whose command is not under way. */
function takeLateDo(draft: Draft, input: ReplyInput, saga: OpenSaga, step: PlanStep): void {
  if (step.id in saga.data) {
    ignore(draft, 'REPLY_REPEATED', `"${step.id}" is done already.`);
  } else if (ahead(draft, saga, step) || neverSent(saga)) {
    ignore(draft, 'STEP_NOT_SENT', `"${step.id}" has not been sent yet.`);
  } else if (saga.compensating === null && input.reply.outcome === 'done') {
    // The saga is parked at this step, and here is what it waits for.
    done(draft, input);
  } else {
    recordLate(draft, input);
  }
}

/** A reply about an undo that is not under way. */
function takeLateUndo(draft: Draft, input: ReplyInput, saga: OpenSaga, step: PlanStep): void {
  const entry = saga.undo.find((candidate) => candidate.step === step.id);
  if (entry === undefined && saga.compensating !== null && !ahead(draft, saga, step)) {
    ignore(draft, 'REPLY_REPEATED', `"${step.id}" is undone already.`);
  } else if (entry === undefined || entry.failure === null) {
    ignore(draft, 'STEP_NOT_SENT', `The undo of "${step.id}" has not been sent yet.`);
  } else if (input.reply.outcome === 'done') {
    done(draft, input);
  } else {
    recordLate(draft, input);
  }
}

function ahead({ plan }: Draft, saga: OpenSaga, step: PlanStep): boolean {
  const end = plan.steps.length;
  const cursor = saga.cursor === null ? end : (plan.positions.get(saga.cursor) ?? end);
  return (plan.positions.get(step.id) ?? end) > cursor;
}

/** Whether the saga is parked at a step because its very first command could not be made. */
function neverSent({ compensating, stuck }: OpenSaga): boolean {
  return compensating === null && stuck?.kind === 'threw' && stuck.attempt === 1;
}

function done(draft: Draft, { step, action, attempt, reply }: ReplyInput): void {
  if (reply.outcome !== 'done') return;
  draft.emit({ kind: action === 'do' ? 'StepDone' : 'UndoDone', step, attempt, value: reply.value });
}

function recordLate(draft: Draft, input: ReplyInput): void {
  const { step, action, attempt, reply } = input;
  draft.emit({
    kind: 'LateReply',
    step,
    action,
    attempt,
    outcome: reply.outcome,
    value: reply.outcome === 'done' ? reply.value : null,
    failure: reply.outcome === 'done' ? null : failureOf(input),
  });
}

function failureOf({ step, attempt, participant, reply }: ReplyInput): Failure {
  if (reply.outcome === 'done') return failure('failed', 'DONE', 'Not a failure.', { step, attempt, participant });
  return failure(reply.outcome, reply.code, reply.message, { step, attempt, participant });
}
