import type { AnyCommand } from '../contract.js';
import { durationMs } from '../duration.js';
import type { CommandNode, PlanUndo } from '../plan/plan.js';
import { retry, retryPolicy, type RetryOptions, type RetryPolicy } from '../retry.js';
import type { ChildDraft, StepDraft } from './draft.js';
import { ownerOf, refuse } from './refuse.js';
import type { Reach } from './reach.js';

/** What a step or child node has beside its place. */
export type CommandPart = { [K in CommandNode['kind']]: Omit<Extract<CommandNode, { kind: K }>, PlaceKey> }[CommandNode['kind']];
type PlaceKey = 'number' | 'id' | 'path' | 'scope' | 'parent' | 'next';

/** Where a step or child stands, as far as its own rules ask. */
export interface CommandPlace {
  readonly path: string;
  /** Marked as the pivot. */
  readonly pivot: boolean;
  /** Whether the saga may be before, and past, its pivot when this node's command is out. */
  readonly reach: Reach;
  /** A parallel block around it answers its failures. */
  readonly answered: boolean;
}

/** Checks a step by the rules for where it stands, and compiles it. */
export function compileStep(draft: StepDraft, place: CommandPlace): CommandPart {
  const owner = ownerOf('step', place.path);
  const policy = retryPolicy(draft.retry ?? (place.reach.past ? retry.untilDone : retry.standard), owner);
  checkFinalCodes(policy, draft.command, owner);
  if (place.reach.past && draft.onFailure === undefined && !place.answered && canGiveUp(policy)) {
    refuse(
      'SAGA_STEP_CAN_FAIL_PAST_PIVOT',
      `${owner} stands after the pivot, where the saga cannot turn back: its attempts must be "forever", without deadline ` +
        'and final codes, or an onFailure must say what follows.',
    );
  }
  return { kind: 'step', command: draft.command, send: draft.send, retry: policy, ...common(draft, place, owner) };
}

/** Checks a child saga by the rules for where it stands, and compiles it. */
export function compileChild(draft: ChildDraft, domain: string, grants: readonly string[], place: CommandPlace): CommandPart {
  const owner = ownerOf('child', place.path);
  const { of } = draft;
  if (of.domain !== domain && !grants.includes(of.domain)) {
    refuse('SAGA_GRANT_MISSING', `${owner} runs in the domain "${of.domain}": list it in the saga's grants.`);
  }
  if (of.result === null) {
    refuse('SAGA_CHILD_WITHOUT_RESULT', `${owner}: "${of.name}" has no result to answer with: give it one in its build().`);
  }
  if (place.reach.past && draft.timeout !== undefined && draft.onFailure === undefined && !place.answered) {
    refuse(
      'SAGA_STEP_CAN_FAIL_PAST_PIVOT',
      `${owner} stands after the pivot, where the saga cannot turn back: leave its timeout out, or say in an onFailure what follows.`,
    );
  }
  return {
    kind: 'child',
    command: { participant: of.domain, name: of.input.name, request: of.input, done: of.result, rejections: [], failures: [] },
    send: draft.input,
    retry: retryPolicy(retry.once, owner),
    sagaType: of.name,
    parentClose: draft.onParentClose ?? 'compensate',
    timeoutMs: draft.timeout === undefined ? null : durationMs(draft.timeout),
    ...common(draft, place, owner),
  };
}

function common(
  draft: StepDraft | ChildDraft,
  { pivot, reach }: CommandPlace,
  owner: string,
): Pick<CommandNode, 'undo' | 'harmless' | 'pivot' | 'onFailure'> {
  const { undo, harmless = false } = draft;
  if (!reach.before && undo !== undefined) {
    refuse('SAGA_UNDO_PAST_PIVOT', `${owner} stands after the pivot, where nothing is undone: leave its undo out.`);
  }
  if (reach.before && undo === undefined && !harmless) {
    refuse('SAGA_UNDO_MISSING', `${owner} stands before the pivot: give it an undo, or say that it is harmless.`);
  }
  if (undo !== undefined && harmless) {
    refuse('SAGA_UNDO_OF_HARMLESS', `${owner} is said to be harmless and has an undo: one of them is wrong.`);
  }
  return {
    undo: undo === undefined ? null : compileUndo(undo, `${owner}, undo`),
    harmless,
    pivot,
    onFailure: draft.onFailure ?? null,
  };
}

function compileUndo(undo: NonNullable<StepDraft['undo']> & { readonly retry?: RetryOptions }, owner: string): PlanUndo {
  const policy = retryPolicy(undo.retry ?? retry.untilDone, owner);
  checkFinalCodes(policy, undo.command, owner);
  return { command: undo.command, send: undo.send, retry: policy };
}

function canGiveUp(policy: RetryPolicy): boolean {
  return policy.attempts !== 'forever' || policy.deadlineMs !== null || policy.final.length > 0;
}

function checkFinalCodes(policy: RetryPolicy, command: AnyCommand, owner: string): void {
  // Every participant can fail with INTERNAL; contracts do not list it.
  const unknown = policy.final.find((code) => code !== 'INTERNAL' && !command.failures.includes(code));
  if (unknown === undefined) return;
  refuse(
    'SAGA_FINAL_CODE_UNKNOWN',
    `${owner}: "${unknown}" is said to be final, but ${command.name} never fails with it. ` +
      `Its failure codes: ${command.failures.join(', ') || 'none'}.`,
  );
}
