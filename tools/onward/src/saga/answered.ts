import type { TransitionEvent } from '@onward/contracts';
import type { Answer } from '../read/answers.js';
import { linesOf, type HistoryLine } from './history-line.js';
import { sentenceOf } from './sentences.js';

/** What became of a command. */
export interface Answered {
  /** `deferred`: put aside until an orchestrator that has the saga's plan owns it. `ignored`: it made no sense any more. */
  readonly what: 'taken' | 'refused' | 'deferred' | 'ignored';
  /** Why it was refused. */
  readonly failure: TransitionEvent['failure'];
  /** What it led to at once. */
  readonly lines: readonly HistoryLine[];
}

export function answeredBy(answer: Answer): Answered {
  if (answer.kind === 'refusal') return { what: 'refused', failure: answer.outcome.failure, lines: [] };
  const { transition } = answer;
  const lines = linesOf(transition, transition.at);
  const refused = lines.find(({ event }) => event === 'CommandRefused');
  if (refused !== undefined) return { what: 'refused', failure: refused.failure, lines };
  if (lines.some(({ event }) => event === 'InputDeferred')) return { what: 'deferred', failure: null, lines };
  const ignored = lines.length === 1 && lines[0]?.event === 'InputIgnored';
  return { what: ignored ? 'ignored' : 'taken', failure: null, lines };
}

/** The answer for people, a line an event. */
export function answeredText(sagaId: string, { what, failure, lines }: Answered): string[] {
  switch (what) {
    case 'refused':
      return [`${sagaId} refused it: ${failure === null ? 'no reason was given' : `${failure.code}, ${failure.message}`}`];
    case 'deferred':
      return [`${sagaId} has put it aside: its orchestrator lacks the version of the plan that the saga runs on`];
    case 'ignored':
      return [`${sagaId} ignored it: ${lines[0]?.detail ?? ''}`];
    case 'taken':
      return [`${sagaId} took it:`, ...lines.filter(({ event }) => event !== 'OperatorActed').map((line) => `  ${sentenceOf(line)}`)];
  }
}
