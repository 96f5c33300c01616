import type { HistoryLine } from './history-line.js';

/** Status that a saga has after an event; events that are not here leave it as it was. */
const STATUS_AFTER: Readonly<Record<string, string>> = {
  SagaStarted: 'running',
  CompensationStarted: 'compensating',
  SagaStuck: 'stuck',
  SagaCompleted: 'completed',
  SagaCompensated: 'compensated',
  SagaTerminated: 'terminated',
};

/** Events that move a parked saga on. */
const GOES_ON = new Set(['StepRetried', 'StepSkipped', 'StepEdited', 'StepFailed', 'UndoDone', 'SignalTaken']);

/** How a saga stands after the lines of its history, and why. */
export function standing(lines: readonly HistoryLine[]): Pick<HistoryLine, 'failure'> & { readonly status: string } {
  let now: ReturnType<typeof standing> = { status: 'running', failure: null };
  let back: ReturnType<typeof standing> | undefined;
  for (const { event, step, failure } of lines) {
    const status = STATUS_AFTER[event];
    if (status !== undefined) now = { status, failure };
    else if (now.status === 'stuck' && (GOES_ON.has(event) || lateDone(event, step, now.failure))) now = back ?? { status: 'running', failure: null };
    if (event === 'CompensationStarted') back = now;
  }
  return now;
}

/** A parked step turned out to be done; one that is done beside it moves nothing on. */
function lateDone(event: string, step: string | null, parked: HistoryLine['failure']): boolean {
  return event === 'StepDone' && parked?.step === step;
}
