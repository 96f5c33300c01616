import { ClosedSaga, DeferredInput, recordType, SagaOutcome, SagaStuck, SagaTransition, type RecordType } from '@onward/contracts';
import { frame, HEADER_BYTES, schemaIdOf, UndecodableValue, ValueDecoder, type AvroRegistry, type DecodedValue, type OrchestratorTopics } from '@onward/kafka';
import {
  fromMarker,
  fromSnapshot,
  parseSnapshotName,
  SagaHistoryError,
  snapshotHead,
  snapshotRecord,
  toMarker,
  toOutcomeRecord,
  toSnapshot,
  toStuckRecord,
  toTransitionRecord,
  type ClosedSagaRecord,
  type OutcomeEffect,
  type Plan,
  type SagaState,
  type SnapshotHead,
  type SnapshotHeadRecord,
  type SnapshotRecord,
  type StateHashes,
  type StuckEffect,
  type Transition,
  type TypedValue,
  type ValueCodec,
} from '@onward/saga';
import type { PlanCatalogue } from './plan-catalogue.js';

type Encode = (value: unknown) => Buffer;

/** A saga's snapshot cannot be read by this build, and not for want of its plan: guessing would corrupt it. */
export class UnreadableSaga extends Error {
  readonly code = 'SAGA_UNREADABLE';
  constructor(sagaId: string, why: string, options?: ErrorOptions) {
    super(`The state of saga ${sagaId} cannot be read: ${why}. Start a build that wrote it, or a newer one, with the registry it was written with.`, options);
  }
}

/** A running saga whose plan's version is not here: what can be known of it without, and how to write it again. */
export interface SagaWithoutPlan {
  readonly kind: 'withoutPlan';
  /** Avro full name of its snapshot's record. */
  readonly recordName: string;
  readonly head: SnapshotHead;
  /** The whole of it, by the schema it was written with. */
  readonly snapshot: SnapshotHeadRecord;
  /** Writes it by that schema again. */
  encode(snapshot: SnapshotHeadRecord): Buffer;
}

/** What a state record holds. */
export type StoredSaga = SagaState | SagaWithoutPlan;

/**
 * The bytes of a domain's history: snapshots, transitions, outcomes, and the values inside them, in the registry's wire format.
 * Every schema is registered when the codec is made, so that encoding never waits.
 */
export class SagaCodec {
  private constructor(
    private readonly registry: AvroRegistry,
    private readonly catalogue: PlanCatalogue,
    private readonly encoders: {
      readonly snapshot: ReadonlyMap<string, Encode>;
      readonly value: ReadonlyMap<string, Encode>;
      readonly closed: Encode;
      readonly transition: Encode;
      readonly outcome: Encode;
      readonly stuck: Encode;
      readonly deferred: Encode;
    },
    private readonly states: ValueDecoder,
    private readonly values: ValueDecoder,
  ) {}

  /** @throws SchemaRefused, RegistryUnavailable */
  static async open(registry: AvroRegistry, topics: OrchestratorTopics, catalogue: PlanCatalogue): Promise<SagaCodec> {
    const outcomes = onlyOutcomes(topics);
    const encoder = async <T>(topic: string, type: RecordType<T>): Promise<Encode> => (await registry.encoder(topic, type)) as Encode;
    const snapshotTypes = catalogue.plans.map((plan) => recordType(snapshotRecord(plan).schema));
    const valueTypes = valueTypesOf(catalogue);
    const snapshot = new Map<string, Encode>();
    for (const type of snapshotTypes) snapshot.set(type.name, await encoder(topics.state, type));
    const value = new Map<string, Encode>();
    for (const type of valueTypes) value.set(type.name, await encoder(topics.events, type));
    const encoders = {
      snapshot,
      value,
      closed: await encoder(topics.state, ClosedSaga),
      transition: await encoder(topics.events, SagaTransition),
      outcome: await encoder(outcomes, SagaOutcome),
      stuck: await encoder(outcomes, SagaStuck),
      deferred: await encoder(topics.events, DeferredInput),
    };
    const states = new ValueDecoder(registry, [...snapshotTypes, ClosedSaga]);
    return new SagaCodec(registry, catalogue, encoders, states, new ValueDecoder(registry, [...valueTypes, DeferredInput]));
  }

