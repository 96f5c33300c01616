import { holds, itemsOf, type SimInput } from '../plans/spec.js';
import type { EventSeen, TransitionSeen, Violation } from './evidence.js';
import { Footprints } from './footprints.js';
import type { PlanIndex } from './plan-index.js';
import { Standing } from './standing.js';
import { Waits } from './waits.js';

const NEW_PLACE = new Set(['ParallelStarted', 'WhenDecided', 'LoopStarted', 'IterationStarted', 'SleepStarted', 'SignalAwaited', 'DataDropped']);

/** Follows one saga's history, event by event, by the rules of section 4 of the design. */
export class SagaWatch {
  readonly violations: Violation[] = [];
  readonly done = new Map<string, unknown>();
  readonly undone = new Set<string>();
  readonly leftOut = new Set<string>();
  readonly undoLeftOut = new Set<string>();
  /** Under which path a step's commands were first sent: a migration gives it another one. */
  readonly sentAs = new Map<string, string>();
  /** `ce_id`s that the history says were sent. */
  readonly commandIds: string[] = [];
  readonly acted = new Set<string>();
  end: 'completed' | 'compensated' | 'terminated' | null = null;
  result: unknown = null;
  parent: string | null = null;
  readonly childResults = new Map<string, unknown>();
  private readonly feet = new Footprints();
  private readonly standing = new Standing();
  /** Commands that are out, with when their attempt times out, by action and path. */
  private readonly out = new Map<string, number | null>();
  private readonly waiting = new Set<string>();
  private readonly timedOut = new Set<string>();
  private readonly parked = new Map<string, string>();
  private readonly lastEdit = new Map<string, number>();
  private readonly rejected = new Set<string>();
  private readonly lastEdited = new Set<string>();
  private readonly requests = new Map<string, string>();
  private readonly waits = new Waits((rule, text) => this.violate(rule, text));
  private undoing: string | null = null;
  private pastPivot = false;
  private turned = false;
  private input: SimInput = { sagaId: '', n: 0, items: [] };
  private atMs = 0;

  constructor(
    readonly sagaId: string,
    private index: PlanIndex,
    private readonly indexes: ReadonlyMap<string, PlanIndex>,
  ) {}

  transition(transition: TransitionSeen): void {
    const { events, atMs, sequence } = transition;
    if (atMs < this.atMs) this.violate('TIME', `transition ${sequence} lies before the one ahead of it`);
    this.atMs = atMs;
    events.forEach((event, n) => {
      if (this.end !== null && !['InputIgnored', 'CommandRefused', 'StartRepeated'].includes(event.kind)) this.violate('ENDED', `${event.kind} stands after the end`);
      if ((event.kind === 'SagaStarted') !== (sequence === 1 && n === 0)) this.violate('START', `transition ${sequence} has ${event.kind} as event ${n}`);
      this.event(event, transition);
    });
    this.waits.settled();
    const cancelled = events.some(({ kind }) => kind === 'CancelAccepted');
    if (cancelled && !this.turned && this.end === null) this.violate('CANCEL', 'a cancel was accepted and the saga does not turn back');
  }

  /** Says what is wrong with the history as a whole. */
  finish(): void {
    const { problems, finished } = this.feet.verify(this.index.spec.block, (each) => itemsOf(each, this.input));
    for (const problem of problems) this.violate('ORDER', problem);
    if (this.end === 'completed' && !finished) this.violate('COMPLETED', 'the saga is completed, and not every place on its way is');
  }

  /** Steps with an undo whose effect cannot be left behind by a saga that went back, unless a person said so. */
  *mustNotStand(): Generator<string> {
    for (const path of this.sentAs.keys()) {
      const node = this.index.at(path);
      if (node?.kind === 'step' && node.undo !== null && !this.undoLeftOut.has(path) && !this.leftOut.has(path)) yield path;
    }
  }

