import { timestamp } from '../text/time.js';
import type { HistoryLine } from './history-line.js';

/** What a line of a history says to a person. */
export function sentenceOf(line: HistoryLine): string {
  return SENTENCES[line.event]?.(line) ?? [line.event, line.step ?? ''].join(' ').trimEnd();
}

const named = (line: HistoryLine): string => (line.action === 'undo' ? `undo of ${line.step}` : `${line.step}`);
const attempt = (line: HistoryLine): string => ((line.attempt ?? 0) <= 1 ? '' : ` (attempt ${line.attempt})`);
const why = (line: HistoryLine): string => (line.failure === null ? '' : `: ${line.failure.code}${line.failure.message === '' ? '' : `, ${line.failure.message}`}`);
const detail = (line: HistoryLine): string => (line.detail === null ? '' : `: ${line.detail}`);
const until = (line: HistoryLine): string => (line.until === null ? '' : ` until ${timestamp(Date.parse(line.until))}`);
const record = (line: HistoryLine): string => (line.valueType ?? 'a value').split('.').at(-1) ?? '';
const actor = (line: HistoryLine): string => (line.by === 'operator' ? 'an operator' : "the plan's policy");

const CLOSING: Readonly<Record<string, string>> = {
  compensate: 'told to undo itself, its end is awaited',
  cancel: 'told to undo itself, its end is not awaited',
  abandon: 'left to itself',
  terminate: 'told to stop as it is',
};

/** How each kind of event reads; a kind that is not here is printed by its name. */
const SENTENCES: Readonly<Record<string, (line: HistoryLine) => string>> = {
  SagaStarted: () => 'started',
  SagaStuck: (line) => `STUCK, waits for an operator${why(line)}`,
  SagaCompleted: () => 'completed',
  SagaCompensated: () => 'compensated: everything that was done is undone',
  SagaTerminated: (line) => `terminated${why(line)}`,
  SagaMigrated: (line) => `went over${line.versions === null ? '' : ` from version ${line.versions[0]} to version ${line.versions[1]}`}${detail(line)}`,

  CommandSent: (line) => (line.child === null ? `→ ${named(line)}: asked ${line.participant}${attempt(line)}` : `→ ${line.step}: started the saga ${line.child} in ${line.participant}`),
  AttemptFailed: (line) => `✗ ${named(line)}: attempt ${line.attempt} failed, will be tried again${why(line)}`,
  StepDone: (line) => `✓ ${line.step}: done${attempt(line)}`,
  StepFailed: (line) => `✗ ${line.step}: given up${attempt(line)}${why(line)}`,
  StepRetried: (line) => `↻ ${line.step === null ? 'the end' : named(line)}: tried again by ${actor(line)}${detail(line)}`,
  StepSkipped: (line) => `⤼ ${named(line)}: left out by ${actor(line)}${detail(line)}`,
  StepEdited: (line) => `✎ ${named(line)}: given another ${record(line)} by an operator${detail(line)}`,
  LateReply: (line) => `… ${named(line)}: a reply came late${attempt(line)}${why(line)}`,

  ParallelStarted: (line) => `⑂ ${line.step}: its branches run at once`,
  BranchSkipped: (line) => `⤼ ${line.step}: failed and is left out${why(line)}`,
  WhenDecided: (line) => `◇ ${line.step}: ${line.choice === 'then' ? 'yes' : 'no'}`,
  LoopStarted: (line) => `⟳ ${line.step}: a loop over ${line.count} ${line.count === 1 ? 'item' : 'items'}`,
  IterationStarted: (line) => `⟳ ${line.step}`,
  LoopEnded: (line) => `⟳ ${line.step}: through`,
  SleepStarted: (line) => `⏸ ${line.step}: sleeps${until(line)}`,
  SleepEnded: (line) => `▶ ${line.step}: awake`,
  SignalAwaited: (line) => `⏸ ${line.step}: waits for a signal${until(line)}`,
  SignalKept: (line) => `✉ ${record(line)} came before its time and is kept`,
  SignalTaken: (line) => `✉ ${line.step}: took ${record(line)}`,
  SignalRead: (line) => `✉ ${line.step}: read ${record(line)}, and ${line.choice === 'refuse' ? 'it says no' : 'waits on'}`,
  SignalTimedOut: (line) => `✉ ${line.step}: no signal came in time, goes on without`,
  DataDropped: (line) => `${line.step}: forgot what nothing reads any more`,

  ChildClosing: (line) => `${line.step}: the child saga is ${CLOSING[line.choice ?? ''] ?? line.choice}`,

  CompensationStarted: (line) => `turned back${why(line)}`,
  UndoDone: (line) => `✓ undo of ${line.step}: done${attempt(line)}`,
  UndoFailed: (line) => `✗ undo of ${line.step}: failed for good${why(line)}`,

  CancelAccepted: (line) => `cancel accepted${detail(line)}`,
  StartRepeated: () => 'the same start came again',
  CommandRefused: (line) => `a command was refused${why(line)}`,
  OperatorActed: () => 'an operator acted',
  InputIgnored: (line) => `an input was ignored${detail(line)}`,

  InputDeferred: () => 'an input was put aside: the orchestrator lacks the version of the plan',
  DeferredTaken: () => 'an input that was put aside is taken',
};