  /** The value of a state record. */
  encodeState(plan: Plan, state: SagaState): Buffer {
    if (state.kind === 'closed') return this.encoders.closed(toMarker(plan, state, this.#valueCodec));
    return (this.encoders.snapshot.get(snapshotRecord(plan).name) as Encode)(toSnapshot(plan, state, this.#valueCodec));
  }

  /**
   * What a state record's value holds.
   * @throws UnreadableSaga, RegistryUnavailable
   */
  async decodeState(sagaId: string, bytes: Buffer): Promise<StoredSaga> {
    try {
      const withoutPlan = await this.#withoutPlan(bytes);
      if (withoutPlan !== undefined) return withoutPlan;
      await this.states.prepare([bytes]);
      const { type, value } = this.states.decode(bytes);
      if (type.name === ClosedSaga.name) return markerOf(value as ClosedSagaRecord);
      const plan = this.#planOf(type.name) as Plan;
      return await this.#withValues((codec) => fromSnapshot(plan, value as SnapshotRecord, codec));
    } catch (error) {
      if (error instanceof UndecodableValue || error instanceof SagaHistoryError) throw new UnreadableSaga(sagaId, error.message, { cause: error });
      throw error;
    }
  }

  async #withoutPlan(bytes: Buffer): Promise<SagaWithoutPlan | undefined> {
    const schemaId = schemaIdOf(bytes);
    const writer = await this.registry.writerType(schemaId);
    const recordName = writer?.name;
    if (writer === undefined || recordName === undefined || this.#planOf(recordName) !== undefined) return undefined;
    if (parseSnapshotName(recordName)?.domain !== this.catalogue.domain) return undefined;
    const snapshot = writer.fromBuffer(bytes.subarray(HEADER_BYTES)) as SnapshotHeadRecord;
    return { kind: 'withoutPlan', recordName, snapshot, head: snapshotHead(recordName, snapshot), encode: (changed) => frame(schemaId, writer.toBuffer(changed)) };
  }

  /** The plan that a state record's saga runs on if it is not here, as `place-order v3`; cheaper than to decode the state. */
  async missingPlan(bytes: Buffer): Promise<string | undefined> {
    const recordName = (await this.registry.writerType(schemaIdOf(bytes)))?.name ?? '';
    const name = parseSnapshotName(recordName);
    return name === undefined || this.#planOf(recordName) !== undefined ? undefined : `${name.sagaType} v${name.planVersion}`;
  }

  #planOf(recordName: string): Plan | undefined {
    const name = parseSnapshotName(recordName);
    return name === undefined ? undefined : this.catalogue.find(name.sagaType, name.planVersion);
  }

  /** Reads something with values inside it; their schemas may have to be asked for first. */
  async #withValues<T>(read: (codec: ValueCodec) => T): Promise<T> {
    return this.values.nested((decode) => read({ ...this.#valueCodec, decode: (bytes) => typed(decode(bufferOf(bytes))) }));
  }

  /** @param plan - the plan of the transition's version; `null` for the transition of an owner that lacks it */
  encodeTransition(plan: Plan | null, transition: Transition, hashes: StateHashes): Buffer {
    return this.encoders.transition(toTransitionRecord(plan, transition, hashes, this.#valueCodec));
  }

  encodeOutcome(plan: Plan, effect: OutcomeEffect, atMs: number): Buffer {
    return this.encoders.outcome(toOutcomeRecord(plan, effect, atMs, this.#valueCodec));
  }

  encodeStuck(effect: StuckEffect, atMs: number): Buffer {
    return this.encoders.stuck(toStuckRecord(effect, atMs));
  }

  encodeDeferred(input: DeferredInput): Buffer {
    return this.encoders.deferred(input);
  }

  /** @throws UnreadableSaga when it is none, RegistryUnavailable */
  async decodeDeferred(sagaId: string, bytes: Uint8Array): Promise<DeferredInput> {
    try {
      const { value } = await this.#withValues(({ decode }) => decode(bytes));
      return value as DeferredInput;
    } catch (error) {
      if (error instanceof UndecodableValue) throw new UnreadableSaga(sagaId, `an input that was put aside is damaged: ${error.message}`, { cause: error });
      throw error;
    }
  }

  readonly #valueCodec: ValueCodec = {
    // The result of a saga that has ended stands in memory as it was written.
    encode: (type, value) => (value instanceof Uint8Array ? value : this.#encodeValue(type.name, value)),
    decode: (bytes) => typed(this.values.decode(bufferOf(bytes))),
  };

  #encodeValue(name: string, value: unknown): Buffer {
    const encode = this.encoders.value.get(name);
    if (encode === undefined) throw new TypeError(`${name} is not a record of any plan.`);
    return encode(value);
  }
}

function typed({ type, value }: DecodedValue): TypedValue {
  return { type: type.name, value };
}

/** Everything that stands inside transitions: the plans' records, and the snapshot that a saga has come to by migration. */
function valueTypesOf(catalogue: PlanCatalogue): RecordType<unknown>[] {
  const types = new Map<string, RecordType<unknown>>();
  for (const plan of catalogue.plans) {
    for (const type of plan.records.values()) types.set(type.name, type as RecordType<unknown>);
    if (plan.migrations.size > 0) types.set(snapshotRecord(plan).name, recordType(snapshotRecord(plan).schema));
  }
  return [...types.values()];
}

/** The ended saga of a marker. Nobody looks into its result any more: it stays the bytes it is, whatever build wrote them. */
function markerOf(marker: ClosedSagaRecord): SagaState {
  return fromMarker(marker, { decode: (bytes) => ({ type: marker.resultType ?? '', value: bytes }) });
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The topic that outcomes go to. */
export function onlyOutcomes(topics: OrchestratorTopics): string {
  const [first, ...others] = topics.outcomes.values();
  if (first === undefined || others.length > 0) throw new TypeError(`The domain ${topics.name} must have exactly one client in the topology; it has ${topics.outcomes.size}.`);
  return first;
}
