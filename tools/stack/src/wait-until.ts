import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:net';

const POLL_MS = 50;

/**
 * Polls until `probe` answers true.
 * @throws Error after `timeoutMs`, naming `what`; the signal's reason when it is aborted.
 */
export async function waitUntil(what: string, timeoutMs: number, signal: AbortSignal, probe: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (await probe()) return;
    await delay(POLL_MS);
  }
  throw new Error(`${what} did not happen within ${timeoutMs} ms`);
}

/** Whether something accepts connections on a loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => socket.destroy() && resolve(true));
    socket.once('error', () => resolve(false));
  });
}
