import { ConnectionSettings } from './connection/connection.js';
import { streamOutput, type Output } from './output.js';
import type { ExitCode } from './exit-code.js';

/** What a command gets from the process it runs in. */
export interface ProcessParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** The checkout that the program is part of. */
  readonly home?: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What every command works with. */
export interface CliContext {
  readonly settings: ConnectionSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder it was called in. */
  readonly folder: string;
  output(options: GlobalOptions): Output;
  /** The exit status of a command that ran and has something to say by it. */
  exitCode: ExitCode;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

export function createContext(parts: ProcessParts): CliContext {
  return {
    settings: new ConnectionSettings(parts.environment, parts.folder, parts.home),
    environment: parts.environment,
    folder: parts.folder,
    output: (options) => streamOutput(options.json ?? false, parts.stdout, parts.stderr),
    exitCode: 0,
  };
}
