import { ClosedSaga, recordType, SagaOutcome, SagaStuck, SagaTransition, type RecordType } from '@onward/contracts';
import { UndecodableValue, ValueDecoder, type AvroRegistry, type OrchestratorTopics } from '@onward/kafka';
import {
  fromMarker,
  fromSnapshot,
  SagaHistoryError,
  snapshotSchema,
  toMarker,
  toOutcomeRecord,
  toSnapshot,
  toStuckRecord,
  toTransitionRecord,
  type OutcomeEffect,
  type Plan,
  type SagaState,
  type SnapshotRecord,
  type StateHashes,
  type StuckEffect,
  type Transition,
  type TypedValue,
  type ValueCodec,
} from '@onward/saga';
import type { PlanCatalogue } from './plan-catalogue.js';

type Encode = (value: unknown) => Buffer;

/** A saga's snapshot cannot be read by this build: its plan's version is not here, or its schema is unknown. Guessing would corrupt it. */
export class UnreadableSaga extends Error {
  readonly code = 'SAGA_UNREADABLE';
  constructor(sagaId: string, why: string, options?: ErrorOptions) {
    super(`The state of saga ${sagaId} cannot be read: ${why}. Start a build that has every plan version of the running sagas, with the registry they were written with.`, options);
  }
}

/**
 * The bytes of a domain's history: snapshots, transitions, outcomes, and the values inside them, in the registry's wire format.
 * Every schema is registered when the codec is made, so that encoding never waits.
 */
export class SagaCodec {
  readonly #plans: ReadonlyMap<string, Plan>;

  private constructor(
    plans: readonly Plan[],
    private readonly encoders: {
      readonly snapshot: ReadonlyMap<Plan, Encode>;
      readonly value: ReadonlyMap<string, Encode>;
      readonly closed: Encode;
      readonly transition: Encode;
      readonly outcome: Encode;
      readonly stuck: Encode;
    },
    private readonly states: ValueDecoder,
    private readonly values: ValueDecoder,
    snapshotNames: ReadonlyMap<string, Plan>,
  ) {
    this.#plans = snapshotNames;
    this.anyPlan = plans[0] as Plan;
  }

  /** A plan of the domain: ended sagas look at nothing of it but the domain. */
  readonly anyPlan: Plan;

  /** @throws SchemaRefused, RegistryUnavailable */
  static async open(registry: AvroRegistry, topics: OrchestratorTopics, catalogue: PlanCatalogue): Promise<SagaCodec> {
    const outcomes = onlyOutcomes(topics);
    const encoder = async <T>(topic: string, type: RecordType<T>): Promise<Encode> => (await registry.encoder(topic, type)) as Encode;
    const snapshotTypes = new Map(catalogue.plans.map((plan) => [plan, recordType(snapshotSchema(plan))]));
    const valueTypes = new Map(catalogue.plans.flatMap((plan) => [...plan.records.values()]).map((type) => [type.name, type as RecordType<unknown>]));
    const snapshot = new Map<Plan, Encode>();
    for (const [plan, type] of snapshotTypes) snapshot.set(plan, await encoder(topics.state, type));
    const value = new Map<string, Encode>();
    for (const [name, type] of valueTypes) value.set(name, await encoder(topics.events, type));
    const encoders = {
      snapshot,
      value,
      closed: await encoder(topics.state, ClosedSaga),
      transition: await encoder(topics.events, SagaTransition),
      outcome: await encoder(outcomes, SagaOutcome),
      stuck: await encoder(outcomes, SagaStuck),
    };
    const states = new ValueDecoder(registry, [...snapshotTypes.values(), ClosedSaga]);
    const values = new ValueDecoder(registry, [...valueTypes.values()]);
    const names = new Map([...snapshotTypes].map(([plan, type]) => [type.name, plan]));
    return new SagaCodec(catalogue.plans, encoders, states, values, names);
  }

  /** The value of a state record. */
  encodeState(plan: Plan, state: SagaState): Buffer {
    if (state.kind === 'closed') return this.encoders.closed(toMarker(plan, state, this.#valueCodec));
    return (this.encoders.snapshot.get(plan) as Encode)(toSnapshot(plan, state));
  }

  /**
   * The state in a state record's value.
   * @throws UnreadableSaga, RegistryUnavailable
   */
  async decodeState(sagaId: string, bytes: Buffer): Promise<SagaState> {
    await this.states.prepare([bytes]);
    try {
      const decoded = this.states.decode(bytes);
      if (decoded.type.name === ClosedSaga.name) return await this.#decodeMarker(decoded.value);
      return fromSnapshot(this.#plans.get(decoded.type.name) as Plan, decoded.value as SnapshotRecord);
    } catch (error) {
      if (error instanceof UndecodableValue || error instanceof SagaHistoryError) throw new UnreadableSaga(sagaId, error.message, { cause: error });
      throw error;
    }
  }

  async #decodeMarker(marker: unknown): Promise<SagaState> {
    let missing: Buffer | undefined;
    const codec: ValueCodec = {
      ...this.#valueCodec,
      decode: (bytes) => {
        missing = Buffer.from(bytes);
        return this.#decodeValue(bytes);
      },
    };
    try {
      return fromMarker(marker as ClosedSaga, codec);
    } catch (error) {
      if (!(error instanceof UndecodableValue) || error.code !== 'UNKNOWN_SCHEMA_ID' || missing === undefined) throw error;
      await this.values.prepare([missing]);
      return fromMarker(marker as ClosedSaga, codec);
    }
  }

  encodeTransition(plan: Plan, transition: Transition, hashes: StateHashes): Buffer {
    return this.encoders.transition(toTransitionRecord(plan, transition, hashes, this.#valueCodec));
  }

  encodeOutcome(plan: Plan, effect: OutcomeEffect, atMs: number): Buffer {
    return this.encoders.outcome(toOutcomeRecord(plan, effect, atMs, this.#valueCodec));
  }

  encodeStuck(effect: StuckEffect, atMs: number): Buffer {
    return this.encoders.stuck(toStuckRecord(effect, atMs));
  }

  readonly #valueCodec: ValueCodec = {
    encode: (type, value) => this.#encodeValue(type.name, value),
    decode: (bytes) => this.#decodeValue(bytes),
  };

  #encodeValue(name: string, value: unknown): Buffer {
    const encode = this.encoders.value.get(name);
    if (encode === undefined) throw new TypeError(`${name} is not a record of any plan.`);
    return encode(value);
  }

  #decodeValue(bytes: Uint8Array): TypedValue {
    const { type, value } = this.values.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return { type: type.name, value };
  }
}

/** The topic that outcomes go to. */
export function onlyOutcomes(topics: OrchestratorTopics): string {
  const [first, ...others] = topics.outcomes.values();
  if (first === undefined || others.length > 0) throw new TypeError(`The domain ${topics.name} must have exactly one client in the topology; it has ${topics.outcomes.size}.`);
  return first;
}
