import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells CPU time in hundredths of a second, whatever the kernel's own tick is (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

/** CPU seconds since their start, by name. */
export type CpuSeconds = Readonly<Record<string, number>>;

/**
 * CPU time, user and system, of processes with all their descendants, those that have ended included.
 * @param pids by name; a process that is gone counts 0
 */
export function cpuSeconds(pids: Readonly<Record<string, number>>): CpuSeconds {
  const stats = allStats();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of stats) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const ticksOf = (pid: number): number => (stats.get(pid)?.ticks ?? 0) + (children.get(pid) ?? []).reduce((sum, child) => sum + ticksOf(child), 0);
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, ticksOf(pid) / TICKS_PER_SECOND]));
}

/** What was used from one reading to the next. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

function allStats(): Map<number, { parent: number; ticks: number }> {
  const stats = new Map<number, { parent: number; ticks: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const text = readStat(entry);
    if (text === undefined) continue;
    // The command's name may hold spaces and brackets; the fields after its closing bracket are numbers from the third on.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    const field = (number: number): number => fields[number - 3] ?? 0;
    const [utime, stime, cutime, cstime] = [field(14), field(15), field(16), field(17)];
    stats.set(Number(entry), { parent: field(4), ticks: utime + stime + cutime + cstime });
  }
  return stats;
}

function readStat(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // It ended after the folder was listed.
  }
}
