/** `2026-03-01 09:30:00.250`: UTC, since histories of several machines are read side by side. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '');
}

/** `+0.250s` since a start; `+2m05.000s`, `+3h02m05.000s` for long ones. */
export function elapsed(ms: number): string {
  const seconds = (ms / 1000) % 60;
  const minutes = Math.floor(ms / 60_000) % 60;
  const hours = Math.floor(ms / 3_600_000);
  const secondsText = seconds.toFixed(3);
  if (hours > 0) return `+${hours}h${String(minutes).padStart(2, '0')}m${secondsText.padStart(6, '0')}s`;
  return minutes > 0 ? `+${minutes}m${secondsText.padStart(6, '0')}s` : `+${secondsText}s`;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `30s`, `5m`, `1h`, or of a plain number of seconds; undefined for anything else. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * (UNITS_MS[match[2] ?? 's'] ?? 1_000);
}
