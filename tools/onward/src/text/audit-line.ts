import type { AuditEntry } from '@onward/contracts';
import { timestamp } from './time.js';

/** An audit entry in one line: number, time, who, what, which saga and step, where the fact stands. */
export function auditLine(entry: AuditEntry): string {
  const about = [entry.sagaId, entry.step].filter((part) => part !== null).join(' ');
  return [
    `#${entry.sequence}`.padEnd(8),
    timestamp(entry.factTime / 1000),
    entry.actor.padEnd(12),
    entry.action.padEnd(24),
    about,
    `[${entry.sourceTopic}/${entry.sourcePartition}@${entry.sourceOffset}]`,
    ...(entry.detail === null ? [] : [entry.detail]),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

/** An audit entry as JSON: times as RFC 3339 text, hashes as hexadecimal text. */
export function auditObject(entry: AuditEntry): Record<string, unknown> {
  const hex = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString('hex'));
  return {
    ...entry,
    factTime: new Date(entry.factTime / 1000).toISOString(),
    sequencedAt: new Date(entry.sequencedAt / 1000).toISOString(),
    stateHashBefore: hex(entry.stateHashBefore),
    stateHashAfter: hex(entry.stateHashAfter),
    factHash: hex(entry.factHash),
  };
}
