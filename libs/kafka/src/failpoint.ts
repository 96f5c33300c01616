/**
 * Named places at the commit edges where a test may kill the process as `kill -9` would.
 *
 * Compiled in everywhere; armed only by the environment: `ONWARD_FAILPOINT=<name>[:<nth>]` kills at the nth (default first) passing
 * of that place.
 *
 * - `after-poll`, `after-fold`: a lane has taken a batch; has folded it.
 * - `after-produce`: records and offsets of a transaction are written, its end is not asked for.
 * - `after-end-txn`: it is committed, and nobody was told.
 * - `before-store-write`, `after-store-write`: around what the processor does then.
 * - `after-handle`, `after-replies`, `after-offset-commit`: a participant has committed its effects; has replied; has moved on.
 */
export type FailpointName =
  | 'after-poll'
  | 'after-fold'
  | 'after-produce'
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
