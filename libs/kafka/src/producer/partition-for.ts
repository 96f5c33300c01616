const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** murmur2 as the Java client computes it (`org.apache.kafka.common.utils.Utils.murmur2`), a signed 32-bit number. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const tail = length - at;
  if (tail >= 3) hash ^= bytes[at + 2]! << 16;
  if (tail >= 2) hash ^= bytes[at + 1]! << 8;
  if (tail >= 1) hash = Math.imul(hash ^ bytes[at]!, M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** The partition of a key, as the Java client and kafkajs choose it. */
export function partitionFor(key: Uint8Array | string, partitionCount: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitionCount;
}
