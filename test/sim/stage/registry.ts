import avro from 'avsc';
import type { AvroSchema } from '@onward/contracts';
import { hashOf } from '../random.js';

/** A schema registry in memory, for the whole process. Ids follow from the names: they are the same in every process. */
export class MemoryRegistry {
  private readonly ids = new Map<string, number>();
  private readonly types = new Map<number, avro.Type>();

  /** The id of a record's schema: from 1 on, the same for the same name. */
  idOf(type: { readonly name: string; readonly schema: AvroSchema }): number {
    const known = this.ids.get(type.name);
    if (known !== undefined) return known;
    const id = 1 + (hashOf(type.name) % 2_000_000_000);
    if (this.types.has(id)) throw new RangeError(`${type.name} and ${this.types.get(id)?.name} have the same id.`);
    this.types.set(id, avro.Type.forSchema(type.schema as avro.Schema));
    this.ids.set(type.name, id);
    return id;
  }

  typeOf(id: number): avro.Type | undefined {
    return this.types.get(id);
  }
}

export const registry = new MemoryRegistry();
const HEADER_BYTES = 5;

/** The wire format: a zero byte, the schema's id, the Avro binary. */
export function encodeRecord(type: { readonly name: string; readonly schema: AvroSchema }, value: unknown): Buffer {
  const id = registry.idOf(type);
  const body = (registry.typeOf(id) as avro.Type).toBuffer(value);
  const out = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  out[0] = 0;
  out.writeInt32BE(id, 1);
  body.copy(out, HEADER_BYTES);
  return out;
}

/** What {@link encodeRecord} wrote, with its record's name. */
export function decodeRecord(bytes: Uint8Array): { readonly type: string; readonly value: unknown } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = registry.typeOf(buffer.readInt32BE(1));
  if (type === undefined) throw new RangeError('No record has been registered under this id.');
  return { type: type.name ?? '?', value: type.fromBuffer(buffer.subarray(HEADER_BYTES)) as unknown };
}
