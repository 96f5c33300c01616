import type { AnyRecord, TypedValue } from './contract.js';

/**
 * How values inside records become bytes. The engine knows no registry: whoever runs it brings the codec, and the bytes
 * it makes are whole values in the registry's wire format.
 */
export interface ValueCodec {
  readonly encode: (type: AnyRecord, value: unknown) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => TypedValue;
}

/** Epoch microseconds, as records hold times (Avro `timestamp-micros`), of epoch milliseconds. */
export function micros(ms: number): number {
  return ms * 1000;
}

/** Epoch milliseconds of epoch microseconds. */
export function millis(timeMicros: number): number {
  return timeMicros / 1000;
}
