/** Deadlock, serialization failure, lock timeout, a unique key taken meanwhile: the same transaction may succeed when tried again. */
const CONTENTION = new Set(['40P01', '40001', '55P03', '23505']);
/** Connection lost, resources, shutdown, idle-in-transaction timeout, system error: nothing about the statement itself. */
const UNAVAILABLE = /^(08|53|57|58|25P03)/;

/** The five-character SQLSTATE, when the server answered with one. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object) ? code : undefined;
}

export function isContention(error: unknown): boolean {
  return CONTENTION.has(sqlStateOf(error) ?? '');
}

/** Whether PostgreSQL answered that it cannot be worked with now, rather than that the statement is wrong. */
export function isUnavailable(error: unknown): boolean {
  return UNAVAILABLE.test(sqlStateOf(error) ?? '');
}
