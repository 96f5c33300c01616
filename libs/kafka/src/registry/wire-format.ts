import { UndecodableValue } from './errors.js';

/** Bytes before the Avro binary: magic 0, then the schema's id as INT32 big endian (Confluent wire format). */
export const HEADER_BYTES = 5;
const MAGIC = 0;

/** Puts the wire format's header before an Avro binary. */
export function frame(schemaId: number, avro: Buffer): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + avro.length);
  out.writeUInt8(MAGIC, 0);
  out.writeInt32BE(schemaId, 1);
  avro.copy(out, HEADER_BYTES);
  return out;
}

/** The schema id of a framed value. @throws UndecodableValue when there is no such header. */
export function schemaIdOf(value: Buffer | null): number {
  if (value === null) throw new UndecodableValue('VALUE_MISSING', 'The record has no value.');
  if (value.length < HEADER_BYTES || value[0] !== MAGIC) {
    throw new UndecodableValue('NOT_REGISTRY_FRAMED', `The value does not begin with the registry's wire format (a zero byte and a schema id); it has ${value.length} bytes.`);
  }
  return value.readInt32BE(1);
}
