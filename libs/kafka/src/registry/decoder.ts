import type { RecordType } from '@onward/contracts';
import type avro from 'avsc';
import { UndecodableValue } from './errors.js';
import type { AvroRegistry } from './schema-registry.js';
import { HEADER_BYTES, schemaIdOf } from './wire-format.js';

/** A value as its reader knows it. */
export interface DecodedValue {
  readonly type: RecordType<unknown>;
  /** Id of the schema it was written with. */
  readonly schemaId: number;
  readonly value: unknown;
}

type Reading = { readonly type: RecordType<unknown>; readonly resolver: ReturnType<avro.Type['createResolver']> } | UndecodableValue;

/**
 * Reads values of any of a set of records, in whatever compatible version they were written.
 * {@link prepare} asks the registry, {@link decode} never does: so folding a batch does not wait.
 */
export class ValueDecoder {
  readonly #byName: ReadonlyMap<string, RecordType<unknown>>;
  readonly #byId = new Map<number, Reading>();

  constructor(
    private readonly registry: AvroRegistry,
    types: readonly RecordType<unknown>[],
  ) {
    this.#byName = new Map(types.map((t) => [t.name, t]));
  }

  /**
   * Learns the schemas of all these values.
   * @throws RegistryUnavailable when one is not known and the registry gives no definite answer: wait and call again (R14).
   */
  async prepare(values: Iterable<Buffer | null>): Promise<void> {
    const ids = new Set<number>();
    for (const value of values) {
      // A value without a schema id is for decode() to refuse.
      if (value !== null && value.length >= HEADER_BYTES && value[0] === 0) ids.add(value.readInt32BE(1));
    }
    for (const id of ids) {
      if (!this.#byId.has(id)) await this.#learn(id);
    }
  }

  /**
   * The value, read with this process's schema.
   * @throws UndecodableValue when it never will be readable. The value must have been through {@link prepare}.
   */
  decode(bytes: Buffer | null): DecodedValue {
    const schemaId = schemaIdOf(bytes);
    const reading = this.#byId.get(schemaId);
    if (reading === undefined) throw new UndecodableValue('UNKNOWN_SCHEMA_ID', `The registry has no schema with the id ${schemaId}.`);
    if (reading instanceof UndecodableValue) throw reading;
    try {
      return { type: reading.type, schemaId, value: reading.type.avro.fromBuffer((bytes as Buffer).subarray(HEADER_BYTES), reading.resolver) as unknown };
    } catch (cause) {
      // avsc throws RangeError, TypeError or Error on truncated, overlong or mistyped bytes: each means the same here.
      throw new UndecodableValue('NOT_THIS_AVRO', `The bytes after schema id ${schemaId} are not a ${reading.type.name}: ${(cause as Error).message}.`, { cause });
    }
  }

  /**
   * Reads something with values inside it, whose schemas become known only on the way: those that are missing are asked for, and
   * the reading begins again.
   *
   * @throws what `read` throws; RegistryUnavailable
   */
  async nested<T>(read: (decode: (bytes: Buffer) => DecodedValue) => T): Promise<T> {
    const asked = new Set<number>();
    for (;;) {
      let missing: Buffer | undefined;
      try {
        return read((bytes) => {
          if (!this.#byId.has(schemaIdOf(bytes))) missing = bytes;
          return this.decode(bytes);
        });
      } catch (error) {
        if (missing === undefined || asked.has(schemaIdOf(missing))) throw error;
        asked.add(schemaIdOf(missing));
        await this.prepare([missing]);
      }
    }
  }

  async #learn(id: number): Promise<void> {
    try {
      const writer = await this.registry.writerType(id);
      // Not kept: the registry remembers a definite "no such id" for a while, and may learn it later.
      if (writer !== undefined) this.#byId.set(id, this.#reading(id, writer));
    } catch (error) {
      if (!(error instanceof UndecodableValue)) throw error;
      this.#byId.set(id, error);
    }
  }

  #reading(id: number, writer: avro.Type): Reading {
    const type = writer.name === undefined ? undefined : this.#byName.get(writer.name);
    if (type === undefined) {
      return new UndecodableValue('UNEXPECTED_TYPE', `Schema ${id} is ${writer.name ?? 'not a record'}; here belongs one of ${[...this.#byName.keys()].join(', ')}.`);
    }
    try {
      return { type, resolver: type.avro.createResolver(writer) };
    } catch (cause) {
      return new UndecodableValue('INCOMPATIBLE_SCHEMA', `Schema ${id} cannot be read as ${type.name}: ${(cause as Error).message}.`, { cause });
    }
  }
}
