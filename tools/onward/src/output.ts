/** Where a command writes: people's text or, with `--json`, one JSON object a line. */
export interface Output {
  readonly json: boolean;
  /** A line of the answer: text for people, or nothing under `--json`. */
  text(line: string): void;
  /** A JSON object of the answer: nothing without `--json`. */
  object(value: unknown): void;
  /** A line that is not the answer (progress, warnings). */
  note(line: string): void;
}

/** Output over the process's own streams. */
export function streamOutput(json: boolean, stdout: { write(text: string): unknown }, stderr: { write(text: string): unknown }): Output {
  return {
    json,
    text: (line) => void (json || stdout.write(`${line}\n`)),
    object: (value) => void (json && stdout.write(`${JSON.stringify(value, jsonValue)}\n`)),
    note: (line) => void stderr.write(`${line}\n`),
  };
}

/** Offsets are bigint and hashes are bytes: decimal text and hexadecimal text in JSON. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const bytes = value as { type?: unknown; data?: unknown } | null;
  if (typeof bytes === 'object' && bytes?.type === 'Buffer' && Array.isArray(bytes.data)) return Buffer.from(bytes.data as number[]).toString('hex');
  return value;
}
