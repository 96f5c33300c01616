import { recordType, type RecordType } from '@onward/contracts';
import { isCommandNode, type AnyCommand, type Plan } from '@onward/saga';
import type { ParticipantName, SimInput } from './spec.js';

/** The records of generated sagas, as the contract generator would make them. */
function record<T>(name: string, fields: Readonly<Record<string, unknown>>): RecordType<T> {
  return recordType<T>({
    type: 'record',
    name,
    namespace: 'onward.sim',
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type: type as string })),
  });
}

export interface Work {
  readonly ref: string;
  readonly n: number;
  readonly amount: number;
}
export interface WorkDone {
  readonly token: string;
  readonly n: number;
}
export interface Undo {
  readonly ref: string;
  readonly outcome: string;
  readonly token: string | null;
}
export interface UndoDone {
  readonly was: string;
}
export interface Signal {
  readonly code: number;
}
export interface Result {
  readonly sum: number;
}

export const Done = record<Result>('Done', { sum: 'long' });
/** Two kinds of signals, so that one waits while the other comes. */
export const signals: Readonly<Record<string, RecordType<Signal>>> = {
  'onward.sim.Nod': record<Signal>('Nod', { code: 'int' }),
  'onward.sim.Wave': record<Signal>('Wave', { code: 'int' }),
};

const inputs = new Map<string, RecordType<SimInput>>();

/** The start command of one saga type. */
export function inputRecord(name: string): RecordType<SimInput> {
  const known = inputs.get(name);
  if (known !== undefined) return known;
  const made = record<SimInput>(name.slice('onward.sim.'.length), { sagaId: 'string', n: 'long', items: { type: 'array', items: 'long' } });
  inputs.set(name, made);
  return made;
}

/** Records that somebody outside the orchestrator writes, by name; and what a command answers when it is done, by the command's name. */
export const knownRecords = new Map<string, RecordType<unknown>>();
export const doneOf = new Map<string, RecordType<unknown>>();

/** Learns the records of plans, whose contracts the world around the orchestrator has as well. */
export function knowRecords(plans: readonly Plan[]): void {
  for (const plan of plans) {
    for (const [name, type] of plan.records) knownRecords.set(name, type as RecordType<unknown>);
    for (const node of plan.nodes) {
      if (!isCommandNode(node)) continue;
      for (const command of node.undo === null ? [node.command] : [node.command, node.undo.command]) doneOf.set(command.name, command.done as RecordType<unknown>);
    }
  }
}

const work = { ref: 'string', n: 'long', amount: 'long' };
const workDone = { token: 'string', n: 'long' };
const undo = { ref: 'string', outcome: 'string', token: ['null', 'string'] };
const undoDone = { was: 'string' };

/** What each participant can be asked. */
export const commands: Readonly<Record<ParticipantName, { readonly work: AnyCommand; readonly undo: AnyCommand }>> = {
  payment: pair('payment', 'Charge'),
  fulfillment: pair('fulfillment', 'Ship'),
  customers: pair('customers', 'Note'),
};

function pair(participant: ParticipantName, name: string): { readonly work: AnyCommand; readonly undo: AnyCommand } {
  const of = (request: RecordType<unknown>, done: RecordType<unknown>): AnyCommand => ({
    participant,
    name: request.name,
    request,
    done,
    rejections: ['NO'],
    failures: ['AWAY', 'BROKEN'],
  });
  return {
    work: of(record<unknown>(name, work), record<unknown>(`${name}Done`, workDone)),
    undo: of(record<unknown>(`Undo${name}`, undo), record<unknown>(`Undo${name}Done`, undoDone)),
  };
}
