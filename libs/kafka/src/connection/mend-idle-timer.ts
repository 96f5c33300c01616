import type { KafkajsRequestQueue } from './kafkajs.js';

/**
 * kafkajs arms a timer after every answer, also when nothing is pending, with a delay in the past; when it fires it arms the next
 * one: an idle connection wakes up every millisecond (about 5 % of a core) and Node warns of a negative timeout.
 * A timer is only of use while requests are held back by a quota.
 */
export function stopIdleTimer(queue: KafkajsRequestQueue): void {
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length === 0 || queue.throttleCheckTimeoutId !== null) return;
    queue.throttleCheckTimeoutId = setTimeout(
      () => {
        queue.throttleCheckTimeoutId = null;
        queue.checkPendingRequests();
      },
      Math.max(queue.throttledUntil - Date.now(), 1),
    );
  };
}
