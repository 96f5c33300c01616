import { ExitCode } from './exit-code.js';

/** Ends the command: one sentence for the person who typed it, and an exit status for the script that did. */
export class CliError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: ExitCode = ExitCode.error,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CliError';
  }
}
