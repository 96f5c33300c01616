import { canBeCopied, partitionFor, UndecodableValue, type ConsumedRecord, type ValueDecoder } from '@onward/kafka';
import type { Plan, SagaInput } from '@onward/saga';
import { commandInput } from './command-input.js';
import { textHeader, Unacceptable } from './headers.js';
import { OriginJudge, type RecordOrigin } from './origin.js';
import type { PlanCatalogue } from './plan-catalogue.js';
import { replyInput } from './reply-input.js';
import { SAGA_ID_BYTES_MAX, sagaIdOf } from './saga-id.js';

/** It never can be processed. */
export interface Unusable {
  readonly kind: 'quarantine';
  readonly code: string;
  readonly reason: string;
  /** `undefined` where that is what is wrong with it. */
  readonly origin: RecordOrigin | undefined;
}

/** A record at its saga's home partition, its value not looked at yet. */
export interface AtHome {
  readonly kind: 'home';
  readonly sagaId: string;
  /** The record's `ce_id`. */
  readonly id: string;
  readonly origin: RecordOrigin;
  readonly traceparent: string | undefined;
}

/** Where a consumed record belongs. */
export type Located = AtHome | { readonly kind: 'forward'; readonly partition: number; readonly origin: RecordOrigin } | Unusable;

/** What a record at home says. `plan` is the plan of a start; other inputs take their saga's. */
export type Inbound = { readonly kind: 'input'; readonly input: SagaInput; readonly plan: Plan | undefined } | Unusable;

/** What a record says, wherever it stands. */
export type RecordContent = Pick<ConsumedRecord, 'headers' | 'value'>;

/** Reads records into inputs of the saga engine. Total: what it cannot read, it gives back with the reason. */
export class InboundReader {
  constructor(
    private readonly judge: OriginJudge,
    private readonly decoder: ValueDecoder,
    private readonly plans: PlanCatalogue,
    private readonly partitionCount: number,
  ) {}

  /** Where a record belongs, by its topic and key alone. */
  locate(record: ConsumedRecord): Located {
    const located = this.locateDeferred(record);
    if (located.kind !== 'home') return located;
    const { origin } = located;
    const home = partitionFor(record.key as Buffer, this.partitionCount);
    if (home === record.partition) return located;
    if (origin.forwarded) return unusable('FORWARDED_ASTRAY', `The record was forwarded to partition ${record.partition} and belongs on ${home}.`, origin);
    if (!canBeCopied(record)) return unusable('RECORD_TOO_LARGE', `The record belongs on partition ${home} and is too large to be forwarded there.`, origin);
    return { kind: 'forward', partition: home, origin };
  }

  /** As {@link locate}, of a record that was at home when it was put aside. */
  locateDeferred(record: ConsumedRecord): AtHome | Unusable {
    const origin = this.judge.originOf(record);
    if (origin === undefined) return unusable('ORIGIN_MISSING', 'The record does not say on which topic it was published, or no such topic is an input.', origin);
    const sagaId = sagaIdOf(record.key);
    if (sagaId === undefined) {
      return unusable('KEY_INVALID', `The record's key must be the saga's id: 1 to ${SAGA_ID_BYTES_MAX} bytes of UTF-8 without control characters.`, origin);
    }
    const id = textHeader(record, 'ce_id') ?? `${origin.topic}/${origin.partition}/${origin.offset}`;
    return { kind: 'home', sagaId, id, origin, traceparent: textHeader(record, 'traceparent') };
  }

  /** Learns the schema of a record that is none of the batch's. @throws RegistryUnavailable */
  async prepare({ value }: RecordContent): Promise<void> {
    await this.decoder.prepare([value]);
  }

  /**
   * What a record says. The decoder must be prepared for its value.
   * @throws RegistryUnavailable when a value inside the value cannot be read for now
   */
  async read(record: RecordContent, { sagaId, id, origin }: AtHome): Promise<Inbound> {
    try {
      const decoded = this.decoder.decode(record.value);
      const { sender } = origin;
      if (sender.kind === 'participant') return { kind: 'input', input: replyInput(record, sagaId, sender.name, decoded), plan: undefined };
      return { kind: 'input', ...(await commandInput({ record, sagaId, commandId: id, sender, decoded }, this.plans, this.decoder)) };
    } catch (error) {
      if (error instanceof Unacceptable || error instanceof UndecodableValue) return unusable(error.code, error.message, origin);
      throw error;
    }
  }
}

function unusable(code: string, reason: string, origin: RecordOrigin | undefined): Unusable {
  return { kind: 'quarantine', code, reason, origin };
}