  private event(event: EventSeen, transition: TransitionSeen): void {
    const step = event.step ?? '';
    if (this.turned && NEW_PLACE.has(event.kind)) this.violate('TURNED', `${event.kind} "${step}" after the saga had turned back`);
    this.feet.event(event);
    switch (event.kind) {
      case 'SagaStarted':
        this.input = event.value?.value as SimInput;
        this.parent = event.parent?.sagaId ?? null;
        return;
      case 'CommandSent':
        if (event.action === 'undo') this.undoSent(event, step);
        else this.doSent(event, step);
        this.sent(event, step);
        return;
      case 'AttemptFailed':
        this.attemptFailed(event, step);
        return;
      case 'StepDone':
        this.stepDone(event, step);
        return;
      case 'StepFailed':
        this.stepFailed(event, step);
        return;
      case 'StepRetried':
      case 'StepEdited':
        this.again(event, step);
        return;
      case 'StepSkipped':
        if (event.action === 'undo') {
          this.standing.forget(step);
          this.undoLeftOut.add(step);
        } else {
          const node = this.index.at(step);
          this.pastPivot ||= (node?.kind === 'step' || node?.kind === 'child') && node.pivot;
          this.leftOut.add(step);
          this.settle('do', step);
          this.parked.delete(step);
          this.waits.left(step);
          this.standing.leftOut(step);
        }
        return;
      case 'BranchSkipped':
        for (const path of [...this.parked.keys()]) if (path === step || path.startsWith(`${step}.`)) this.parked.delete(path);
        return;
      case 'LateReply':
        this.lateReply(event, step);
        return;
      case 'CompensationStarted':
        this.turnBack();
        return;
      case 'ChildClosing':
        this.childClosing(event, step);
        return;
      case 'UndoDone':
        if (this.undone.has(step)) this.violate('UNDO_TWICE', `"${step}" is undone twice`);
        this.undone.add(step);
        this.standing.forget(step);
        this.settle('undo', step);
        if (this.undoing === step) this.undoing = null;
        return;
      case 'UndoFailed':
        this.standing.undoFailed(step);
        this.settle('undo', step);
        if (event.failure?.kind === 'rejected') this.rejected.add(`undo ${step}`);
        if (this.undoing === step) this.undoing = null;
        return;
      case 'SagaCompleted':
      case 'SagaCompensated':
      case 'SagaTerminated':
        this.ended(event, transition);
        return;
      case 'SagaMigrated':
        this.migrated(transition);
        return;
      case 'OperatorActed':
        if (this.acted.has(event.commandId ?? '')) this.violate('ACTED_TWICE', `the operator's command ${event.commandId} was taken twice`);
        this.acted.add(event.commandId ?? '');
        return;
      case 'WhenDecided': {
        const node = this.index.at(step);
        if (node?.kind !== 'when' || node.test === null) return;
        const n = node.test.of === 'input' ? this.input.n : (this.done.get(this.index.pathOf(node.test.of, step) ?? '') as { n: number } | undefined)?.n;
        if ((event.chosen === 'then') !== holds(node.test, n)) this.violate('WHEN', `"${step}" chose ${event.chosen} for ${n}`);
        return;
      }
      case 'LoopStarted': {
        const node = this.index.at(step);
        if (node?.kind === 'each' && event.count !== itemsOf(node, this.input).length) this.violate('LOOP', `"${step}" has ${event.count} items`);
        return;
      }
      default:
        this.waits.event(event, this.index, this.atMs, this.input);
    }
  }

  private doSent(event: EventSeen, step: string): void {
    const node = this.index.at(step);
    if (node?.kind !== 'step' && node?.kind !== 'child') {
      this.violate('PLAN', `"${step}" is no place that sends a command`);
      return;
    }
    if (this.turned) this.violate('TURNED', `"${step}" was sent after the saga had turned back`);
    if (this.done.has(step)) this.violate('RERUN', `"${step}" was sent after it was done`);
    if (this.leftOut.has(step)) this.violate('RERUN', `"${step}" was sent after it was left out`);
    const first = !this.lastEdit.has(`do ${step}`);
    for (const [path, kind] of this.parked) {
      const block = kind === 'threw' ? undefined : this.index.policyAround(path);
      if (first && block !== undefined && step.startsWith(`${block}.`)) this.violate('PARALLEL', `"${step}" began after "${path}" had failed beside it`);
    }
    if (!this.sentAs.has(step)) this.sentAs.set(step, step);
    if (node.undo !== null && !node.pivot && !this.pastPivot) this.standing.sent(step);
    this.pastPivot ||= node.pivot;
    this.parked.delete(step);
  }

  private undoSent(event: EventSeen, step: string): void {
    if (!this.turned) this.violate('UNDO', `"${step}" is undone in a saga that goes forward`);
    if (this.pastPivot) this.violate('PIVOT', `"${step}" is undone past the pivot`);
    const open = [...this.out.keys(), ...this.waiting].find((key) => key !== `undo ${step}`);
    if (open !== undefined) this.violate('UNDO_BESIDE', `the undo of "${step}" was sent while "${open}" is under way`);
    const next = this.standing.next();
    if (this.undoing !== step && next !== step) this.violate('UNDO_ORDER', `"${step}" is undone, and "${next ?? 'nothing'}" is next`);
    this.standing.undoSent(step);
    this.undoing = step;
    const said = event.value?.value as { readonly outcome?: string; readonly token?: string | null } | undefined;
    const outcome = this.standing.outcome(step) === 'done' ? 'done' : 'unknown';
    if (said?.outcome !== undefined && said.outcome !== outcome && !this.lastEdited.has(`undo ${step}`)) this.violate('UNDO_OUTCOME', `the undo of "${step}" says ${said?.outcome}, and it is ${outcome}`);
  }

