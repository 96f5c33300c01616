import type { SimInput } from '../plans/spec.js';
import type { EventSeen } from './evidence.js';
import type { PlanIndex } from './plan-index.js';

/** Follows what a saga waits for: signals, and time. */
export class Waits {
  private readonly listening = new Map<string, { readonly type: string; readonly dueAtMs: number | null }>();
  private readonly sleeping = new Map<string, number>();
  private readonly kept = new Map<string, string>();
  private readonly read = new Set<string>();

  constructor(private readonly violate: (rule: string, text: string) => void) {}

  event(event: EventSeen, index: PlanIndex, atMs: number, input: SimInput): void {
    const step = event.step ?? '';
    const node = index.at(step);
    switch (event.kind) {
      case 'SleepStarted': {
        const ms = node?.kind === 'sleep' ? node.ms + (node.computed ? input.n % 7 : 0) : 0;
        if (event.dueAtMs !== atMs + ms) this.violate('SLEEP', `"${step}" sleeps until ${event.dueAtMs}, not ${atMs + ms}`);
        this.sleeping.set(step, event.dueAtMs ?? 0);
        return;
      }
      case 'SleepEnded':
        if (atMs < (this.sleeping.get(step) ?? Infinity)) this.violate('EARLY', `"${step}" woke before its time`);
        this.sleeping.delete(step);
        return;
      case 'SignalAwaited':
        this.listening.set(step, { type: node?.kind === 'signal' ? node.of : '?', dueAtMs: event.dueAtMs ?? null });
        return;
      case 'SignalKept':
        this.kept.set(event.commandId ?? '', event.value?.type ?? '');
        return;
      case 'SignalTaken':
      case 'SignalRead':
        this.reads(event, step);
        return;
      case 'SignalTimedOut':
        if (atMs < (this.listening.get(step)?.dueAtMs ?? Infinity)) this.violate('EARLY', `"${step}" timed out before its time`);
        this.listening.delete(step);
        return;
      default:
    }
  }

  /** What came early is given to whoever listens for it, within the same transition. */
  settled(): void {
    const types = new Set(this.kept.values());
    for (const [path, { type }] of this.listening) {
      if (types.has(type)) this.violate('EARLY_SIGNAL', `"${path}" listens and is not given the ${type} that came before`);
    }
  }

  /** A place is left without having got what it waited for. */
  left(step: string): void {
    this.listening.delete(step);
  }

  clear(): void {
    this.listening.clear();
    this.sleeping.clear();
    this.kept.clear();
  }

  private reads(event: EventSeen, step: string): void {
    const id = event.commandId ?? '';
    const type = event.value?.type ?? '';
    if (this.read.has(id)) this.violate('SIGNAL_TWICE', `the signal ${id} is read twice`);
    if (this.listening.get(step)?.type !== type) this.violate('SIGNAL', `"${step}" does not listen to ${type}`);
    this.read.add(id);
    this.kept.delete(id);
    if (event.kind === 'SignalTaken') this.listening.delete(step);
  }
}
