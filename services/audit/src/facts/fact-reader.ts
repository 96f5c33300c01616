import { SagaTransition } from '@onward/contracts';
import { HEADER_BYTES, UndecodableValue, ValueDecoder, schemaIdOf, type AvroRegistry, type ConsumedRecord } from '@onward/kafka';
import { bounded, headerText, type Fact, type FactContent } from './fact.js';
import type { FactSource } from './fact-sources.js';

type WriterType = NonNullable<Awaited<ReturnType<AvroRegistry['writerType']>>>;

const NOTHING: FactContent = { action: '', sagaId: null, step: null, sourceSequence: null, stateHashBefore: null, stateHashAfter: null, schemaId: null, causationId: null, detail: null };

/**
 * Reads facts. Domain events are read with the schema they were written with: audit knows no participant's contract.
 * {@link prepare} asks the registry, {@link read} does not wait and never fails: what cannot be decoded is a fact too.
 */
export class FactReader {
  private readonly transitions: ValueDecoder;
  private readonly writers = new Map<number, WriterType | UndecodableValue>();

  constructor(private readonly registry: AvroRegistry) {
    this.transitions = new ValueDecoder(registry, [SagaTransition]);
  }

  /**
   * Learns the schemas of these facts.
   * @throws RegistryUnavailable when the registry gives no definite answer (R14)
   */
  async prepare(facts: readonly { readonly source: FactSource; readonly record: ConsumedRecord }[]): Promise<void> {
    await this.transitions.prepare(facts.filter(({ source }) => source.kind === 'transitions').map(({ record }) => record.value));
    for (const { source, record } of facts) {
      if (source.kind !== 'events' || !isFramed(record.value)) continue;
      const id = schemaIdOf(record.value);
      if (this.writers.has(id)) continue;
      const type = await this.registry.writerType(id).catch(asUndecodable);
      if (type !== undefined) this.writers.set(id, type);
    }
  }

  /** The record must have been through {@link prepare}. */
  read(source: FactSource, record: ConsumedRecord): Fact {
    const content = this.content(source, record);
    return { source, record, content: { ...content, causationId: content.causationId ?? headerText(record, 'ce_causationid') } };
  }

  private content(source: FactSource, record: ConsumedRecord): FactContent {
    if (source.kind === 'quarantine') return quarantined(record);
    const schemaId = isFramed(record.value) ? schemaIdOf(record.value) : null;
    try {
      return source.kind === 'transitions' ? { ...this.transition(record), schemaId } : { ...this.event(record), schemaId };
    } catch (error) {
      return { ...NOTHING, action: 'undecodable', sagaId: headerText(record, 'ce_sagaid'), sourceSequence: sourceSequence(source, record), schemaId, detail: bounded(messageOf(error)) };
    }
  }

  private transition(record: ConsumedRecord): FactContent {
    const transition = this.transitions.decode(record.value).value as SagaTransition;
    const steps = new Set(transition.events.flatMap(({ step }) => (step === null ? [] : [step])));
    return {
      ...NOTHING,
      action: bounded(transition.events.map(({ kind }) => kind).join('+')),
      sagaId: transition.sagaId,
      step: steps.size === 1 ? ([...steps][0] ?? null) : null,
      sourceSequence: transition.sequence,
      stateHashBefore: transition.stateHashBefore,
      stateHashAfter: transition.stateHashAfter,
      causationId: transition.cause.id === null ? null : bounded(transition.cause.id),
      detail: reasonOf(transition),
    };
  }

  private event(record: ConsumedRecord): FactContent {
    const schemaId = schemaIdOf(record.value);
    const type = this.writers.get(schemaId);
    if (type instanceof UndecodableValue) throw type;
    if (type?.name === undefined) throw new UndecodableValue('UNKNOWN_SCHEMA_ID', `The registry has no record with the schema id ${schemaId}.`);
    // Only to know that it can be read: what it says stays in the fact.
    type.fromBuffer((record.value as Buffer).subarray(HEADER_BYTES));
    return {
      ...NOTHING,
      action: type.name.slice(type.name.lastIndexOf('.') + 1),
      sagaId: headerText(record, 'ce_sagaid'),
      sourceSequence: headerSequence(record),
    };
  }
}

/** Events that somebody asked for, with the reason that was given. */
const ASKED_FOR: ReadonlySet<string> = new Set(['CancelAccepted', 'StepEdited', 'SagaMigrated']);

/** Why somebody acted on a saga, in the words that were given. */
function reasonOf({ events }: SagaTransition): string | null {
  const reasons = events.flatMap(({ kind, by, detail, failure }) => {
    if (kind === 'SagaTerminated') return failure === null ? [] : [failure.message];
    return detail !== null && (by === 'operator' || ASKED_FOR.has(kind)) ? [detail] : [];
  });
  return reasons.length === 0 ? null : bounded([...new Set(reasons)].join('; '));
}

/** Quarantined bytes may be anything: they are not looked into. The key is what a reader takes for the saga's id. */
function quarantined(record: ConsumedRecord): FactContent {
  const [code, reason, topic, partition, offset] = ['reason_code', 'reason', 'origin_topic', 'origin_partition', 'origin_offset'].map((name) => headerText(record, `onward_${name}`));
  return {
    ...NOTHING,
    action: 'quarantined',
    sagaId: record.key === null ? null : bounded(record.key.toString('utf8')),
    detail: bounded(`${code ?? 'no reason given'}: ${reason ?? ''} (from ${topic ?? '?'}/${partition ?? '?'} at ${offset ?? '?'})`),
  };
}

/** An event that cannot be decoded has its number all the same; a transition's number is inside it. */
function sourceSequence(source: FactSource, record: ConsumedRecord): number | null {
  return source.kind === 'events' ? headerSequence(record) : null;
}

function headerSequence(record: ConsumedRecord): number | null {
  const text = headerText(record, 'ce_sequence');
  const sequence = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : null;
}

function isFramed(value: Buffer | null): value is Buffer {
  return value !== null && value.length >= HEADER_BYTES && value[0] === 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asUndecodable(error: unknown): UndecodableValue {
  if (error instanceof UndecodableValue) return error;
  throw error;
}
