import type { ConsumedRecord } from '../consumer/record.js';
import { UnreadableRecord } from '../consumer/unreadable-record.js';
import type { OutboundRecord } from '../producer/outbound-record.js';
import { quarantineRecord, type QuarantineReason, type QuarantineTarget } from './quarantine-record.js';

/** Inputs, sorted. */
export interface Sorted {
  readonly sound: readonly ConsumedRecord[];
  /** To be written with what the sound ones give. */
  readonly quarantined: readonly OutboundRecord[];
}

type Told = (record: ConsumedRecord, reason: QuarantineReason) => readonly OutboundRecord[] | undefined | void;

/** What a reader cannot work off: batches that cannot be read, and inputs that were found to fail on their own (R10). */
export class Quarantine {
  readonly #target: QuarantineTarget;
  readonly #told: Told;
  /** By topic/partition/offset. */
  readonly #condemned = new Map<string, QuarantineReason>();
  /** By topic/partition: whichever input comes next. */
  readonly #condemnedNext = new Map<string, QuarantineReason>();

  /** @param told called for every record that is sorted out, and gives what is to be written beside it */
  constructor(target: QuarantineTarget, told: Told = () => undefined) {
    this.#target = target;
    this.#told = told;
  }

  /** When this input comes again, it is sorted out. */
  condemn(record: ConsumedRecord, reason: QuarantineReason): void {
    this.#condemned.set(nameOf(record), reason);
  }

  /** The next input of this topic and partition is sorted out. */
  condemnNext(topic: string, partition: number, reason: QuarantineReason): void {
    this.#condemnedNext.set(`${topic}/${partition}`, reason);
  }

  /** The partition is gone: whoever opens it learns what is condemned. */
  closed(partition: number): void {
    for (const name of this.#condemnedNext.keys()) if (name.endsWith(`/${partition}`)) this.#condemnedNext.delete(name);
  }

  /** Those that were sorted out are committed: they do not come again. */
  committed(): void {
    this.#condemned.clear();
  }

  sort(records: readonly ConsumedRecord[]): Sorted {
    const quarantined: OutboundRecord[] = [];
    const sound = records.filter((record) => {
      const reason = this.#reasonFor(record);
      if (reason === undefined) return true;
      quarantined.push(quarantineRecord(record, reason, this.#target));
      quarantined.push(...(this.#told(record, reason) ?? []));
      return false;
    });
    return { sound, quarantined };
  }

  #reasonFor(record: ConsumedRecord): QuarantineReason | undefined {
    if (record instanceof UnreadableRecord) return { code: record.error.code, message: record.error.message };
    const next = `${record.topic}/${record.partition}`;
    const reason = this.#condemnedNext.get(next);
    if (reason !== undefined) {
      this.#condemnedNext.delete(next);
      this.condemn(record, reason);
    }
    return this.#condemned.size === 0 ? undefined : this.#condemned.get(nameOf(record));
  }
}

function nameOf({ topic, partition, offset }: ConsumedRecord): string {
  return `${topic}/${partition}/${offset}`;
}
