import type { OpenSaga } from '@onward/saga';
import { nodeAt } from '@onward/saga';
import { knownRecords } from '../plans/records.js';
import { sampleOf } from '../plans/sample.js';
import { nodesOf, SIGNAL_REFUSED, type PlanSpec, type SimInput } from '../plans/spec.js';
import { Random } from '../random.js';
import type { Stage, Tally } from './stage.js';

/** What a client published, as it remembers it. */
export interface ClientCommand {
  readonly commandId: string;
  readonly sagaId: string;
  readonly kind: 'start' | 'cancel' | 'signal';
}

/** Fields of the ready sagas' inputs that hold the saga's id. */
const ID_FIELDS = ['orderId', 'helloId', 'enrollmentId'];
/** Until when clients begin something new, milliseconds from the start of a run. */
const BUSY_MS = 6_000;

/** People who start sagas, start them again, cancel them, and send signals before, in and after their time. */
export class Clients {
  /** Every command that the broker acknowledged. */
  readonly commands: ClientCommand[] = [];
  private readonly random: Random;
  private signalsSent = 0;
  /** Those that some saga type here waits for: others are no commands at all. */
  private readonly signalTypes: readonly string[];

  constructor(
    seed: string,
    private readonly stage: Stage,
    private readonly tally: Tally,
    private readonly specs: readonly PlanSpec[],
  ) {
    this.random = new Random(`${seed}/clients`);
    this.signalTypes = [...new Set(specs.flatMap(({ block }) => [...nodesOf(block)].flatMap(({ node }) => (node.kind === 'signal' ? [node.of] : []))))];
  }

  begin(sagas: number): void {
    for (let n = 0; n < sagas; n += 1) {
      const spec = this.random.pick(this.specs);
      this.stage.after(this.random.between(0, BUSY_MS), () => this.saga(`saga-${n}`, spec));
    }
  }

  private saga(sagaId: string, spec: PlanSpec): void {
    const { random, stage } = this;
    const input = this.inputOf(sagaId, spec);
    this.start(sagaId, `${sagaId}/start`, spec, input, random.chance(0.08) ? 2 : 1);
    if (random.chance(0.06)) {
      this.tally.add('start repeated');
      this.stage.after(random.between(0, 30_000), () => this.start(sagaId, `${sagaId}/again`, spec, input, 1));
    }
    if (random.chance(0.04)) {
      this.tally.add('start with other content');
      this.stage.after(random.between(0, 30_000), () => this.start(sagaId, `${sagaId}/other`, spec, this.otherThan(input, spec), 1));
    }
    if (random.chance(0.2)) stage.after(random.between(0, 12_000), () => this.cancel(sagaId, `${sagaId}/cancel`));
    for (const { node } of nodesOf(spec.block)) {
      if (node.kind !== 'signal') continue;
      if (random.chance(0.35)) {
        this.tally.add('signal sent early');
        stage.after(random.between(0, 400), () => this.signal(sagaId, node.of));
      } else if (random.chance(0.5)) {
        stage.after(random.between(400, 12_000), () => this.signal(sagaId, node.of));
      }
    }
    if (this.signalTypes.length > 0 && random.chance(0.03)) stage.after(random.between(0, 9_000), () => this.signal(sagaId, random.pick(this.signalTypes)));
    if (random.chance(0.04)) stage.after(random.between(0, 9_000), () => this.poison(sagaId));
    if (random.chance(0.02)) {
      this.tally.add('cancel of an unknown saga');
      this.cancel(`${sagaId}-unknown`, `${sagaId}/lost`);
    }
  }

  private inputOf(sagaId: string, spec: PlanSpec): unknown {
    const { random } = this;
    const made: SimInput = { sagaId, n: random.between(0, 13), items: Array.from({ length: random.between(0, 4) }, () => random.between(0, 3)) };
    if (isGenerated(spec.input)) return made;
    const sample = sampleOf(knownRecords.get(spec.input)?.schema, sagaId) as Record<string, unknown>;
    // A ready saga's id stands in the field that is called after what it is about.
    return { ...sample, ...Object.fromEntries(ID_FIELDS.filter((field) => field in sample).map((field) => [field, sagaId])) };
  }

  private otherThan(input: unknown, spec: PlanSpec): unknown {
    if (isGenerated(spec.input)) return { ...(input as SimInput), n: (input as SimInput).n + 100 };
    const fields = input as Record<string, unknown>;
    const changed = Object.keys(fields).find((field) => !ID_FIELDS.includes(field) && typeof fields[field] === 'string') ?? '';
    return { ...fields, [changed]: 'something else' };
  }

  private signalOf(type: string, seed: string, code: number): unknown {
    if (isGenerated(type)) return { code };
    const sample = sampleOf(knownRecords.get(type)?.schema, seed) as Record<string, unknown>;
    return 'approved' in sample ? { ...sample, approved: code !== SIGNAL_REFUSED } : sample;
  }

  private start(sagaId: string, commandId: string, spec: PlanSpec, input: unknown, times: number): void {
    const value = { type: spec.input, value: input };
    this.commands.push({ commandId, sagaId, kind: 'start' });
    const astray = this.random.chance(0.06);
    if (astray) this.tally.add('record astray');
    if (times > 1) this.tally.add('command published twice');
    for (let n = 0; n < times; n += 1) {
      this.stage.publish({ sender: { kind: 'client' }, id: commandId, astray, input: { kind: 'start', sagaId, commandId, value, startHash: new Uint8Array() } });
    }
  }

  private cancel(sagaId: string, commandId: string): void {
    this.tally.add('cancel');
    this.commands.push({ commandId, sagaId, kind: 'cancel' });
    const times = this.random.chance(0.1) ? 2 : 1;
    for (let n = 0; n < times; n += 1) {
      this.stage.publish({ sender: { kind: 'client' }, id: commandId, input: { kind: 'cancel', sagaId, commandId, by: 'client', reason: 'changed my mind' } });
    }
  }

  private signal(sagaId: string, type: string, code?: number): void {
    this.signalsSent += 1;
    const commandId = `${sagaId}/signal/${this.signalsSent}`;
    this.commands.push({ commandId, sagaId, kind: 'signal' });
    const value = { type, value: this.signalOf(type, commandId, code ?? Number(this.random.weighted({ 0: 6, 1: 2, 2: 1 }))) };
    const times = this.random.chance(0.1) ? 2 : 1;
    if (times > 1) this.tally.add('signal published twice');
    const publish = (): void => this.stage.publish({ sender: { kind: 'client' }, id: commandId, input: { kind: 'signal', sagaId, commandId, value } });
    for (let n = 0; n < times; n += 1) publish();
  }

  private poison(sagaId: string): void {
    this.tally.add('poison');
    this.stage.publishPoison(sagaId, `${sagaId}/poison`);
  }

  /** Sends what a saga waits for, children included: somebody always comes in the end. */
  nudge(saga: OpenSaga): void {
    const plan = this.stage.plan(saga.sagaType, saga.planVersion);
    for (const { phase, path } of saga.active) {
      const node = phase === 'listening' && plan !== undefined ? nodeAt(plan, path) : undefined;
      if (node?.kind === 'signal' && this.random.chance(0.5)) this.signal(saga.sagaId, node.of.name, 0);
    }
  }
}

function isGenerated(record: string): boolean {
  return record.startsWith('onward.sim.');
}
