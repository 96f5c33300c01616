/** Longest saga id, in bytes of UTF-8: it is part of keys in the store and of idempotency keys at participants. */
export const SAGA_ID_BYTES_MAX = 200;

// A byte order mark is part of the id: the partition follows from the key's bytes, so the id must turn back into exactly these.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The saga id in a record's key; `undefined` when the key cannot be one. */
export function sagaIdOf(key: Buffer | null): string | undefined {
  if (key === null || key.length === 0 || key.length > SAGA_ID_BYTES_MAX) return undefined;
  try {
    const id = utf8.decode(key);
    // Control characters would let an id look like another one in logs and headers.
    return /[\u0000-\u001f\u007f]/.test(id) ? undefined : id;
  } catch {
    return undefined;
  }
}