  private sent(event: EventSeen, step: string): void {
    const key = `${event.action} ${step}`;
    const edit = event.edit ?? 0;
    const before = this.lastEdit.get(key);
    if (this.out.has(key)) this.violate('SENT_TWICE', `"${key}" was sent while it is out`);
    if (before !== undefined && before !== edit) this.violate('KEY', `"${key}" went from edit ${before} to ${edit} by itself`);
    this.lastEdit.set(key, edit);
    this.out.set(key, dueOf(event));
    this.waiting.delete(key);
    const request = JSON.stringify(event.value?.value);
    const earlier = this.requests.get(`${key}/${edit}`);
    if (earlier !== undefined && earlier !== request) this.violate('REQUEST', `"${key}" is sent with another request under the same key`);
    this.requests.set(`${key}/${edit}`, request);
    const path = this.sentAs.get(step) ?? step;
    this.commandIds.push(`orders/${this.sagaId}/${path}/${event.action}/${edit}#${event.attempt}`);
  }

  private attemptFailed(event: EventSeen, step: string): void {
    const key = `${event.action} ${step}`;
    const dueAtMs = this.out.get(key);
    if (event.failure?.kind === 'timeout') {
      this.timedOut.add(key);
      if (this.atMs < (dueAtMs ?? -Infinity)) this.violate('EARLY', `"${key}" timed out before its time`);
    }
    // A refusal is the last word on all attempts, whenever it comes; another failure is one on its own attempt only. A
    // deadline passes between attempts too.
    if (dueAtMs === undefined && event.failure?.kind !== 'rejected' && event.failure?.code !== 'DEADLINE_PASSED') this.violate('LATE_FAILURE', `an attempt of "${key}" failed that is not out`);
    if (event.failure?.kind === 'rejected') {
      this.rejected.add(key);
      this.timedOut.delete(key);
    }
    this.out.delete(key);
    this.waiting.add(key);
  }

  private stepDone(event: EventSeen, step: string): void {
    if (this.done.has(step)) this.violate('DONE_TWICE', `"${step}" is done twice`);
    if (!this.lastEdit.has(`do ${step}`)) this.violate('DONE_UNSENT', `"${step}" is done and was never sent`);
    const node = this.index.at(step);
    this.done.set(step, event.value?.value);
    if (node?.kind === 'child') this.childResults.set(`${this.sentAs.get(step) ?? step}${childSuffix(this.lastEdit.get(`do ${step}`) ?? 0)}`, event.value?.value);
    this.settle('do', step);
    this.parked.delete(step);
    this.standing.done(step);
  }

  private stepFailed(event: EventSeen, step: string): void {
    const key = `do ${step}`;
    const kind = event.failure?.kind ?? '';
    const asked = this.index.at(step)?.kind === 'step';
    if (asked && event.outcome === 'notDone' && kind !== 'rejected' && this.timedOut.has(key)) this.violate('UNKNOWN', `"${step}" may have happened, and is said not to be done`);
    if (kind === 'timeout') this.timedOut.add(key);
    if (kind === 'rejected') {
      this.rejected.add(key);
      this.timedOut.delete(key);
    } else this.rejected.delete(key);
    this.settle('do', step);
    this.waits.left(step);
    this.standing.failed(step, event.outcome === 'unknown');
    if (!this.turned) this.parked.set(step, kind);
  }

  private again(event: EventSeen, step: string): void {
    const key = `${event.action} ${step}`;
    const edit = event.edit ?? 0;
    const before = this.lastEdit.get(key);
    const node = this.index.at(step);
    if (before !== undefined && node?.kind === 'step' && event.kind === 'StepRetried' && !this.timedOut.has(key)) {
      const expected = this.rejected.has(key) ? before + 1 : before;
      if (edit !== expected) this.violate('KEY', `"${key}" is tried again under edit ${edit}, not ${expected}`);
    }
    // A child that runs can be asked again: its answer may be lost.
    if (node?.kind === 'child') this.out.delete(key);
    if (event.kind === 'StepEdited') this.lastEdited.add(key);
    if (before !== undefined) this.lastEdit.set(key, edit);
    this.rejected.delete(key);
    this.parked.delete(step);
    this.standing.again(step);
  }

