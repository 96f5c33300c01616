import type { TypedValue } from '../contract.js';
import { durationMs } from '../duration.js';
import type { ChildStopEffect, CommandEffect, Effect, ReplyEffect } from '../effects.js';
import type { ReplyInput, SagaInput } from '../inputs.js';
import type { Plan } from '../plan/plan.js';
import { nextDueMs } from '../state.js';
import type { Answer, Participant } from './answers.js';
import { describeHappening } from './describe-happening.js';
import { doneValue, startHash } from './inputs.js';
import { SagaExpectationError } from './match.js';
import { BEGIN_MS, SagaUnderTest, type Happening } from './saga-under-test.js';

/** A play of more than this goes in circles. */
const TRANSITIONS_MAX = 100_000;

interface Scheduled {
  readonly atMs: number;
  readonly saga: SagaUnderTest;
  readonly what: Happening;
}

/** Where sagas are played: their clock, what is going to happen, and who answers them. */
export class World {
  readonly commands: CommandEffect[] = [];
  readonly log: string[] = [];
  private readonly sagas: SagaUnderTest[] = [];
  /** By time; of the same time in the order it was put in. */
  private readonly agenda: Scheduled[] = [];
  /** What participants have done or rejected, by idempotency key. */
  private readonly inbox = new Map<string, Answer>();

  constructor(
    private readonly participants: Readonly<Record<string, Participant>>,
    private readonly children: Readonly<Record<string, Plan | Participant>>,
  ) {}

  open(plan: Plan, sagaId?: string): SagaUnderTest {
    const saga = new SagaUnderTest(plan);
    if (sagaId !== undefined) saga.sagaId = sagaId;
    this.sagas.push(saga);
    return saga;
  }

  schedule(atMs: number, saga: SagaUnderTest, what: Happening): void {
    const after = this.agenda.findLastIndex((other) => other.atMs <= atMs);
    this.agenda.splice(after + 1, 0, { atMs, saga, what });
  }

  /** Lets everything happen in its turn, until nothing is left or the time is up. */
  run(untilMs: number): void {
    for (let n = 0; ; n += 1) {
      if (n > TRANSITIONS_MAX) throw new SagaExpectationError(`The play goes on without end. Its last lines:\n${this.log.slice(-10).join('\n')}`);
      const next = this.next();
      if (next === undefined || next.atMs > untilMs) return;
      this.happen(next);
    }
  }

  private next(): Scheduled | undefined {
    let timer: Scheduled | undefined;
    for (const saga of this.sagas) {
      const atMs = saga.state === undefined ? undefined : nextDueMs(saga.state);
      if (atMs !== undefined && atMs < (timer?.atMs ?? Infinity)) timer = { atMs, saga, what: { kind: 'timer', sagaId: saga.sagaId } };
    }
    const [first] = this.agenda;
    if (first === undefined || (timer !== undefined && timer.atMs < first.atMs)) return timer;
    return this.agenda.shift();
  }

  private happen({ atMs, saga, what }: Scheduled): void {
    saga.nowMs = Math.max(saga.nowMs, atMs);
    const inputs = typeof what === 'function' ? [...what(saga)] : [what];
    for (const input of inputs) {
      saga.when(input);
      this.log.push(describeHappening(saga, input, saga.nowMs - BEGIN_MS));
      for (const effect of saga.effects) this.carryOut(saga, effect);
    }
  }

  private carryOut(saga: SagaUnderTest, effect: Effect): void {
    if (effect.kind === 'command') this.send(saga, effect);
    else if (effect.kind === 'childStop') this.stopChild(saga, effect);
    else if (effect.kind === 'reply') this.answerParent(saga, effect);
  }

  private send(saga: SagaUnderTest, effect: CommandEffect): void {
    this.commands.push(effect);
    const script = effect.childSagaId === null ? this.participants[nameOf(effect)] : this.children[this.childType(saga, effect)];
    if (typeof script === 'object' && 'nodes' in script) this.startChild(saga, effect, script);
    else this.reply(saga, effect, this.ask(saga, effect, script));
  }

