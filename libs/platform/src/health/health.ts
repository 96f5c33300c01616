import type { Logger } from 'pino';

/** Resolves when the thing checked works; rejects (or throws) with why not. The reason goes to the log, never into an answer. */
export type HealthCheck = () => Promise<void> | void;

export interface Readiness {
  /** Where the service is in its life; it takes work only when `ready`. */
  readonly status: 'starting' | 'ready' | 'not-ready' | 'stopping';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
}

/** A check that takes longer counts as down. */
const CHECK_TIMEOUT_MS = 2_000;
/** The answer is open to everybody, so it must not be a way to hammer a database. */
const ANSWER_KEPT_MS = 500;

/** The named checks of a service, and where it is in its life: starting, then running, then stopping. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly lastSeen = new Map<string, 'up' | 'down'>();
  private phase: 'starting' | 'running' | 'stopping' = 'starting';
  private answer: { readonly sinceMs: number; readonly results: Promise<Record<string, 'up' | 'down'>> } | undefined;

  constructor(private readonly logger: Logger) {}

  /** Adds a check to `GET /health/ready`. The name is seen by everybody: a role ("kafka"), not an address. */
  register(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) throw new Error(`There are two health checks named ${name}: give one another name.`);
    this.checks.set(name, check);
    this.answer = undefined;
  }

  started(): void {
    if (this.phase === 'starting') this.phase = 'running';
  }

  stopping(): void {
    this.phase = 'stopping';
  }

  /** Runs the checks, or gives the answer of a moment ago. */
  async readiness(): Promise<Readiness> {
    const nowMs = performance.now();
    if (this.answer === undefined || nowMs - this.answer.sinceMs > ANSWER_KEPT_MS) {
      this.answer = { sinceMs: nowMs, results: this.runChecks() };
    }
    const checks = await this.answer.results;
    if (this.phase !== 'running') return { status: this.phase, checks };
    return { status: Object.values(checks).every((result) => result === 'up') ? 'ready' : 'not-ready', checks };
  }

  private async runChecks(): Promise<Record<string, 'up' | 'down'>> {
    const results = await Promise.all([...this.checks].map(async ([name, check]) => [name, await this.run(name, check)] as const));
    return Object.fromEntries(results);
  }

  private async run(name: string, check: HealthCheck): Promise<'up' | 'down'> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
    });
    try {
      await Promise.race([Promise.resolve().then(check), timeout]);
      if (this.lastSeen.get(name) === 'down') this.logger.info({ check: name }, 'a health check is up again');
      this.lastSeen.set(name, 'up');
      return 'up';
    } catch (error) {
      if (this.lastSeen.get(name) !== 'down') this.logger.warn({ check: name, err: error }, 'a health check is down');
      this.lastSeen.set(name, 'down');
      return 'down';
    } finally {
      clearTimeout(timer);
    }
  }
}
