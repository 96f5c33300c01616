import { failure, type Failure } from '../failure.js';
import type { TerminateInput } from '../inputs.js';
import { nodeAt } from '../plan/place.js';
import { isCommandNode } from '../plan/plan.js';
import type { OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { ignore } from './ignore.js';

/** Stops a saga on the spot. Nothing is undone; what it leaves in place is written down as the causes of its failure. */
export function terminate(draft: Draft, input: TerminateInput, saga: OpenSaga): void {
  if (saga.seenIds.includes(input.commandId)) {
    ignore(draft, 'COMMAND_SEEN', `Command ${input.commandId} has been taken before.`);
    return;
  }
  if (input.by === 'operator') draft.emit({ kind: 'OperatorActed', commandId: input.commandId });
  const causes = [...leftInPlace(draft, saga), ...(saga.compensating === null ? [] : [saga.compensating])];
  draft.emit({
    kind: 'SagaTerminated',
    failure: failure('cancelled', 'TERMINATED', `Terminated by the ${input.by}: ${input.reason}`, { causes }),
    atMs: draft.atMs,
  });
}

function leftInPlace({ plan }: Draft, saga: OpenSaga): readonly Failure[] {
  const undone = saga.undo.filter(({ outcome }) => outcome === 'done' || outcome === 'unknown');
  const running = saga.active.filter(({ action, phase }) => action === 'do' && (phase === 'sent' || phase === 'child' || phase === 'closing'));
  const left = [
    ...undone.map(({ path, outcome }) => ({ path, text: outcome === 'done' ? 'It is done and was not undone.' : 'It may have happened and was not undone.' })),
    ...running.map(({ path }) => ({ path, text: 'It was under way and its outcome is not known.' })),
  ];
  return left.map(({ path, text }) => {
    const node = nodeAt(plan, path);
    return failure('cancelled', 'LEFT_IN_PLACE', text, { step: path, ...(isCommandNode(node) ? { participant: node.command.participant } : {}) });
  });
}
