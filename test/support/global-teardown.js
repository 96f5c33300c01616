import { rm } from 'node:fs/promises';

/** Stops and deletes the stack that the setup started, if it did. */
export default async function globalTeardown() {
  const own = globalThis.onwardTestStack;
  if (own === undefined) return;
  await own.stack.stop();
  await rm(own.dir, { recursive: true, force: true });
}
