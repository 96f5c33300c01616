import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const POLL_MS = 500;

/**
 * Calls back once when the program that was asked to start the stack is gone. npm starts its scripts through a shell and neither
 * tells them when it is killed, so the nearest ancestor that is not a shell is watched. Without /proc nothing is watched.
 */
export function watchAncestor(onGone: () => void): void {
  const chain = ancestorsToFirstProgram();
  if (chain.length === 0) return;
  const timer = setInterval(() => {
    const unchanged = chain.every((pid, index) => parentOf(index === 0 ? process.pid : chain[index - 1]!) === pid);
    if (unchanged) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
}

function ancestorsToFirstProgram(): number[] {
  const chain: number[] = [];
  for (let pid = parentOf(process.pid); pid !== undefined && pid > 1; pid = parentOf(pid)) {
    chain.push(pid);
    if (!isShell(pid)) return chain;
  }
  return [];
}

/** The second field after the command name in /proc/<pid>/stat (proc(5)). */
function parentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isShell(pid: number): boolean {
  try {
    const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
    return ['sh', 'bash', 'dash', 'ash', 'zsh', 'busybox'].includes(basename(program));
  } catch {
    return false;
  }
}
