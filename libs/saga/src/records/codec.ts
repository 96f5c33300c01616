import type { AnyRecord, TypedValue } from '../contract.js';

/**
 * How values inside records become bytes. The engine knows no registry: whoever runs it brings the codec, and the bytes
 * it makes are whole values in the registry's wire format.
 *
 * It is asked for every record of a plan (`Plan.records`) and for the plan's snapshots (`snapshotRecord`): those stand in
 * a history where a saga has come to another version of its plan.
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

/** {@link micros} of a time that may be missing. */
export function microsOrNull(ms: number | null): number | null {
  return ms === null ? null : micros(ms);
}

/** {@link millis} of a time that may be missing. */
export function millisOrNull(timeMicros: number | null): number | null {
  return timeMicros === null ? null : millis(timeMicros);
}
