import type { AnyCommand, AnyRecord } from '../contract.js';
import { runForRecord, runUserCode, type UserResult } from '../decide/user-code.js';
import { durationMs, type Duration } from '../duration.js';
import { ENGINE_FAILURE_CODES, failure, type Failure } from '../failure.js';
import { isCommandNode, type CommandNode, type EachNode, type FailureChoice, type ParallelNode, type Recorded, type SignalNode, type SleepNode, type UndoOutcome, type WhenNode } from '../plan/plan.js';
import { ownerOf, refuse } from './refuse.js';
import { holdsBytes } from './sample.js';

type Seen = readonly Recorded[];

/**
 * Calls functions of a plan with samples. A function is refused when it works on none: one that only fails where, say, one
 * choice was answered with no may know that another choice keeps it from getting there.
 */
export class Tries {
  /** An author's own sample has to be a value of its record. */
  sample(type: AnyRecord, sample: unknown): void {
    const wrong = type.check?.(sample);
    if (wrong !== undefined) refuse('SAGA_SAMPLE_INVALID', `The sample is no ${type.name}: ${wrong}`);
  }

  send(node: CommandNode, seen: Seen): void {
    const what = node.kind === 'child' ? 'input' : 'send';
    this.record(`${ownerOf(node.kind, node.path)}, ${what}`, node.command.request, seen, (s) => node.send(s));
  }

  /** With a reply, and without one. */
  undo(node: CommandNode, before: Seen, after: Seen, reply: unknown): void {
    const { undo } = node;
    if (undo === null) return;
    const tried = (outcome: UndoOutcome, seen: Seen, of: unknown): void => {
      this.record(`${ownerOf(node.kind, node.path)}, undo with outcome ${outcome}`, undo.command.request, seen, (s) => undo.send(s, of, outcome));
    };
    tried('done', after, reply);
    tried('unknown', before, undefined);
  }

  /** Every code that can come; gives whether one of them makes the saga go on without the result. */
  failures(node: CommandNode | ParallelNode, commands: readonly AnyCommand[], seen: Seen): boolean {
    const { onFailure } = node;
    if (onFailure === null) return false;
    const owner = `${ownerOf(node.kind, node.path)}, onFailure`;
    const codes = commands.flatMap((command) => [
      ...command.rejections.map((code) => ({ code, kind: 'rejected' as const })),
      ...command.failures.map((code) => ({ code, kind: 'failed' as const })),
    ]);
    const where = { step: node.path, attempt: 1, ...(isCommandNode(node) ? { participant: node.command.participant } : {}) };
    const choices = [...codes, ...ENGINE_FAILURE_CODES.map((code) => ({ code, kind: 'failed' as const }))].map(({ code, kind }) => {
      const failed = sampleFailure(node, failure(kind, code, 'A sample failure.', where));
      return this.value<FailureChoice>(`${owner} with ${code}`, seen, (s) => onFailure(failed, s), oneOf(['retry', 'compensate', 'continue']));
    });
    return choices.includes('continue');
  }

  judge(node: SignalNode, signal: unknown, seen: Seen): void {
    const { judge } = node;
    if (judge === null) return;
    this.value(`${ownerOf('signal', node.path)}, judge`, seen, (s) => judge(signal, s), oneOf(['take', 'ignore', 'refuse']));
  }

  predicate(node: WhenNode, seen: Seen): void {
    this.value(`${ownerOf('when', node.path)}, predicate`, seen, (s) => node.predicate(s), isBoolean);
  }

  until(node: EachNode, seen: Seen): void {
    const { until } = node;
    if (until !== null) this.value(`${ownerOf('each', node.path)}, until`, seen, (s) => until(s), isBoolean);
  }

  sleep(node: SleepNode, seen: Seen): void {
    const { length } = node;
    if (typeof length === 'number') return;
    this.value(`${ownerOf('sleep', node.path)}, length`, seen, (s) => durationMs(length(s) as Duration), () => undefined);
  }

  /** What a loop goes over in each of the worlds; `undefined` where the function does not work. */
  over(node: EachNode, seen: Seen): readonly (readonly unknown[] | undefined)[] {
    const isList = (value: unknown): string | undefined => (Array.isArray(value) ? undefined : 'it should be a list.');
    this.value(`${ownerOf('each', node.path)}, over`, seen, (s) => node.over(s), isList);
    return seen.map((s) => {
      const list = runUserCode<readonly unknown[]>(() => node.over(s), isList);
      return 'value' in list ? list.value : undefined;
    });
  }

  /** A function that makes a value of a record. */
  record(owner: string, type: AnyRecord, seen: Seen, call: (recorded: Recorded) => unknown): void {
    this.settle(owner, seen.map((s) => runForRecord(unlessOfBytes(type), () => call(s))));
  }

  private value<T>(owner: string, seen: Seen, call: (recorded: Recorded) => unknown, wrong: (value: unknown) => string | undefined): T | undefined {
    return this.settle(owner, seen.map((s) => runUserCode<T>(() => call(s), wrong)));
  }

  private settle<T>(owner: string, results: readonly UserResult<T>[]): T | undefined {
    const worked = results.find((result) => 'value' in result);
    if (worked !== undefined) return worked.value;
    const [first] = results;
    if (first === undefined || 'value' in first) return undefined;
    if (first.code === 'USER_VALUE_INVALID') refuse('SAGA_VALUE_INVALID', `${owner}: ${first.message}`);
    return refuse(
      'SAGA_CODE_THROWS',
      `${owner} throws on sample input: ${first.message}. Make it work for every value of its types, or give a sample that it works for: of the input to saga(), of a reply to its step.`,
    );
  }
}

/** A parallel block's policy is asked about a tree. */
function sampleFailure(node: CommandNode | ParallelNode, cause: Failure): Failure {
  if (node.kind !== 'parallel' || cause.code === 'BRANCHES_FAILED') return cause;
  return failure('failed', 'BRANCHES_FAILED', 'A sample failure.', { step: node.path, causes: [cause] });
}

/** Bytes of a sample are of no use to a codec: a value that carries some is not checked. */
function unlessOfBytes(type: AnyRecord): AnyRecord {
  return { ...type, check: (value) => (holdsBytes(value) ? undefined : type.check?.(value)) };
}

function oneOf(answers: readonly string[]): (value: unknown) => string | undefined {
  const expected = answers.map((answer) => `"${answer}"`).join(', ');
  return (value) => (answers.includes(value as string) ? undefined : `it should give one of ${expected}, not ${String(value)}.`);
}

function isBoolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : `it should give true or false, not ${typeof value}.`;
}
