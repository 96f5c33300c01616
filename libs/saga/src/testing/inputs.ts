import type { AnyCommand, TypedValue } from '../contract.js';
import { placeOf } from '../decide/reply.js';
import { durationMs, type Duration } from '../duration.js';
import { activityAt } from '../evolve/activities.js';
import type { Failure } from '../failure.js';
import { unitHash } from '../hash.js';
import type { AskingParent, ReplyInput, Requester, SagaInput, StartInput } from '../inputs.js';
import { nodeAt, type Path } from '../plan/place.js';
import { isCommandNode, type Plan } from '../plan/plan.js';
import { nextDueMs, type Action } from '../state.js';
import { shown } from './match.js';
import { sampleOf } from '../define/sample.js';
import type { Happening, SagaUnderTest } from './saga-under-test.js';

/** The saga is started. Its id is the one that the input names, or `saga-1`. Equal inputs are equal starts. */
export function started(value?: unknown, change: Partial<StartInput> = {}): Happening {
  return (saga) => {
    const { input, idField } = saga.plan;
    const content = value ?? sampleOf(input);
    const named = idField === null ? undefined : (content as Readonly<Record<string, unknown>>)[idField];
    if (saga.state === undefined) saga.sagaId = change.sagaId ?? (typeof named === 'string' ? named : saga.sagaId);
    const commandId = change.commandId ?? saga.nextCommandId();
    return [{ kind: 'start', sagaId: saga.sagaId, value: { type: input.name, value: structuredClone(content) }, startHash: startHash(content), ...change, commandId }];
  };
}

/** A hash that is good enough for tests: 16 bytes of the content. */
export function startHash(content: unknown): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, n) => Math.floor(unitHash(`${n} ${shown(content)}`) * 256));
}

/** How a reply is meant: by default to the attempt last sent, of the step's command. */
export interface ReplyOptions {
  readonly action?: Action;
  readonly attempt?: number;
  readonly participant?: string;
  readonly oversize?: ReplyInput['oversize'];
}

/** A participant, or a child saga, replies. A value that is not given is made of the reply's schema. */
export const replied = {
  done(step: Path, value?: unknown, options: ReplyOptions = {}): Happening {
    return reply(step, options, (asked) => ({ outcome: 'done', value: doneValue(asked, value) }));
  },
  rejected(step: Path, code = 'NO', options: ReplyOptions & { readonly message?: string; readonly causes?: readonly Failure[] } = {}): Happening {
    const { message = 'We do not want to.', causes = [] } = options;
    return reply(step, options, () => ({ outcome: 'rejected', code, message, causes }));
  },
  failed(step: Path, code = 'AWAY', options: ReplyOptions & { readonly message?: string } = {}): Happening {
    const { message = 'Not this time.' } = options;
    return reply(step, options, () => ({ outcome: 'failed', code, message }));
  },
} as const;

/** As {@link replied}, for the undo of a step. */
export const undoReplied = {
  done: (step: Path, value?: unknown, options: ReplyOptions = {}): Happening => replied.done(step, value, { ...options, action: 'undo' }),
  rejected: (step: Path, code?: string, options: ReplyOptions = {}): Happening => replied.rejected(step, code, { ...options, action: 'undo' }),
  failed: (step: Path, code?: string, options: ReplyOptions = {}): Happening => replied.failed(step, code, { ...options, action: 'undo' }),
} as const;

/** The value of a *done*: the one given, or one made of the schema. */
export function doneValue(asked: AnyCommand | undefined, value?: unknown): TypedValue {
  if (asked === undefined) return { type: '?', value: value ?? {} };
  return { type: asked.done.name, value: structuredClone(value === undefined ? sampleOf(asked.done) : value) };
}

function commandAt(plan: Plan, path: Path, action: Action): AnyCommand | undefined {
  const node = nodeAt(plan, path);
  return !isCommandNode(node) ? undefined : action === 'do' ? node.command : node.undo?.command;
}

