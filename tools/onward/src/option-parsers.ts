import { InvalidArgumentError } from 'commander';
import { parseDurationMs } from './text/time.js';

/** A whole number from 1 up, for commander. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return Number(text);
}

/** A duration above zero in milliseconds, for commander. */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Write it as 500ms, 30s, 5m or 1h.');
  return ms;
}
