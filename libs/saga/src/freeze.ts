/**
 * Freezes a recorded value in depth. User functions read recorded values; one that changed them in place would make the
 * live state differ from the fold of its events, so it throws instead and parks its saga.
 */
export function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  // Typed arrays and Buffers cannot be frozen; a plan's functions get them as they are.
  if (ArrayBuffer.isView(value)) return;
  // Parts first: reading the fields of a frozen object is slow.
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key];
    if (typeof part === 'object' && part !== null) freeze(part);
  }
  Object.freeze(value);
}
