import { Reader, Writer } from './wire.js';

/** One request of one API version and the way to read its answer. Error codes in the answer are left to the caller. */
export interface ApiCall<T> {
  readonly apiName: string;
  readonly apiKey: number;
  readonly apiVersion: number;
  /** What is asked for, as it was given: the in-memory twin answers it without its bytes. */
  readonly request: unknown;
  /** The body, and before it the tagged fields that make a version-1 request header a version-2 one. */
  encode(): Buffer;
  /** Reads what follows the correlation id. Throws `RangeError` on malformed bytes. */
  decode(payload: Buffer): T;
  /** How long the broker may hold the request beyond the client's request timeout: joins and long polls. Default 0. */
  readonly heldMs?: number;
}

/** What every answer carries: how long the broker asks the client to pause (KIP-219). */
export interface Throttled {
  readonly throttleMs: number;
}

interface FlexibleCall<T> {
  apiName: string;
  apiKey: number;
  apiVersion: number;
  request: unknown;
  write: (writer: Writer) => unknown;
  read: (reader: Reader) => T;
  /** ApiVersions alone is answered with header version 0, which has no tagged fields (KIP-511). Default true. */
  headerTags?: boolean;
  heldMs?: number;
}

/** A call in a flexible version (KIP-482): `write` and `read` leave the tagged fields at the end of the body to this frame. */
export function flexibleCall<T>(call: FlexibleCall<T>): ApiCall<T> {
  const { apiName, apiKey, apiVersion, request, write, read, headerTags = true, heldMs = 0 } = call;
  return {
    apiName,
    apiKey,
    apiVersion,
    request,
    heldMs,
    encode: () => {
      const writer = new Writer().noTags();
      write(writer);
      return writer.noTags().toBuffer();
    },
    decode: (payload) => {
      const reader = new Reader(payload);
      if (headerTags) reader.tags();
      const result = read(reader);
      reader.end();
      return result;
    },
  };
}
