import { doneOf } from '../plans/records.js';
import { sampleOf } from '../plans/sample.js';
import { Random } from '../random.js';
import { Books } from './ledger.js';
import type { SentCommand, Stage, Tally, Trace } from './stage.js';

/** What a participant makes of everything that carries one idempotency key. */
interface Fate {
  readonly kind: 'done' | 'rejected' | 'failing' | 'silent' | 'late' | 'crash' | 'away';
  /** How many deliveries it takes until the fate turns for the better. */
  readonly times: number;
  readonly rejectedAfter: boolean;
  readonly code: 'AWAY' | 'BROKEN';
}

type Answer = { readonly outcome: 'done' } | { readonly outcome: 'rejected' | 'failed'; readonly code: string };

/**
 * Payment, fulfillment and customers in memory, by the rules of participants: an inbox by idempotency key, done and rejected
 * stored for good, failed for one attempt, an undo that refuses a do which comes after it, an effect and its stored reply
 * written together or not at all. What they answer, how late, and when they die is drawn from the seed by key, so that it
 * does not depend on who came first.
 */
export class Participants {
  readonly books = new Books();
  private readonly stored = new Map<string, Answer>();
  private readonly failures = new Map<string, Answer>();
  private readonly fates = new Map<string, Fate>();
  private readonly deliveries = new Map<string, number>();
  private readonly random: Random;
  private calm = false;

  constructor(
    private readonly seed: string,
    private readonly stage: () => Stage,
    private readonly tally: Tally,
    private readonly trace: Trace,
  ) {
    this.random = new Random(`${seed}/participants`);
  }

  /** From now on everybody is there and answers. */
  calmDown(): void {
    this.calm = true;
  }

  /** A command record is delivered, soon or late, once or twice. */
  take(command: SentCommand): void {
    const delayed = !this.calm && this.random.chance(0.04);
    if (delayed) this.tally.add('command delayed');
    this.stage().after(delayed ? this.random.between(1_000, 7_000) : this.random.between(2, 40), () => this.deliver(command));
    if (this.calm || !this.random.chance(0.05)) return;
    this.tally.add('command delivered twice');
    this.stage().after(this.random.between(2, 4_000), () => this.deliver(command));
  }

  private deliver(command: SentCommand): void {
    const { idempotencyKey: key, attempt } = command;
    const known = this.stored.get(key) ?? this.failures.get(`${key}#${attempt}`);
    if (known !== undefined) {
      this.reply(command, known);
      return;
    }
    const fate = this.fateOf(key);
    const delivery = (this.deliveries.get(key) ?? 0) + 1;
    this.deliveries.set(key, delivery);
    const early = !this.calm && delivery <= fate.times;
    if (early && fate.kind === 'silent') {
      // It is down, and has not moved its offset: the record comes again when it is up.
      this.tally.add('participant down');
      this.stage().after(this.random.between(1_500, 9_000), () => this.deliver(command));
    } else if (early && (fate.kind === 'failing' || fate.kind === 'away')) {
      const answer: Answer = { outcome: 'failed', code: fate.code };
      this.failures.set(`${key}#${attempt}`, answer);
      this.tally.add('participant failed');
      this.reply(command, answer);
    } else if (early && fate.kind === 'crash') {
      this.carryOut(command, fate);
      this.tally.add('participant died between effect and reply');
      this.stage().after(this.random.between(500, 8_000), () => this.deliver(command));
    } else if (early && fate.kind === 'late') {
      this.tally.add('participant answers late');
      this.stage().after(this.random.between(1_900, 12_000), () => this.reply(command, this.stored.get(key) ?? this.carryOut(command, fate)));
    } else {
      this.reply(command, this.carryOut(command, fate));
    }
  }

  /** One database transaction: the effect and the stored answer. */
  private carryOut(command: SentCommand, fate: Fate): Answer {
    const { idempotencyKey: key, undoes, sagaId, step, action, value } = command;
    const effect = this.books.effect(sagaId, step);
    const rejected = fate.kind === 'rejected' || fate.rejectedAfter;
    let answer: Answer = rejected ? { outcome: 'rejected', code: 'NO' } : { outcome: 'done' };
    if (action === 'do' && effect.refused.has(key)) {
      answer = { outcome: 'rejected', code: 'NO' };
      this.tally.add('do refused after its undo');
    } else if (action === 'do' && !rejected) {
      const amount = amountOf(value);
      effect.did.push(key);
      effect.amount = amount;
      this.books.ledger.post('customer', command.participant, amount);
    } else if (undoes !== null && !rejected) {
      // As a real one, it knows what to take back by the key alone.
      if (effect.did.includes(undoes) && !effect.refused.has(undoes)) {
        effect.undid.push(key);
        this.books.ledger.post(command.participant, 'customer', effect.amount);
      }
      effect.refused.add(undoes);
    }
    this.stored.set(key, answer);
    if (rejected) this.tally.add('participant rejected');
    if (this.trace.reading) this.trace.note(this.stage().nowMs, `  ${command.participant}: ${action} ${sagaId} ${step} ${answer.outcome} (${key})`);
    return answer;
  }

  private reply(command: SentCommand, answer: Answer): void {
    const { idempotencyKey: key, sagaId, participant, step, action, attempt, type } = command;
    const id = answer.outcome === 'failed' ? `${key}#${attempt}` : `${key}#${answer.outcome}`;
    const done = doneOf.get(type);
    if (done === undefined) throw new RangeError(`Nobody can do ${type}.`);
    const reply =
      answer.outcome === 'done'
        ? { outcome: 'done' as const, value: { type: done.name, value: sampleOf(done.schema, `${this.seed}/${key}`) } }
        : { outcome: answer.outcome, code: answer.code, message: `${participant} says ${answer.code}.` };
    const publish = (): void => this.stage().publish({ sender: { kind: 'participant', name: participant }, id, input: { kind: 'reply', sagaId, participant, step, action, attempt, reply } });
    const delayed = !this.calm && this.random.chance(0.04);
    if (delayed) this.tally.add('reply delayed');
    this.stage().after(delayed ? this.random.between(1_000, 6_000) : this.random.between(1, 20), publish);
    if (this.calm || !this.random.chance(0.06)) return;
    this.tally.add('reply sent twice');
    this.stage().after(this.random.between(1, 5_000), publish);
  }

  private fateOf(key: string): Fate {
    const known = this.fates.get(key);
    if (known !== undefined) return known;
    const random = new Random(`${this.seed}/fate/${key}`);
    const undo = key.includes('/undo/');
    const kind = random.weighted({ done: 70, rejected: undo ? 2 : 5, failing: 9, silent: 4, late: 5, crash: 6, away: 1 });
    const times = kind === 'away' ? 1_000 : kind === 'done' || kind === 'rejected' ? 0 : random.between(1, 4);
    const fate: Fate = { kind, times, rejectedAfter: random.chance(undo ? 0.02 : 0.08), code: random.chance(0.7) ? 'AWAY' : 'BROKEN' };
    this.fates.set(key, fate);
    return fate;
  }
}

/** The amount that a request is about, if it is about one. */
function amountOf(request: unknown): number {
  const { amount } = request as { readonly amount?: number | { readonly amountMinor?: number } };
  return typeof amount === 'number' ? amount : (amount?.amountMinor ?? 0);
}
