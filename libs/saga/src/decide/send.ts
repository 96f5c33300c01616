import type { AnyCommand, TypedValue } from '../contract.js';
import { activityAt } from '../evolve/activities.js';
import { failure, type Failure } from '../failure.js';
import type { Path } from '../plan/place.js';
import type { CommandNode } from '../plan/plan.js';
import { requestAt } from '../plan/request.js';
import type { RetryPolicy } from '../retry.js';
import type { Action, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { runForRecord, threw, type UserResult } from './user-code.js';

/** The command of a node's action, with its policy. */
export function partOf(node: CommandNode, action: Action): { readonly command: AnyCommand; readonly retry: RetryPolicy } | undefined {
  return action === 'do' ? node : (node.undo ?? undefined);
}

/**
 * Sends a step's command, or its undo's: the next attempt if one came before.
 *
 * @returns why nothing could be sent, when the author's function failed
 */
export function send(draft: Draft, saga: OpenSaga, node: CommandNode, path: Path, action: Action): Failure | undefined {
  const part = partOf(node, action);
  // Only registered undos are sent, and only nodes with an undo register one.
  if (part === undefined) return undefined;
  const earlier = activityAt(saga, path, action);
  const entry = action === 'undo' ? saga.undo.find((candidate) => candidate.path === path) : undefined;
  const attempt = (earlier?.attempt ?? entry?.attempt ?? 0) + 1;
  const edited = earlier?.edited ?? entry?.edited ?? null;
  const oversize = draft.noRoomForCommands;
  if (oversize !== undefined) {
    const text = `Sending this with what else is due would need ${oversize.bytes} bytes; ${oversize.bytesMax} are allowed. Try steps again one at a time, by their names, or send less.`;
    return failure('threw', 'SNAPSHOT_TOO_LARGE', text, { step: path, attempt, participant: part.command.participant });
  }
  const made: UserResult<TypedValue> = edited === null ? runForRecord(part.command.request, () => requestAt(draft.plan, saga, node, path, action)) : { value: edited };
  if (!('value' in made)) return threw(made, { step: path, attempt, participant: part.command.participant, causes: earlier?.causes ?? [] });
  draft.emit({
    kind: 'CommandSent',
    step: path,
    action,
    attempt,
    participant: part.command.participant,
    value: made.value,
    ...dueTimes(draft, node, action, part.retry, earlier?.deadlineAtMs ?? null),
    edit: earlier?.edit ?? entry?.edit ?? 0,
  });
  return undefined;
}

/** A child saga answers when it ends and no sooner: it has no attempt timeout, and perhaps a limit for the whole. */
function dueTimes({ atMs }: Draft, node: CommandNode, action: Action, retry: RetryPolicy, deadlineAtMs: number | null): { dueAtMs: number | null; deadlineAtMs: number | null } {
  if (node.kind === 'child' && action === 'do') return { dueAtMs: null, deadlineAtMs: node.timeoutMs === null ? null : atMs + node.timeoutMs };
  return {
    dueAtMs: atMs + retry.attemptTimeoutMs,
    deadlineAtMs: deadlineAtMs ?? (retry.deadlineMs === null ? null : atMs + retry.deadlineMs),
  };
}
