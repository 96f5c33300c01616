import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';
import { ErrorCode } from './error-codes.js';
import { Reader } from './wire.js';

export interface ApiVersionsAnswer extends Throttled {
  readonly errorCode: number;
  /** api key → the versions the broker speaks. */
  readonly apis: ReadonlyMap<number, { minVersion: number; maxVersion: number }>;
  /** feature → its finalized level (KIP-584). */
  readonly finalizedFeatures: ReadonlyMap<string, number>;
}

/** ApiVersions v3 (KIP-511, KIP-584). A broker that does not know v3 answers v0 with UNSUPPORTED_VERSION and nothing else that is read. */
export function apiVersionsCall(software: { name: string; version: string }): ApiCall<ApiVersionsAnswer> {
  const call = flexibleCall<ApiVersionsAnswer>({
    apiName: 'ApiVersions',
    apiKey: 18,
    apiVersion: 3,
    request: software,
    headerTags: false,
    write: (w) => w.string(software.name).string(software.version),
    read: (r) => {
      const errorCode = r.i16();
      const apis = new Map(
        r.array(() => {
          const entry = [r.i16(), { minVersion: r.i16(), maxVersion: r.i16() }] as const;
          r.tags();
          return entry;
        }),
      );
      const throttleMs = r.i32();
      let finalizedFeatures = new Map<string, number>();
      r.tags({ 2: (body) => { finalizedFeatures = readFeatures(body); } });
      return { errorCode, apis, throttleMs, finalizedFeatures };
    },
  });
  return {
    ...call,
    decode: (payload) =>
      new Reader(payload).i16() === ErrorCode.UNSUPPORTED_VERSION
        ? { errorCode: ErrorCode.UNSUPPORTED_VERSION, apis: new Map(), finalizedFeatures: new Map(), throttleMs: 0 }
        : call.decode(payload),
  };
}

function readFeatures(body: Reader): Map<string, number> {
  return new Map(
    body.array(() => {
      const name = body.string();
      const maxLevel = body.i16();
      body.i16(); // the lowest level
      body.tags();
      return [name, maxLevel] as const;
    }),
  );
}
