import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from './stack-error.js';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; a root user's stack runs it as `nobody`. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Whether `nobody` may not enter a folder on the way (a checkout under `/root`) and needs to be let through. */
  readonly behindClosedDoors: boolean;
}

/** How to start a program as someone. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Whom PostgreSQL runs as, given what it must reach. Undefined: as this user.
 * @throws StackError `STACK_PLATFORM_UNSUPPORTED` when this is root and no way is left
 */
export async function identityFor(paths: readonly string[]): Promise<Identity | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'nobody'])).stdout)));
  const open = await Promise.all(paths.map((path) => isOpenTo(uid!, dirname(path))));
  const behindClosedDoors = open.includes(false);
  if (behindClosedDoors) {
    await run('setpriv', ['--version']).catch((cause: unknown) => {
      throw new StackError('STACK_PLATFORM_UNSUPPORTED', `PostgreSQL does not run as root, and the user nobody may not enter ${paths.join(' or ')}: check the project out elsewhere, or start as another user.`, { cause });
    });
  }
  return { uid: uid!, gid: gid!, behindClosedDoors };
}

/** The same command as another user; with `setpriv`, which leaves it the right to pass closed folders, where there are any. */
export function runAs(identity: Identity | undefined, command: string, args: readonly string[]): Invocation {
  if (identity === undefined) return { command, args };
  const { uid, gid } = identity;
  if (!identity.behindClosedDoors) return { command, args, uid, gid };
  // The first lets access(2), which PostgreSQL asks about its own program, count the right too.
  const keep = ['--securebits=+no_setuid_fixup', '--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  return { command: 'setpriv', args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...keep, command, ...args] };
}

async function isOpenTo(uid: number, dir: string): Promise<boolean> {
  const { mode, uid: owner } = await stat(dir);
  const enters = owner === uid ? (mode & 0o100) !== 0 : (mode & 0o001) !== 0;
  return enters && (dir === '/' || (await isOpenTo(uid, dirname(dir))));
}
