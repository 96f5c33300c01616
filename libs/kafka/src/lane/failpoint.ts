/**
 * Named places at the commit edges where a test may kill the process as `kill -9` would.
 *
 * Compiled in everywhere; armed only by the environment: `ONWARD_FAILPOINT=<name>[:<nth>]` kills at the nth (default
 * first) passing of that place.
 */
export type FailpointName =
  | 'after-poll'
  | 'after-fold'
  | 'after-produce'
  | 'before-end-txn'
  | 'after-end-txn'
  | 'before-store-write'
  | 'after-store-write'
  | 'after-handle'
  | 'after-replies'
  | 'after-offset-commit';

const [armed, nth = '1'] = (process.env['ONWARD_FAILPOINT'] ?? '').split(':');
let passesLeft = Number(nth);

export function failpoint(name: FailpointName): void {
  if (name !== armed) return;
  passesLeft -= 1;
  if (passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
