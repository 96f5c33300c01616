import type { CancelInput, InputKind, InputOf, TerminateInput } from '../inputs.js';
import { statusOf, type ClosedSaga, type OpenSaga, type SagaState } from '../state.js';
import { cancelBackward, cancelClosed, cancelForward } from './cancel.js';
import type { Draft } from './draft.js';
import { ignore } from './ignore.js';
import { migrate } from './migrate.js';
import { editParked, retryParked, skipParked } from './operator.js';
import { refuse } from './refuse.js';
import { takeReply } from './reply.js';
import { signalTooLate, takeSignal } from './signal.js';
import { begin, startAgain } from './start.js';
import { terminate } from './terminate.js';
import { fire } from './timer.js';

/**
 * ```
 *                 start
 *   none ──────────────────▶ running ───────── all steps done ─────────▶ completed
 *                             │ ▲  │                                       closed
 *         user code threw, or │ │  │ before the pivot: cancel, or a step failed
 *       past the pivot a step │ │  │ for good, a signal said no or came not in time
 *             failed for good ▼ │  ▼
 *                  stuck (forward)  compensating ── everything undone ──▶ compensated
 *                       │           ▲  │ ▲                                 closed
 *      the same, beside └───────────┘  │ │ retry, edit
 *      what is parked     an undo      ▼ │
 *                 failed for good  stuck (backward) ── the last undo is done or skipped ──▶ compensated
 * ```
 * A parked saga goes on (running) by retry, skip, edit, or a late reply that says done; its other branches go on meanwhile.
 * Going back ends at once when there is nothing to undo and nothing to await. Terminate leads from every open situation to
 * terminated (closed). Migrate frees what the old plan parked where it can. All else leaves a saga where it is, and is recorded.
 */
export type Situation = 'none' | 'running' | 'compensating' | 'stuckForward' | 'stuckBackward' | 'closed';

/** The state that a situation implies. */
type StateIn<S extends Situation> = S extends 'none' ? undefined : S extends 'closed' ? ClosedSaga : OpenSaga;

/** There is no saga that takes the input: its lane has nothing to attach it to. */
export interface Unroutable {
  readonly code:
    | 'SAGA_ID_MISMATCH'
    | 'SNAPSHOT_TOO_LARGE'
    | 'REPLY_OF_UNKNOWN_SAGA'
    | 'TIMER_OF_UNKNOWN_SAGA'
    | 'CANCEL_OF_UNKNOWN_SAGA'
    | 'SIGNAL_OF_UNKNOWN_SAGA'
    | 'COMMAND_OF_UNKNOWN_SAGA';
  readonly reason: string;
}

type Handler<S extends Situation, I extends InputKind> = (
  draft: Draft,
  input: InputOf<I>,
  state: StateIn<S>,
) => Unroutable | void;

type TransitionTable = { readonly [S in Situation]: { readonly [I in InputKind]: Handler<S, I> } };

const nobody = (what: string) => (): Unroutable => ({ code: 'COMMAND_OF_UNKNOWN_SAGA', reason: `There is no saga with this id to be ${what}.` });
const ended = (draft: Draft, { commandId }: { readonly commandId: string }, { outcome }: ClosedSaga): void =>
  refuse(draft, commandId, 'SAGA_ENDED', `This saga has ended: it is ${outcome}.`);

/** Who can write a parent domain's topic is no parent yet of every saga here. */
const ofParent =
  <I extends CancelInput | TerminateInput>(handler: (draft: Draft, input: I, saga: OpenSaga) => void) =>
  (draft: Draft, input: I, saga: OpenSaga): void => {
    const { by, parent } = input;
    const stranger = by === 'parent' && (saga.parent === null || parent?.domain !== saga.parent.domain || parent.sagaId !== saga.parent.sagaId);
    if (stranger) ignore(draft, 'PARENT_WRONG', `${parent?.sagaId ?? 'Nobody'} is not the parent of this saga, and cannot ${input.kind} it.`);
    else handler(draft, input, saga);
  };

const unusable = (draft: Draft, { reason }: InputOf<'unusable'>): void => ignore(draft, 'INPUT_UNUSABLE', reason);

const open = { start: startAgain, reply: takeReply, timer: fire, terminate: ofParent(terminate), retry: retryParked, skip: skipParked, edit: editParked, migrate, unusable } as const;

/** What every input does in every situation; the type leaves no cell empty. */
export const TRANSITION_TABLE: TransitionTable = {
  none: {
    start: begin,
    reply: () => ({ code: 'REPLY_OF_UNKNOWN_SAGA', reason: 'A reply came for a saga that was never started.' }),
    timer: () => ({ code: 'TIMER_OF_UNKNOWN_SAGA', reason: 'A timer came for a saga that was never started.' }),
    signal: () => ({ code: 'SIGNAL_OF_UNKNOWN_SAGA', reason: 'There is no saga with this id that could take the signal.' }),
    cancel: () => ({ code: 'CANCEL_OF_UNKNOWN_SAGA', reason: 'There is no saga with this id to be cancelled.' }),
    terminate: nobody('terminated'),
    retry: nobody('tried again'),
    skip: nobody('acted on'),
    edit: nobody('acted on'),
    migrate: nobody('migrated'),
    unusable: nobody('freed of an input'),
  },
  running: { ...open, signal: takeSignal, cancel: ofParent(cancelForward) },
  compensating: { ...open, signal: signalTooLate, cancel: ofParent(cancelBackward) },
  stuckForward: { ...open, signal: takeSignal, cancel: ofParent(cancelForward) },
  stuckBackward: { ...open, signal: signalTooLate, cancel: ofParent(cancelBackward) },
  closed: {
    start: startAgain,
    reply: (draft, input) => ignore(draft, 'SAGA_ENDED', `"${input.step}" was replied to after the saga's end.`),
    timer: (draft) => ignore(draft, 'SAGA_ENDED', 'A timer came after the saga had ended.'),
    signal: signalTooLate,
    cancel: cancelClosed,
    terminate: (draft, input, saga) => (input.by === 'parent' ? ignore(draft, 'SAGA_ENDED', 'The parent stopped it after its end.') : ended(draft, input, saga)),
    retry: ended,
    skip: ended,
    edit: ended,
    migrate: ended,
    unusable,
  },
};

/** The row of the table that a state belongs to. */
export function situationOf(state: SagaState | undefined): Situation {
  if (state === undefined) return 'none';
  if (state.kind === 'closed') return 'closed';
  if (statusOf(state) === 'stuck') return state.compensating === null ? 'stuckForward' : 'stuckBackward';
  return state.compensating === null ? 'running' : 'compensating';
}

/** Lets the table's cell for a state and an input make its decision. */
export function dispatch(draft: Draft, input: InputOf<InputKind>): Unroutable | void {
  const state = draft.state;
  const row = TRANSITION_TABLE[situationOf(state)];
  // The cell's row follows from the state and its column from the input; the compiler cannot join the two.
  const handler = row[input.kind] as (draft: Draft, input: unknown, state: unknown) => Unroutable | void;
  return handler(draft, input, state);
}
