import type { IgnoredReason } from '../events.js';
import type { Draft } from './draft.js';

/** Records an input that makes no sense, with the reason. */
export function ignore(draft: Draft, reason: IgnoredReason, detail: string): void {
  draft.emit({ kind: 'InputIgnored', reason, detail });
}
