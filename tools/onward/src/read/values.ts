import { HEADER_BYTES, UndecodableValue, schemaIdOf, type AvroRegistry, type ConsumedRecord } from '@onward/kafka';

/** A value as it was written, whatever record it is. */
export interface AnyValue {
  /** Avro full name of the record. */
  readonly recordName: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads a value with the schema it was written with: for records that this program need not know beforehand.
 *
 * @throws UndecodableValue; RegistryUnavailable
 */
export async function readAnyValue(registry: AvroRegistry, bytes: ConsumedRecord['value']): Promise<AnyValue> {
  const schemaId = schemaIdOf(bytes);
  const type = await registry.writerType(schemaId);
  if (type === undefined) throw new UndecodableValue('UNKNOWN_SCHEMA_ID', `The registry has no schema with the id ${schemaId}.`);
  return { recordName: type.name ?? '', value: type.fromBuffer((bytes as Buffer).subarray(HEADER_BYTES)) as Readonly<Record<string, unknown>> };
}