  private ask(saga: SagaUnderTest, { idempotencyKey, sagaId, step, action, attempt, value }: CommandEffect, script: Participant | undefined): Answer {
    const before = this.inbox.get(idempotencyKey);
    if (before !== undefined) return before;
    const context = { sagaId, step, action, attempt, idempotencyKey, nowMs: saga.nowMs };
    const answer: Answer = typeof script === 'function' ? script(value.value, context) : (script ?? { outcome: 'done', value: undefined });
    if (answer.outcome === 'done' || answer.outcome === 'rejected') this.inbox.set(idempotencyKey, answer);
    return answer;
  }

  private reply(saga: SagaUnderTest, effect: CommandEffect, answer: Answer): void {
    if (answer.outcome === 'none') return;
    const reply: ReplyInput['reply'] =
      answer.outcome === 'done' ? { outcome: 'done', value: doneValue(effect.command, answer.value) } : { outcome: answer.outcome, code: answer.code, message: answer.message };
    const { sagaId, participant, step, action, attempt } = effect;
    this.schedule(saga.nowMs + (answer.after === undefined ? 1 : durationMs(answer.after)), saga, { kind: 'reply', sagaId, participant, step, action, attempt, reply });
  }

  private startChild(saga: SagaUnderTest, effect: CommandEffect, plan: Plan): void {
    const sagaId = effect.childSagaId ?? '';
    const child = this.sagas.find((candidate) => candidate.sagaId === sagaId) ?? this.open(plan, sagaId);
    const { step, attempt, idempotencyKey, value } = effect;
    const parent = { domain: saga.plan.domain, sagaId: saga.sagaId, step, attempt, idempotencyKey };
    this.schedule(saga.nowMs + 1, child, { kind: 'start', sagaId, commandId: effect.id, value: copied(value), startHash: startHash(value.value), parent });
  }

  private stopChild(saga: SagaUnderTest, { id, childSagaId, participant, how, reason }: ChildStopEffect): void {
    const child = this.sagas.find(({ sagaId }) => sagaId === childSagaId);
    const started = this.commands.findLast((command) => command.childSagaId === childSagaId);
    if (child !== undefined) {
      const stop: SagaInput = { kind: how, sagaId: childSagaId, commandId: id, by: 'parent', parent: { domain: saga.plan.domain, sagaId: saga.sagaId }, reason };
      this.schedule(saga.nowMs + 1, child, stop);
    } else if (started !== undefined && !this.inbox.has(started.idempotencyKey)) {
      const { step, attempt } = started;
      const code = how === 'cancel' ? 'CANCELLED' : 'TERMINATED';
      this.schedule(saga.nowMs + 1, saga, { kind: 'reply', sagaId: saga.sagaId, participant, step, action: 'do', attempt, reply: { outcome: 'rejected', code, message: reason } });
    }
  }

  private answerParent(saga: SagaUnderTest, { parent, reply }: ReplyEffect): void {
    const to = this.sagas.find(({ sagaId }) => sagaId === parent.sagaId);
    if (to === undefined) return;
    const said: ReplyInput['reply'] =
      reply.outcome === 'done' ? { outcome: 'done', value: copied(reply.value) } : { outcome: 'rejected', code: reply.failure.code, message: reply.failure.message, causes: reply.failure.causes };
    const { sagaId, step, attempt } = parent;
    this.schedule(saga.nowMs + 1, to, { kind: 'reply', sagaId, participant: saga.plan.domain, step, action: 'do', attempt, reply: said });
  }

  private childType(saga: SagaUnderTest, { command }: CommandEffect): string {
    const node = saga.plan.nodes.find((candidate) => candidate.kind === 'child' && candidate.command === command);
    return node?.kind === 'child' ? node.sagaType : '';
  }
}

/** A command as scripts name it: the participant and the last part of the record's name. */
function nameOf({ participant, command }: CommandEffect): string {
  return `${participant}.${command.name.slice(command.name.lastIndexOf('.') + 1)}`;
}

/** What is sent is frozen at the sender; whoever gets it has a value of its own. */
function copied({ type, value }: TypedValue): TypedValue {
  return { type, value: structuredClone(value) };
}