function reply(step: Path, options: ReplyOptions, what: (asked: AnyCommand | undefined) => ReplyInput['reply']): Happening {
  return ({ plan, sagaId, state }) => {
    const { action = 'do', oversize } = options;
    const saga = state?.kind === 'open' ? state : undefined;
    // A saga that was migrated is replied to under the path it sent the command under.
    const path = saga === undefined ? step : placeOf(saga, { step, action });
    const asked = commandAt(plan, path, action);
    const activity = saga === undefined ? undefined : activityAt(saga, path, action);
    return [
      {
        kind: 'reply',
        sagaId,
        participant: options.participant ?? asked?.participant ?? '?',
        step,
        action,
        attempt: options.attempt ?? Math.max(1, activity?.attempt ?? 1),
        reply: what(asked),
        ...(oversize === undefined ? {} : { oversize }),
      },
    ];
  };
}

/** A request's id, when it matters: by default every request has another one. */
export interface RequestOptions {
  readonly commandId?: string;
}

function request<I extends SagaInput>(options: RequestOptions, make: (base: { readonly sagaId: string; readonly commandId: string }, saga: SagaUnderTest) => I): Happening {
  return (saga) => [make({ sagaId: saga.sagaId, commandId: options.commandId ?? saga.nextCommandId() }, saga)];
}

/** An outside message for the place that waits for it, named by its path or by the record's name. */
export function signalled(to: Path, value?: unknown, options: RequestOptions = {}): Happening {
  return request(options, (base, { plan }) => {
    const node = nodeAt(plan, to);
    const type = node?.kind === 'signal' ? node.of : plan.records.get(to);
    const content = value ?? (type === undefined ? {} : sampleOf(type));
    return { kind: 'signal', ...base, value: { type: type?.name ?? to, value: structuredClone(content) } };
  });
}

/** Who asks: a parent is the saga's own, unless another is named. */
export interface StopOptions extends RequestOptions {
  readonly by?: Requester;
  readonly parent?: AskingParent;
}

function asking({ by, parent }: StopOptions, { state }: SagaUnderTest): { readonly parent?: AskingParent | null } {
  return by === 'parent' ? { parent: parent ?? (state?.kind === 'open' ? state.parent : null) } : {};
}

/** Somebody wants the saga undone. */
export function cancelled(reason: string | null = null, options: StopOptions = {}): Happening {
  return request(options, (base, saga) => ({ kind: 'cancel', ...base, by: options.by ?? 'client', ...asking(options, saga), reason }));
}

/** An operator, or the parent, stops the saga on the spot. */
export function terminated(reason: string, options: StopOptions = {}): Happening {
  return request(options, (base, saga) => ({ kind: 'terminate', ...base, by: options.by ?? 'operator', ...asking(options, saga), reason }));
}

/** An operator has what is parked tried again: one step, or all. */
export function retried(step: Path | null = null, reason: string | null = null, options: RequestOptions = {}): Happening {
  return request(options, (base) => ({ kind: 'retry', ...base, step, reason }));
}

/** An operator leaves out a parked step, or undo. */
export function skipped(step: Path, reason: string, options: RequestOptions & { readonly action?: Action } = {}): Happening {
  return request(options, (base) => ({ kind: 'skip', ...base, step, action: options.action ?? 'do', reason }));
}

/** An operator has a parked step, or undo, sent with another request. */
export function edited(step: Path, value: unknown, reason: string, options: RequestOptions & { readonly action?: Action; readonly type?: string } = {}): Happening {
  const { action = 'do' } = options;
  return request(options, (base, { plan }) => {
    const request = commandAt(plan, step, action)?.request;
    const content = value === undefined && request !== undefined ? sampleOf(request) : value;
    return { kind: 'edit', ...base, step, action, reason, value: { type: options.type ?? request?.name ?? '?', value: content } };
  });
}

/** An operator wants the saga on another version of its plan. */
export function migrated(target: Plan, reason: string | null = null, options: RequestOptions = {}): Happening {
  return request(options, (base) => ({ kind: 'migrate', ...base, target, toVersion: target.version, reason }));
}

/** Time passes, and every timer that becomes due meanwhile fires in its turn. */
export function later(duration: Duration): Happening {
  return function* (saga) {
    const untilMs = saga.nowMs + durationMs(duration);
    for (let dueMs = dueOf(saga); dueMs !== undefined && dueMs <= untilMs; dueMs = dueOf(saga)) {
      saga.nowMs = Math.max(saga.nowMs, dueMs);
      yield { kind: 'timer', sagaId: saga.sagaId };
    }
    saga.nowMs = untilMs;
  };
}

function dueOf({ state }: SagaUnderTest): number | undefined {
  return state === undefined ? undefined : nextDueMs(state);
}
