import type { OutcomeEffect, StuckEffect } from '../effects.js';
import type { Failure } from '../failure.js';
import type { Plan } from '../plan/plan.js';
import { micros, type ValueCodec } from './codec.js';
import { toResult } from './marker.js';

/** `onward.orders.SagaOutcome`: the answer to one client command. Times are epoch microseconds. */
export interface SagaOutcomeRecord {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly commandId: string;
  readonly outcome: string;
  readonly at: number;
  readonly result: Uint8Array | null;
  readonly resultType: string | null;
  readonly failure: Failure | null;
}

/** `onward.orders.SagaStuck`: a saga is parked. Times are epoch microseconds. */
export interface SagaStuckRecord {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly commandId: string;
  readonly at: number;
  readonly failure: Failure;
}

/**
 * An outcome as its record.
 *
 * @param plan - the plan the saga ran on, which knows the result's record
 */
export function toOutcomeRecord(
  plan: Plan,
  effect: OutcomeEffect,
  atMs: number,
  codec: Pick<ValueCodec, 'encode'>,
): SagaOutcomeRecord {
  const { sagaId, sagaType, planVersion, commandId, outcome, failure } = effect;
  const result = toResult(plan, effect.result, codec);
  return { sagaId, sagaType, planVersion, commandId, outcome, at: micros(atMs), ...result, failure };
}

/** A stuck notice as its record. */
export function toStuckRecord(effect: StuckEffect, atMs: number): SagaStuckRecord {
  const { sagaId, sagaType, planVersion, commandId, failure } = effect;
  return { sagaId, sagaType, planVersion, commandId, at: micros(atMs), failure };
}
