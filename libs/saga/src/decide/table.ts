import type { InputKind, InputOf } from '../inputs.js';
import { statusOf, type ClosedSaga, type OpenSaga, type SagaState } from '../state.js';
import { cancelBackward, cancelClosed, cancelForward } from './cancel.js';
import type { Draft } from './draft.js';
import { ignore } from './ignore.js';
import { takeReply } from './reply.js';
import { begin, startAgain } from './start.js';
import { fire } from './timer.js';

/**
 * ```
 *                 start
 *   none ──────────────────▶ running ───────── all steps done ─────────▶ completed
 *                             │ ▲  │                                       closed
 *         user code threw, or │ │  │ a step failed for good,
 *       past the pivot a step │ │  │ or cancel, before the pivot
 *             failed for good ▼ │  ▼
 *                  stuck (forward)  compensating ── everything undone ──▶ compensated
 *                       │           ▲  │ ▲                                 closed
 *      cancel before    └───────────┘  │ │ late done of
 *      the pivot          an undo      ▼ │ the undo
 *                 failed for good  stuck (backward) ── late done of the last undo ──▶ compensated
 * ```
 * Everything else leaves a saga where it is, and is recorded.
 */
export type Situation = 'none' | 'running' | 'compensating' | 'stuckForward' | 'stuckBackward' | 'closed';

/** The state that a situation implies. */
type StateIn<S extends Situation> = S extends 'none' ? undefined : S extends 'closed' ? ClosedSaga : OpenSaga;

/** There is no saga that takes the input: its lane has nothing to attach it to. */
export interface Unroutable {
  readonly code: 'SAGA_ID_MISMATCH' | 'REPLY_OF_UNKNOWN_SAGA' | 'TIMER_OF_UNKNOWN_SAGA' | 'CANCEL_OF_UNKNOWN_SAGA';
  readonly reason: string;
}

type Handler<S extends Situation, I extends InputKind> = (
  draft: Draft,
  input: InputOf<I>,
  state: StateIn<S>,
) => Unroutable | void;

type TransitionTable = { readonly [S in Situation]: { readonly [I in InputKind]: Handler<S, I> } };

const open = { start: startAgain, reply: takeReply, timer: fire } as const;

/** What every input does in every situation; the type leaves no cell empty. */
export const TRANSITION_TABLE: TransitionTable = {
  none: {
    start: begin,
    reply: () => ({ code: 'REPLY_OF_UNKNOWN_SAGA', reason: 'A reply came for a saga that was never started.' }),
    timer: () => ({ code: 'TIMER_OF_UNKNOWN_SAGA', reason: 'A timer came for a saga that was never started.' }),
    cancel: () => ({ code: 'CANCEL_OF_UNKNOWN_SAGA', reason: 'There is no saga with this id to be cancelled.' }),
  },
  running: { ...open, cancel: cancelForward },
  compensating: { ...open, cancel: cancelBackward },
  stuckForward: { ...open, cancel: cancelForward },
  stuckBackward: { ...open, cancel: cancelBackward },
  closed: {
    start: startAgain,
    reply: (draft, input) => ignore(draft, 'SAGA_ENDED', `"${input.step}" was replied to after the saga's end.`),
    timer: (draft) => ignore(draft, 'SAGA_ENDED', 'A timer came after the saga had ended.'),
    cancel: cancelClosed,
  },
};

/** The row of the table that a state belongs to. */
export function situationOf(state: SagaState | undefined): Situation {
  if (state === undefined) return 'none';
  const status = statusOf(state);
  if (state.kind === 'closed' || status === 'completed' || status === 'compensated') return 'closed';
  if (status === 'stuck') return state.compensating === null ? 'stuckForward' : 'stuckBackward';
  return status;
}

/** Lets the table's cell for a state and an input make its decision. */
export function dispatch(draft: Draft, input: InputOf<InputKind>): Unroutable | void {
  const state = draft.state;
  const row = TRANSITION_TABLE[situationOf(state)];
  // The cell's row follows from the state and its column from the input; the compiler cannot join the two.
  const handler = row[input.kind] as (draft: Draft, input: unknown, state: unknown) => Unroutable | void;
  return handler(draft, input, state);
}
