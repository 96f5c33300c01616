/** An assertion of the test kit did not hold. Framework-free: every runner shows its message. */
export class SagaExpectationError extends Error {
  override readonly name = 'SagaExpectationError';
  readonly code = 'SAGA_EXPECTATION';
}

/** Says where a value is not as expected: parts that are not mentioned may be anything, lists have to be complete. */
export function differences(expected: unknown, actual: unknown, at = ''): readonly string[] {
  const wrong = [`${at === '' ? 'value' : at}: expected ${shown(expected)}, got ${shown(actual)}`];
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual) ? [] : wrong;
  if (typeof actual !== 'object' || actual === null) return wrong;
  if (ArrayBuffer.isView(expected)) return shown(expected) === shown(actual) ? [] : wrong;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return wrong;
    return expected.flatMap((part, index) => differences(part, actual[index], `${at}[${index}]`));
  }
  return Object.entries(expected).flatMap(([key, part]) =>
    differences(part, (actual as Readonly<Record<string, unknown>>)[key], at === '' ? key : `${at}.${key}`),
  );
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    return ArrayBuffer.isView(part) ? `bytes ${Array.from(part as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join('')}` : part;
  });
}
