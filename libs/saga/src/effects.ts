import type { AnyCommand, TypedValue } from './contract.js';
import { SagaHistoryError } from './errors.js';
import type { EventOf, SagaEvent } from './events.js';
import type { Failure } from './failure.js';
import { idempotencyKey } from './keys.js';
import { stepOf, type Plan } from './plan.js';
import type { Action, ClosedSaga, SagaState } from './state.js';

/** A command to a participant. */
export interface CommandEffect {
  readonly kind: 'command';
  /** The command's `ce_id`: `<idempotency key>#<attempt>`. */
  readonly id: string;
  readonly sagaId: string;
  readonly participant: string;
  readonly command: AnyCommand;
  readonly value: TypedValue;
  /** Step path. */
  readonly step: string;
  readonly action: Action;
  readonly attempt: number;
  readonly idempotencyKey: string;
}

/** The answer to one client command. */
export interface OutcomeEffect {
  readonly kind: 'outcome';
  /** The outcome's `ce_id`, the same whenever this command is answered. */
  readonly id: string;
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  /** The command that is answered. */
  readonly commandId: string;
  readonly outcome: 'completed' | 'compensated' | 'rejected';
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
export type Effect = CommandEffect | OutcomeEffect | StuckEffect;

/** The effects of an event, given the state before it. */
export function effects(plan: Plan, before: SagaState | undefined, event: SagaEvent): readonly Effect[] {
  if (before === undefined) return [];
  switch (event.kind) {
    case 'CommandSent':
      return [commandEffect(plan, before, event)];
    case 'SagaCompleted':
      return before.commandIds.map((commandId) =>
        answer(plan, before, commandId, { outcome: 'completed', result: event.value, failure: null }),
      );
    case 'SagaCompensated':
      return before.commandIds.map((commandId) =>
        answer(plan, before, commandId, { outcome: 'compensated', result: null, failure: event.failure }),
      );
    case 'StartRepeated':
      return before.kind === 'closed' ? [answer(plan, before, event.commandId, endOf(before))] : [];
    case 'CommandRefused':
      return [answer(plan, before, event.commandId, { outcome: 'rejected', result: null, failure: event.failure })];
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
  const step = stepOf(plan, event.step);
  const command = event.action === 'do' ? step?.command : step?.undo?.command;
  if (command === undefined) {
    throw new SagaHistoryError('SAGA_HISTORY_BROKEN', `Plan ${plan.name} has no command to ${event.action} "${event.step}".`);
  }
  const key = idempotencyKey(plan.domain, before.sagaId, event.step, event.action);
  return {
    kind: 'command',
    id: `${key}#${event.attempt}`,
    sagaId: before.sagaId,
    participant: event.participant,
    command,
    value: event.value,
    step: event.step,
    action: event.action,
    attempt: event.attempt,
    idempotencyKey: key,
  };
}

type End = Pick<OutcomeEffect, 'outcome' | 'result' | 'failure'>;

function answer(plan: Plan, saga: SagaState, commandId: string, end: End): OutcomeEffect {
  const { sagaId, sagaType, planVersion } = saga;
  return { kind: 'outcome', id: outcomeId(plan, sagaId, commandId), sagaId, sagaType, planVersion, commandId, ...end };
}

function endOf({ outcome, result, failure }: ClosedSaga): End {
  return { outcome, result, failure };
}

/** The `ce_id` of the outcome that answers a command. */
export function outcomeId(plan: Plan, sagaId: string, commandId: string): string {
  return `${plan.domain}/${sagaId}/outcome/${commandId}`;
}
