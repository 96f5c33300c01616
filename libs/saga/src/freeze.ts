/**
 * Freezes a recorded value in depth. User functions read recorded values; one that changed them in place would make the
 * live state differ from the fold of its events, so it throws instead and parks its saga.
 */
export function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  // Typed arrays and Buffers cannot be frozen; a plan's functions get them as they are.
  if (ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
