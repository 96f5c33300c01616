import type { Plan } from '../plan/plan.js';

/** What the name of a snapshot's record says. */
export interface SnapshotName {
  readonly domain: string;
  readonly sagaType: string;
  readonly planVersion: number;
}

/**
 * Avro full name of a plan's snapshots, such as `onward.orders.snapshot.PlaceOrderV1`. It names domain, saga type and
 * version so that whoever lacks the plan can tell: a word that begins with a digit is set off by an underscore
 * (`retry-3-times` is `Retry_3Times`), which makes the way back unambiguous.
 */
export function snapshotName({ domain, name, version }: Pick<Plan, 'domain' | 'name' | 'version'>): string {
  const words = name.split('-').map((word) => (/^[0-9]/.test(word) ? `_${word}` : word.slice(0, 1).toUpperCase() + word.slice(1)));
  return `onward.${domain}.snapshot.${words.join('')}V${version}`;
}

/** What a snapshot's record name says; `undefined` for the name of another record. */
export function parseSnapshotName(recordName: string): SnapshotName | undefined {
  const [, domain, words, version] = /^onward\.(\w+)\.snapshot\.(\w+)V(\d+)$/.exec(recordName) ?? [];
  if (domain === undefined || words === undefined || version === undefined) return undefined;
  const sagaType = words.replace(/_|(?<!^)(?=[A-Z])/g, '-').toLowerCase();
  return { domain, sagaType, planVersion: Number(version) };
}
