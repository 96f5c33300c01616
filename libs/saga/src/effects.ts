import type { AnyCommand, TypedValue } from './contract.js';
import { SagaHistoryError } from './errors.js';
import type { EventOf, SagaEvent } from './events.js';
import { childRuns } from './evolve/activities.js';
import type { Failure } from './failure.js';
import { childSagaId, idempotencyKey } from './keys.js';
import { nodeAt, type Path } from './plan/place.js';
import { isCommandNode, type Plan } from './plan/plan.js';
import type { Action, Activity, ClosedSaga, ParentRef, SagaEnd, SagaState } from './state.js';

/** A command to a participant, or the start of a child saga to its domain. */
export interface CommandEffect {
  readonly kind: 'command';
  /** The command's `ce_id`: `<idempotency key>#<attempt>`. */
  readonly id: string;
  readonly sagaId: string;
  readonly participant: string;
  readonly command: AnyCommand;
  readonly value: TypedValue;
  /** Step path. */
  readonly step: Path;
  readonly action: Action;
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** Of an undo: the key of the do that it takes back, as that was last sent. `null` for a do. */
  readonly undoes: string | null;
  /** The child saga that the command starts: its record's key. `null` for a command to a participant. */
  readonly childSagaId: string | null;
}

/** A running child is told to stop. */
export interface ChildStopEffect {
  readonly kind: 'childStop';
  /** The command's `ce_id`. */
  readonly id: string;
  /** The parent. */
  readonly sagaId: string;
  /** The child's domain. */
  readonly participant: string;
  readonly childSagaId: string;
  readonly how: 'cancel' | 'terminate';
  readonly reason: string;
}

/** A child saga answers its parent. */
export interface ReplyEffect {
  readonly kind: 'reply';
  /** The reply's `ce_id`. */
  readonly id: string;
  /** The child. */
  readonly sagaId: string;
  readonly parent: ParentRef;
  readonly reply: { readonly outcome: 'done'; readonly value: TypedValue } | { readonly outcome: 'rejected'; readonly failure: Failure };
}

/** The answer to one command of a client or an operator. */
export interface OutcomeEffect {
  readonly kind: 'outcome';
  /** The outcome's `ce_id`, the same whenever this command is answered. */
  readonly id: string;
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  /** The command that is answered. */
  readonly commandId: string;
  readonly outcome: SagaEnd | 'rejected';
  readonly result: TypedValue | null;
  readonly failure: Failure | null;
}

/** The saga is parked: a notice for who started it and for operators, not an outcome. */
export interface StuckEffect {
  readonly kind: 'stuck';
  /** The notice's `ce_id`. */
  readonly id: string;
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  /** The command that started the saga. */
  readonly commandId: string;
  readonly failure: Failure;
}

/**
 * What the outside is told. Timers are no effects: the state knows when it wants to be woken (`nextDueMs`).
 */
export type Effect = CommandEffect | ChildStopEffect | ReplyEffect | OutcomeEffect | StuckEffect;

/** The effects of an event, given the state before and after it. */
export function effects(plan: Plan, before: SagaState | undefined, event: SagaEvent): readonly Effect[] {
  if (before === undefined) return [];
  switch (event.kind) {
    case 'CommandSent':
      return [commandEffect(plan, before, event)];
    case 'ChildClosing':
      return childStop(plan, before, event);
    case 'SagaCompleted':
      return endEffects(plan, before, { outcome: 'completed', result: event.value, failure: null });
    case 'SagaCompensated':
      return endEffects(plan, before, { outcome: 'compensated', result: null, failure: event.failure });
    case 'SagaTerminated':
      return endEffects(plan, before, { outcome: 'terminated', result: null, failure: event.failure });
    case 'StartRepeated':
      if (before.kind === 'open') return [];
      return event.parent === null ? [answer(plan, before, event.commandId, before)] : [replyTo(before.sagaId, event.parent, before)];
    case 'CommandRefused':
      return event.parent === null
        ? [answer(plan, before, event.commandId, { outcome: 'rejected', result: null, failure: event.failure })]
        : [replyTo(before.sagaId, event.parent, { outcome: 'rejected', result: null, failure: event.failure })];
    case 'SagaStuck':
      return [
        {
          kind: 'stuck',
          id: `${plan.domain}/${before.sagaId}/stuck/${before.sequence + 1}`,
          sagaId: before.sagaId,
          sagaType: before.sagaType,
          planVersion: before.planVersion,
          commandId: before.commandIds[0] ?? '',
          failure: event.failure,
        },
      ];
    default:
      return [];
  }
}

