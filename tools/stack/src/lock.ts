import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Layout } from './layout.js';
import { writePrivate } from './secrets.js';
import { StackError } from './stack-error.js';
import { waitUntil } from './wait-until.js';

/** A process, told from a later one with the same id by when it started. */
interface Identified {
  readonly pid: number;
  readonly startedAt: string;
}

interface Lock {
  readonly launcher: Identified;
  readonly reaper: Identified;
}

const REAPER_TIMEOUT_MS = 30_000;

/**
 * Takes a stack's folder for this process. If the last launcher was killed, waits until its reaper has ended what was left.
 * @throws StackError `STACK_ALREADY_RUNNING`
 */
export async function takeLock(layout: Layout, reaperPid: number, onProgress: (text: string) => void): Promise<void> {
  const last = await readLock(layout);
  if (last !== undefined && isAlive(last.launcher)) {
    throw new StackError('STACK_ALREADY_RUNNING', `A stack already runs in ${layout.dir} (process ${last.launcher.pid}): stop it, or give another folder with --dir.`);
  }
  if (last !== undefined && isAlive(last.reaper)) {
    onProgress('waiting for the processes of the last run to end');
    await waitUntil('the end of the last run', REAPER_TIMEOUT_MS, new AbortController().signal, async () => !isAlive(last.reaper));
  }
  const lock: Lock = { launcher: identify(process.pid), reaper: identify(reaperPid) };
  await writePrivate(layout.lockFile, JSON.stringify(lock));
}

export async function releaseLock(layout: Layout): Promise<void> {
  await rm(layout.lockFile, { force: true });
}

async function readLock(layout: Layout): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(layout.lockFile, 'utf8')) as Lock;
  } catch {
    return undefined;
  }
}

function identify(pid: number): Identified {
  return { pid, startedAt: startTime(pid) };
}

function isAlive({ pid, startedAt }: Identified): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startTime(pid) === startedAt;
}

/** Clock ticks since boot at which a process started (proc(5), field 22 of stat); empty where there is no /proc. */
function startTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
