import type { SagaState } from '@onward/saga';
import type { Evidence, EventSeen, PlaceSeen, TransitionSeen, Violation } from '../checker/evidence.js';
import type { Family } from '../plans/pool.js';
import type { PlanSpec } from '../plans/spec.js';
import { readTransition, refold, sha256 } from '../stage/history-codec.js';

interface Recorded {
  readonly history: readonly { readonly sagaId: string; readonly bytes: Buffer }[];
  readonly stateLog: readonly (readonly { readonly sagaId: string; readonly bytes: Buffer }[])[];
}

/** What clients can start: every saga type in its first version, the newest one is chosen by who takes the start. */
export function startable(ran: Family): PlanSpec[] {
  return ran.plans.map(({ spec }) => spec).filter(({ asChild, version }) => !asChild && version === 1);
}

/**
 * The histories and states of a run as the checker reads them: everything goes through its recorded bytes, and every history
 * is folded anew.
 *
 * @param forwarded - where an input went that had arrived on another partition, by `topic/partition/offset`
 */
export function gatherHistories(
  { history, stateLog }: Recorded,
  sagas: ReadonlyMap<string, SagaState>,
  ran: Family,
  forwarded: ReadonlyMap<string, PlaceSeen>,
): { readonly histories: Pick<Evidence, 'transitions' | 'states' | 'stateHashes'>; readonly folding: Violation[] } {
  const transitions: TransitionSeen[] = [];
  const states: Evidence['states'][number][] = [];
  const folding: Violation[] = [];
  const stateHashes = new Map<string, string[]>();
  const last = new Map<string, string>();
  for (const { sagaId, bytes } of stateLog.flat()) {
    const hash = sha256(bytes).toString('hex');
    const hashes = stateHashes.get(sagaId);
    if (hashes === undefined) stateHashes.set(sagaId, [hash]);
    else hashes.push(hash);
    last.set(sagaId, hash);
  }
  for (const [sagaId, logged] of Map.groupBy(history, ({ sagaId: id }) => id)) {
    const records = logged.map(({ bytes }) => readTransition(bytes));
    try {
      const folded = refold(records, (name, version) => ran.plans.find(({ plan }) => plan.name === name && plan.version === version)?.plan);
      folded.transitions.forEach((transition, n) => {
        const record = records[n] as (typeof records)[number];
        const { origin, kind } = transition.cause;
        const place = origin === null ? null : (forwarded.get(`${origin.topic}/${origin.partition}/${origin.offset}`) ?? origin);
        transitions.push({
          ...transition,
          cause: { kind, place },
          events: transition.events as unknown as readonly EventSeen[],
          hashBefore: record.stateHashBefore === null ? null : hex(record.stateHashBefore),
          hashAfter: record.stateHashAfter === null ? '' : hex(record.stateHashAfter),
        });
      });
      const state = sagas.get(sagaId);
      states.push({ sagaId, hash: last.get(sagaId) ?? '', refolded: sha256(folded.bytes).toString('hex'), closed: state?.kind === 'closed', outcome: state?.kind === 'closed' ? state.outcome : null });
    } catch (error) {
      folding.push({ rule: 'I4', sagaId, text: `Its history cannot be folded: ${(error as Error).message}` });
    }
  }
  return { histories: { transitions, states, stateHashes }, folding };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
