import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';

/**
 * Reads the JSON object of a command from a file, or from standard input when the path is `-`.
 * @throws CliError (exit status 2) `FILE_UNREADABLE`, `FILE_NOT_JSON`
 */
export function readCommandFile(path: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new CliError('FILE_UNREADABLE', `Cannot read ${path}: ${reason}.`, ExitCode.invalid, { cause });
  }
  return parseFields(content, path);
}

/**
 * The JSON object of a command.
 * @param source - where the text is from, for the message
 * @throws CliError (exit status 2) `FILE_NOT_JSON`
 */
export function parseFields(content: string, source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new CliError('FILE_NOT_JSON', `${source} is not JSON: ${(cause as Error).message}.`, ExitCode.invalid, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliError('FILE_NOT_JSON', `${source} must hold one JSON object, the command's fields.`, ExitCode.invalid);
  }
  return value as Record<string, unknown>;
}
