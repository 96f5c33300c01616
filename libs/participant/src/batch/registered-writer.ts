import type { RecordType } from '@onward/contracts';
import { frame, subjectOf, type AvroRegistry, type TopicRecord } from '@onward/kafka';
import type { ValueWriter } from './reply-encoder.js';

/** Writes values with schemas that were registered at start, so that answering needs no registry (R14). */
export class RegisteredWriter implements ValueWriter {
  private constructor(private readonly ids: ReadonlyMap<string, number>) {}

  /** Registers the schemas of everything that may be written. @throws SchemaRefused, RegistryUnavailable */
  static async register(registry: AvroRegistry, records: readonly TopicRecord[]): Promise<RegisteredWriter> {
    const ids = await Promise.all(records.map(async ({ topic, type }) => [subjectOf(topic, type.name), await registry.register(topic, type)] as const));
    return new RegisteredWriter(new Map(ids));
  }

  write<T>(topic: string, type: RecordType<T>, value: T): Buffer {
    const id = this.ids.get(subjectOf(topic, type.name));
    if (id === undefined) throw new Error(`${type.name} does not belong on ${topic}. Declare it in the service's contract.yaml.`);
    return frame(id, type.encode(value));
  }
}
