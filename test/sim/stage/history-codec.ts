import { hash } from 'node:crypto';
import { ClosedSaga, SagaTransition } from '@onward/contracts';
import {
  foldTransition, fromMarker, fromSnapshot, fromTransitionRecord, snapshotRecord, toMarker, toSnapshot, toTransitionRecord,
  type Plan, type SagaState, type SnapshotRecord, type Transition, type TransitionRecord, type ValueCodec,
} from '@onward/saga';
import { decodeRecord, encodeRecord } from './registry.js';

/** Values inside records, and whole snapshots, in the registry's wire format. */
export const values: ValueCodec = { encode: (type, value) => encodeRecord(type, value), decode: decodeRecord };

/** The bytes of a state record. */
export function encodeState(plan: Plan, state: SagaState): Buffer {
  return state.kind === 'closed' ? encodeRecord(ClosedSaga, toMarker(plan, state, values)) : encodeRecord(snapshotRecord(plan), toSnapshot(plan, state, values));
}

/**
 * The state in a state record.
 *
 * @param find - the plan of a snapshot, by the record's name
 */
export function decodeState(bytes: Uint8Array, find: (recordName: string) => Plan | undefined): SagaState | undefined {
  const { type, value } = decodeRecord(bytes);
  if (type === ClosedSaga.name) return fromMarker(value as Parameters<typeof fromMarker>[0], values);
  const plan = find(type);
  return plan === undefined ? undefined : fromSnapshot(plan, value as SnapshotRecord, values);
}

export function encodeTransition(plan: Plan, transition: Transition, before: Uint8Array | null, after: Uint8Array): Buffer {
  return encodeRecord(SagaTransition, toTransitionRecord(plan, transition, { before, after }, values));
}

export function readTransition(bytes: Uint8Array): TransitionRecord {
  return decodeRecord(bytes).value as TransitionRecord;
}

/** A recorded history, read and folded anew: its transitions, and the state they lead to as bytes. */
export function refold(records: readonly TransitionRecord[], find: (name: string, version: number) => Plan | undefined): { readonly transitions: readonly Transition[]; readonly bytes: Buffer } {
  let state: SagaState | undefined;
  let plan: Plan | undefined;
  const transitions = records.map((record) => {
    plan = find(record.sagaType, record.planVersion);
    if (plan === undefined) throw new RangeError(`No plan ${record.sagaType} version ${record.planVersion} is here.`);
    const transition = fromTransitionRecord(plan, record, values);
    state = foldTransition(plan, state, transition);
    return transition;
  });
  if (plan === undefined || state === undefined) throw new RangeError('There is nothing to fold.');
  return { transitions, bytes: encodeState(plan, state) };
}

export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}