function commandEffect(plan: Plan, before: SagaState, event: EventOf<'CommandSent'>): CommandEffect {
  const node = nodeAt(plan, event.step);
  const command = !isCommandNode(node) ? undefined : event.action === 'do' ? node.command : node.undo?.command;
  if (command === undefined) {
    throw new SagaHistoryError('SAGA_HISTORY_BROKEN', `Plan ${plan.name} has no command to ${event.action} "${event.step}".`);
  }
  const sent = sentUnder(before, event.step, event.action);
  const key = idempotencyKey(plan.domain, before.sagaId, sent, event.action, event.edit);
  return {
    kind: 'command',
    id: `${key}#${event.attempt}`,
    sagaId: before.sagaId,
    participant: event.participant,
    command,
    value: event.value,
    step: sent,
    action: event.action,
    attempt: event.attempt,
    idempotencyKey: key,
    undoes: event.action === 'undo' ? undoneKey(plan, before, event.step) : null,
    childSagaId: node?.kind === 'child' && event.action === 'do' ? childSagaId(before.sagaId, sent, event.edit) : null,
  };
}

/** The path that a step's commands are sent under: the one before a migration, if it was sent before. */
function sentUnder(before: SagaState, step: Path, action: Action): Path {
  if (before.kind === 'closed') return step;
  const activity = before.active.find((candidate) => candidate.path === step && candidate.action === action);
  const entry = action === 'undo' ? before.undo.find(({ path }) => path === step) : undefined;
  return activity?.sentAs ?? entry?.sentAs ?? step;
}

/** The key that the do of a registered undo was last sent under. The numbers of its edits and of the undo's go their own ways. */
function undoneKey(plan: Plan, before: SagaState, step: Path): string {
  const entry = before.kind === 'open' ? before.undo.find(({ path }) => path === step) : undefined;
  if (entry === undefined) throw new SagaHistoryError('SAGA_HISTORY_BROKEN', `An undo of "${step}" was sent that nobody registered: the history is damaged.`);
  return idempotencyKey(plan.domain, before.sagaId, entry.sentAs ?? step, 'do', entry.doEdit);
}

function childStop(plan: Plan, before: SagaState, event: EventOf<'ChildClosing'>): readonly Effect[] {
  const child = before.kind === 'open' ? before.active.find(({ path, action }) => path === event.step && action === 'do') : undefined;
  const node = nodeAt(plan, event.step);
  if (child === undefined || node?.kind !== 'child' || event.policy === 'abandon') return [];
  return [stopEffect(plan, before.sagaId, child, node.command.participant, event.policy === 'terminate' ? 'terminate' : 'cancel')];
}

function stopEffect(plan: Plan, sagaId: string, child: Activity, participant: string, how: 'cancel' | 'terminate'): ChildStopEffect {
  const sent = child.sentAs ?? child.path;
  const key = idempotencyKey(plan.domain, sagaId, sent, 'do', child.edit);
  const reason = `The parent saga ${sagaId} turned back.`;
  return { kind: 'childStop', id: `${key}/${how}`, sagaId, participant, childSagaId: childSagaId(sagaId, sent, child.edit), how, reason };
}

type End = Pick<OutcomeEffect, 'outcome' | 'result' | 'failure'>;

/** Everybody who waits for a saga's end is told: the parent, and every client command. Its own children are stopped. */
function endEffects(plan: Plan, before: SagaState, end: End): readonly Effect[] {
  if (before.kind === 'closed') return [];
  const children = before.active.flatMap((activity) => {
    const node = nodeAt(plan, activity.path);
    if (!isCommandNode(node) || !childRuns(plan, activity)) return [];
    return [stopEffect(plan, before.sagaId, activity, node.command.participant, 'terminate')];
  });
  // The start of a child saga came from its parent and is answered there.
  const { parent } = before;
  const clients = parent === null ? before.commandIds : before.commandIds.slice(1);
  return [
    ...children,
    ...(parent === null ? [] : [replyTo(before.sagaId, parent, end)]),
    ...clients.map((commandId) => answer(plan, before, commandId, end)),
  ];
}

function answer(plan: Plan, saga: SagaState, commandId: string, { outcome, result, failure }: End): OutcomeEffect {
  const { sagaId, sagaType, planVersion } = saga;
  return { kind: 'outcome', id: outcomeId(plan, sagaId, commandId), sagaId, sagaType, planVersion, commandId, outcome, result, failure };
}

function replyTo(sagaId: string, parent: ParentRef, end: Pick<ClosedSaga, 'result' | 'failure'> & { readonly outcome: string }): ReplyEffect {
  const { idempotencyKey: key } = parent;
  if (end.outcome === 'completed' && end.result !== null) {
    return { kind: 'reply', id: `${key}#done`, sagaId, parent, reply: { outcome: 'done', value: end.result } };
  }
  const failure = end.failure ?? { code: 'NO_RESULT', message: 'The child saga has no result.', kind: 'failed', step: null, attempt: null, participant: null, causes: [] };
  return { kind: 'reply', id: `${key}#rejected`, sagaId, parent, reply: { outcome: 'rejected', failure } };
}

/** The `ce_id` of the outcome that answers a command. */
export function outcomeId(plan: Plan, sagaId: string, commandId: string): string {
  return `${plan.domain}/${sagaId}/outcome/${commandId}`;
}

/** The answer to a parent whose child cannot even start. */
export function refusalToParent(sagaId: string, parent: ParentRef, failure: Failure): ReplyEffect {
  return replyTo(sagaId, parent, { outcome: 'rejected', result: null, failure });
}