  private lateReply(event: EventSeen, step: string): void {
    if (event.action !== 'do' || this.undoing === step) return;
    if (event.outcome === 'done') this.standing.lateDone(step, (event.value ?? null) === null ? 'unknown' : 'done');
    // The participant's last word on the key: it did not happen, and cannot any more.
    if (event.outcome !== 'rejected' || !this.parked.has(step)) return;
    this.timedOut.delete(`do ${step}`);
    this.standing.lateRefusal(step);
  }

  private turnBack(): void {
    if (this.turned) this.violate('TURNED', 'the saga turned back twice');
    if (this.pastPivot) this.violate('PIVOT', 'the saga turned back past its pivot');
    this.turned = true;
    this.standing.dropWaiting((path) => !this.out.has(`do ${path}`) && !this.parked.has(path) && !this.done.has(path), (path) => this.timedOut.has(`do ${path}`));
    for (const key of [...this.waiting]) if (key.startsWith('do ')) this.waiting.delete(key);
    this.parked.clear();
    this.waits.clear();
  }

  private childClosing(event: EventSeen, step: string): void {
    const node = this.index.at(step);
    if (node?.kind !== 'child' || event.policy !== node.parentClose) this.violate('PARENT_CLOSE', `"${step}" is closed by ${event.policy}`);
    if (event.policy !== 'abandon' && event.policy !== 'cancel') return;
    this.out.delete(`do ${step}`);
    if (event.policy === 'abandon') this.standing.forget(step);
    else this.standing.failed(step, false);
  }

  private ended(event: EventSeen, { cause }: TransitionSeen): void {
    this.end = event.kind === 'SagaCompleted' ? 'completed' : event.kind === 'SagaCompensated' ? 'compensated' : 'terminated';
    this.result = event.value?.value ?? null;
    if (this.end === 'terminated') {
      if (cause.kind !== 'terminate') this.violate('END', `the saga is terminated by a ${cause.kind}`);
      return;
    }
    if (this.turned !== (this.end === 'compensated')) this.violate('END', `the saga is ${this.end} on its way ${this.turned ? 'back' : 'forward'}`);
    const [open] = [...this.out.keys(), ...this.waiting, ...this.parked.keys()];
    if (open !== undefined) this.violate('END', `the saga ended while "${open}" is open`);
    const left = this.end === 'compensated' ? this.standing.left() : [];
    if (left.length > 0) this.violate('I2', `the saga is compensated, and "${left.join('", "')}" was not undone`);
  }

  private migrated({ sagaType, planVersion }: TransitionSeen): void {
    const next = this.indexes.get(`${sagaType}@${planVersion}`);
    const cursor = next?.spec.from?.cursor ?? {};
    if (next === undefined) return;
    this.index = next;
    for (const [from, to] of Object.entries(cursor)) {
      const rename = <V>(map: Map<string, V>, prefix = ''): void => {
        const value = map.get(prefix + from);
        if (value === undefined) return;
        map.delete(prefix + from);
        map.set(prefix + to, value);
      };
      const renameIn = (set: Set<string>, prefix = ''): void => {
        if (set.delete(prefix + from)) set.add(prefix + to);
      };
      for (const map of [this.done, this.sentAs, this.parked] as Map<string, unknown>[]) rename(map);
      for (const prefix of ['do ', 'undo ']) {
        rename(this.out, prefix);
        rename(this.lastEdit, prefix);
        for (const set of [this.waiting, this.timedOut, this.rejected, this.lastEdited]) renameIn(set, prefix);
        for (const [key, request] of [...this.requests]) if (key.startsWith(`${prefix}${from}/`)) this.requests.set(`${prefix}${to}${key.slice(prefix.length + from.length)}`, request);
      }
      for (const set of [this.leftOut, this.undone, this.undoLeftOut]) renameIn(set);
      this.standing.rename(from, to);
      this.feet.rename(from, to);
    }
  }

  private settle(action: 'do' | 'undo', step: string): void {
    this.out.delete(`${action} ${step}`);
    this.waiting.delete(`${action} ${step}`);
  }

  private violate(rule: string, text: string): void {
    this.violations.push({ rule, sagaId: this.sagaId, text: `${this.index.spec.name}: ${text}` });
  }
}

/** When an attempt is over, or all of them. */
function dueOf({ dueAtMs, deadlineAtMs }: EventSeen): number | null {
  const due = Math.min(dueAtMs ?? Infinity, deadlineAtMs ?? Infinity);
  return due === Infinity ? null : due;
}

function childSuffix(edit: number): string {
  return edit === 0 ? '' : `~${edit}`;
}
