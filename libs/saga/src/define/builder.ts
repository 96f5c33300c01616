import type { RecordType } from '../contract.js';
import type { InSaga, SagaBuilder } from './builder-types.js';
import { SagaRecorder } from './recorder.js';
import type { Begun } from './trail.js';

/** Names of the fields that hold a string. */
export type StringField<Input> = { [K in keyof Input]: Input[K] extends string ? K : never }[keyof Input] & string;

/** What every saga has recorded from its start. */
export interface StartRecord<Input> {
  readonly sagaId: string;
  readonly input: Input;
}

/** What a saga type is, beside what it does. */
export interface SagaOptions<Input, Domain extends string, Grant extends string> {
  /** A whole number, from 1 on. A released version is never changed: its sagas run. */
  readonly version: number;
  /** Where it runs: the principal of its orchestrator. */
  readonly domain: Domain;
  /** The record whose arrival starts a saga. */
  readonly input: RecordType<Input>;
  /** The field of the input that must be the saga's id; a start whose field differs is refused. */
  readonly idField?: NoInfer<StringField<Input>>;
  /** Other domains whose sagas this one may start as its children. */
  readonly grants?: readonly Grant[];
  /** An input to try the functions of the plan with while it is built; made from the schema when nothing is said. */
  readonly sample?: NoInfer<Input>;
}

/** Ids that no node can have. */
type Reserved = 'sagaId' | 'input' | 'item' | 'index';

/**
 * Begins the definition of a saga type.
 *
 * @example
 * ```ts
 * saga('place-order', { version: 1, domain: 'orders', input: PlaceOrder })
 *   .step('reserve', {
 *     command: fulfillment.ReserveStock,
 *     send: (s) => ({ orderId: s.sagaId, lines: s.input.lines }),
 *     undo: { command: fulfillment.ReleaseStock, send: (s) => ({ orderId: s.sagaId }) },
 *   })
 *   .pivot()
 *   .step('ship', { command: fulfillment.Ship, send: (s) => ({ reservationId: s.reserve.reservationId }) })
 *   .build();
 * ```
 */
export function saga<Input, const Domain extends string, const Grant extends string = never>(
  name: string,
  options: SagaOptions<Input, Domain, Grant>,
): SagaBuilder<StartRecord<Input>, Begun<Reserved>, InSaga<Domain, Grant, Input>> {
  return new SagaRecorder({ ...options, name, migrations: [] }) as unknown as SagaBuilder<
    StartRecord<Input>,
    Begun<Reserved>,
    InSaga<Domain, Grant, Input>
  >;
}
