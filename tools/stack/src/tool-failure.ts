import { StackError } from './stack-error.js';

/** What to say when a program that should run to its end did not, given all that it printed. */
export function toolFailure(what: string, output: string, cause: unknown): StackError {
  if (/No space left on device|ENOSPC/.test(output)) {
    return new StackError('STACK_DISK_FULL', `${what} failed because the disk is full: free some space and start again.`, { cause });
  }
  return new StackError('STACK_PROCESS_FAILED', `${what} failed:\n${output.trimEnd()}`, { cause });
}
