import { isCommandNode, type AnyCommand, type Plan } from '@onward/saga';
import { cancelled, done, failed, noReply, rejected, type Participant, type Script } from '@onward/saga/testing';

/** A way that a saga can go, by the name of its file. */
export interface Ending {
  readonly name: string;
  readonly script: Script;
  /** The place it is about. A play that does not come there shows nothing. */
  readonly about?: string;
}

/**
 * The endings that every plan is recorded with: all goes well; the saga is cancelled at once; every command and every child is
 * refused, or fails and is not heard of by turns; every undo is refused after the step behind it was.
 *
 * @param base - what else happens in all of them
 */
export function endingsOf(plan: Plan, base: Script = {}): readonly Ending[] {
  const happenings = [...(base.happenings ?? []), { after: '1ms', what: cancelled('The customer thought again.') } as const];
  const commands = plan.nodes.filter(isCommandNode);
  return [
    { name: 'completed', script: base },
    { name: 'cancelled', script: { ...base, happenings } },
    ...commands.flatMap((node, n): readonly Ending[] => {
      const name = node.path.replaceAll(/[^A-Za-z0-9]+/g, '-');
      const scripted = (participant: Participant): Script =>
        node.kind === 'child' ? { ...base, children: { ...base.children, [node.sagaType]: participant } } : answered(base, node.command, onlyAt(node.path, participant));
      const refusal: Participant = () => rejected(node.command.rejections[0]);
      const endings = [
        { name: `${name}-rejected`, about: node.path, script: scripted(refusal) },
        { name: `${name}-failing`, about: node.path, script: { ...scripted((_, { attempt }) => (attempt % 2 === 0 ? failed(node.command.failures[0]) : noReply())), until: base.until ?? ('6m' as const) } },
      ];
      const behind = commands.slice(n + 1).find(({ kind }) => kind === 'step');
      // Behind the pivot nothing turns the saga back.
      if (node.undo === null || behind === undefined || commands.some(({ pivot, number }) => pivot && number <= behind.number)) return endings;
      const undoRefused = answered(answered(base, behind.command, () => rejected(behind.command.rejections[0])), node.undo.command, () => rejected());
      return [...endings, { name: `${name}-undo-rejected`, script: undoRefused }];
    }),
  ];
}

/** Another step may send the same command: that one goes well. */
function onlyAt(path: string, participant: Participant): Participant {
  return (request, context) => {
    if (placeOf(context.step) !== path || typeof participant !== 'function') return done();
    return participant(request, context);
  };
}

/** A step's path in the plan: without loop indexes. */
export function placeOf(step: string): string {
  return step.replaceAll(/\[\d+\]/g, '[]');
}

function answered(base: Script, { participant, name }: AnyCommand, script: Participant): Script {
  return { ...base, participants: { ...base.participants, [`${participant}.${name.slice(name.lastIndexOf('.') + 1)}`]: script } };
}
