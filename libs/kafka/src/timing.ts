/** Resolves after that long, or at once when the signal aborts. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener('abort', done);
  });
}

/** Whether the work ended within that long, well or not. It goes on if it did not. */
export function withinMs(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    const ended = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(ended, ended);
  });
}
