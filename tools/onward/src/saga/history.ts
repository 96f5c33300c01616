import type { SagaTransition, TransitionEvent } from '@onward/contracts';
import { elapsed, timestamp } from '../text/time.js';
import { failureTree } from '../text/tree.js';

/** One line of a saga's history: what happened at one step, or to the saga. */
export interface HistoryLine {
  readonly sequence: number;
  readonly at: string;
  readonly sinceStartMs: number;
  /** What led to it: start, reply, timer, cancel. */
  readonly cause: string;
  readonly event: string;
  readonly step: string | null;
  readonly action: string | null;
  readonly attempt: number | null;
  readonly participant: string | null;
  readonly detail: string | null;
  readonly failure: TransitionEvent['failure'];
}

/** A saga's history as a whole. */
export interface SagaHistory {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly status: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly transitions: number;
  readonly lines: readonly HistoryLine[];
  /** Why it was compensated or is stuck. */
  readonly failure: TransitionEvent['failure'];
}

/** Status that a saga has after an event; events that are not here leave it as it was. */
const STATUS_AFTER: Readonly<Record<string, string>> = {
  SagaStarted: 'running',
  CompensationStarted: 'compensating',
  SagaStuck: 'stuck',
  SagaCompleted: 'completed',
  SagaCompensated: 'compensated',
};

/**
 * Puts a saga's transitions together, in their order; repeats are left out.
 * @returns undefined when there are none
 */
export function historyOf(transitions: readonly SagaTransition[]): SagaHistory | undefined {
  const bySequence = new Map(transitions.map((transition) => [transition.sequence, transition]));
  const ordered = [...bySequence.values()].sort((one, other) => one.sequence - other.sequence);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const lines = ordered.flatMap((transition) => transition.events.map((event) => lineOf(transition, event, first.at)));
  const statuses = lines.flatMap(({ event, failure }) => (STATUS_AFTER[event] === undefined ? [] : [{ status: STATUS_AFTER[event], failure }]));
  const { status, failure } = statuses.at(-1) ?? { status: 'running', failure: null };
  return {
    sagaId: first.sagaId,
    sagaType: first.sagaType,
    planVersion: last.planVersion,
    status,
    startedAt: isoTime(first.at),
    updatedAt: isoTime(last.at),
    transitions: ordered.length,
    lines,
    failure,
  };
}

function lineOf(transition: SagaTransition, event: TransitionEvent, startedAt: number): HistoryLine {
  return {
    sequence: transition.sequence,
    at: isoTime(transition.at),
    sinceStartMs: (transition.at - startedAt) / 1000,
    cause: transition.cause.kind,
    event: event.kind,
    step: event.step,
    action: event.action,
    attempt: event.attempt,
    participant: event.participant,
    detail: event.detail ?? event.reason,
    failure: event.failure,
  };
}

/** The history for people: a head, a line an event, and at the end the failure as a tree. */
export function historyText(history: SagaHistory): string[] {
  return [
    `${history.sagaId}  ${history.sagaType} v${history.planVersion}  ${history.status}`,
    `started ${timestamp(Date.parse(history.startedAt))}, last change ${timestamp(Date.parse(history.updatedAt))} (UTC)`,
    '',
    ...history.lines.map(lineText),
    ...(history.failure === null ? [] : ['', 'Why:', ...failureTree(history.failure, '  ')]),
  ];
}

function lineText(line: HistoryLine): string {
  const what = SENTENCES[line.event]?.(line) ?? [line.event, line.step ?? ''].join(' ').trimEnd();
  return `${elapsed(line.sinceStartMs).padStart(12)}  ${what}`;
}

const named = (line: HistoryLine): string => (line.action === 'undo' ? `undo of ${line.step}` : `${line.step}`);
const attempt = (line: HistoryLine): string => (line.attempt === null || line.attempt === 1 ? '' : ` (attempt ${line.attempt})`);
const why = (line: HistoryLine): string => (line.failure === null ? '' : `: ${line.failure.code}${line.failure.message === '' ? '' : `, ${line.failure.message}`}`);

/** How each kind of event reads; a kind that is not here is printed by its name. */
const SENTENCES: Readonly<Record<string, (line: HistoryLine) => string>> = {
  SagaStarted: () => 'started',
  CommandSent: (line) => `→ ${named(line)}: asked ${line.participant}${attempt(line)}`,
  AttemptFailed: (line) => `✗ ${named(line)}: attempt ${line.attempt} failed, will be tried again${why(line)}`,
  StepDone: (line) => `✓ ${line.step}: done${attempt(line)}`,
  StepFailed: (line) => `✗ ${line.step}: given up${attempt(line)}${why(line)}`,
  CompensationStarted: (line) => `turned back${why(line)}`,
  UndoDone: (line) => `✓ undo of ${line.step}: done${attempt(line)}`,
  UndoFailed: (line) => `✗ undo of ${line.step}: failed for good${why(line)}`,
  LateReply: (line) => `… ${named(line)}: a reply came late${attempt(line)}`,
  SagaStuck: (line) => `STUCK, waits for an operator${why(line)}`,
  SagaCompleted: () => 'completed',
  SagaCompensated: () => 'compensated: everything that was done is undone',
  CancelAccepted: (line) => `cancel accepted${line.detail === null ? '' : `: ${line.detail}`}`,
  StartRepeated: () => 'the same start came again',
  CommandRefused: (line) => `a command was refused${why(line)}`,
  InputIgnored: (line) => `an input was ignored${line.detail === null ? '' : `: ${line.detail}`}`,
};

function isoTime(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
