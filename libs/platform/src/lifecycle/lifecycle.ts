import type { Logger } from 'pino';

/** How a service stops: what was opened last is closed first. */
export class Lifecycle {
  private readonly hooks: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];
  private stopped: Promise<boolean> | undefined;

  constructor(private readonly logger: Logger) {}

  /** Registers what closes something that was just opened. A hook must end by itself; those that come after it wait for it. */
  onStop(name: string, close: () => Promise<void> | void): void {
    this.hooks.push({ name, close });
  }

  /**
   * Closes everything, once: later calls give the first one's result.
   * A hook that fails is logged and the others still run.
   *
   * @returns whether everything closed within `timeoutMs`.
   */
  stop(timeoutMs: number): Promise<boolean> {
    this.stopped ??= this.closeAll(timeoutMs);
    return this.stopped;
  }

  private async closeAll(timeoutMs: number): Promise<boolean> {
    let clean = true;
    let running: string | undefined;
    const closing = (async () => {
      for (const hook of this.hooks.toReversed()) {
        running = hook.name;
        try {
          await hook.close();
        } catch (error) {
          clean = false;
          this.logger.error({ err: error, hook: hook.name }, 'something did not close');
        }
      }
      return true;
    })();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const ended = await Promise.race([closing, limit]);
    clearTimeout(timer);
    if (!ended) this.logger.error({ hook: running, timeoutMs }, 'stopping took too long: the rest is left as it is');
    return ended && clean;
  }
}
