/**
 * A number in [0, 1) that depends on the text alone: FNV-1a over its UTF-16 code units, finished with the mixer of
 * MurmurHash3 (fmix32) because FNV's low avalanche would give neighbouring attempts neighbouring numbers.
 */
export function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
