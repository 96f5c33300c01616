import type { SagaTransition, TransitionEvent } from '@onward/contracts';
import { elapsed, timestamp } from '../text/time.js';
import { failureTree } from '../text/tree.js';
import { linesOf, type HistoryLine } from './history-line.js';
import { sentenceOf } from './sentences.js';
import { standing } from './standing.js';

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
  /** Why it was compensated or terminated, or is stuck. */
  readonly failure: TransitionEvent['failure'];
  /** Sagas that it started, and that it waited for. */
  readonly children: readonly string[];
  /** The saga that started it. */
  readonly parent: string | null;
  /** Inputs that wait for an orchestrator that has the version of its plan. */
  readonly deferred: number;
}

/**
 * Puts a saga's transitions together, in their order; repeats are left out.
 * @returns undefined when there are none
 */
export function historyOf(transitions: readonly SagaTransition[]): SagaHistory | undefined {
  const bySequence = new Map(transitions.map((transition) => [transition.sequence, transition]));
  const ordered = [...bySequence.values()].sort((one, other) => one.sequence - other.sequence);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const lines = ordered.flatMap((transition) => linesOf(transition, first.at));
  const { status, failure } = standing(lines);
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
    children: lines.flatMap(({ child }) => (child === null ? [] : [child])),
    parent: ordered.flatMap(({ events }) => events.flatMap(({ parent }) => (parent === null ? [] : [parent.sagaId])))[0] ?? null,
    deferred: lines.filter(({ event }) => event === 'InputDeferred').length - lines.filter(({ event }) => event === 'DeferredTaken').length,
  };
}

/** The history for people: a head, a line an event, and at the end the failure as a tree. */
export function historyText(history: SagaHistory): string[] {
  return [
    `${history.sagaId}  ${history.sagaType} v${history.planVersion}  ${history.status}`,
    `started ${timestamp(Date.parse(history.startedAt))}, last change ${timestamp(Date.parse(history.updatedAt))} (UTC)`,
    ...(history.parent === null ? [] : [`child of ${history.parent}`]),
    ...(history.deferred === 0 ? [] : [`${history.deferred} ${history.deferred === 1 ? 'input waits' : 'inputs wait'} for an orchestrator that has ${history.sagaType} v${history.planVersion}`]),
    '',
    ...history.lines.map(lineText),
    ...(history.failure === null ? [] : ['', 'Why:', ...failureTree(history.failure, '  ')]),
    ...childrenText(history.children),
  ];
}

function lineText(line: HistoryLine): string {
  return `${elapsed(line.sinceStartMs).padStart(12)}  ${sentenceOf(line)}`;
}

function childrenText(children: readonly string[]): string[] {
  return children.length === 0 ? [] : ['', 'Child sagas:', ...children.map((child) => `  ${child}  (\`onward show ${child}\`)`)];
}

function isoTime(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
