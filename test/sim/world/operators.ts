import type { OpenSaga, SagaInput } from '@onward/saga';
import { isCommandNode, nodeAt, statusOf } from '@onward/saga';
import { sampleOf } from '../plans/sample.js';
import { Random } from '../random.js';
import type { Clients } from './clients.js';
import type { Stage, Tally } from './stage.js';

const LOOK_MS = 4_000;
/** When everybody else has calmed down, they see to it that it ends. */
const LOOK_CALM_MS = 1_500;
/** When there is nothing to do, they look less and less often. */
const LOOK_MAX_MS = 3_600_000;

/** What an operator published. */
export interface OperatorCommand {
  readonly commandId: string;
  readonly sagaId: string;
  readonly kind: string;
}

/** People who look after parked sagas, and sometimes do what makes no sense. */
export class Operators {
  readonly commands: OperatorCommand[] = [];
  private readonly random: Random;
  private readonly acts = new Map<string, number>();
  private calm = false;
  private lookMs = LOOK_CALM_MS;

  constructor(
    seed: string,
    private readonly stage: Stage,
    private readonly tally: Tally,
    private readonly clients: Clients,
  ) {
    this.random = new Random(`${seed}/operators`);
  }

  begin(): void {
    this.stage.after(LOOK_MS, () => this.look());
  }

  calmDown(): void {
    this.calm = true;
    this.lookMs = LOOK_CALM_MS;
  }

  private look(): void {
    let open = 0;
    const before = this.commands.length;
    for (const saga of this.stage.sagas().values()) {
      if (saga.kind === 'closed') continue;
      open += 1;
      if (statusOf(saga) === 'stuck') {
        if (this.calm || this.random.chance(0.5)) this.unstick(saga);
      } else if (!this.calm && this.random.chance(0.06)) this.interfere(saga);
      if (this.calm || this.random.chance(0.2)) this.clients.nudge(saga);
    }
    const idle = this.commands.length === before;
    this.lookMs = idle ? Math.min(LOOK_MAX_MS, this.lookMs * 1.3) : LOOK_CALM_MS;
    if (open > 0 || !this.calm || !this.stage.isQuiet) this.stage.after(this.calm ? this.lookMs : LOOK_MS, () => this.look());
  }

  /** Moves a parked saga on; the more often that did not help, the rougher. */
  private unstick(saga: OpenSaga): void {
    const times = (this.acts.get(saga.sagaId) ?? 0) + 1;
    this.acts.set(saga.sagaId, times);
    const parked = [
      ...saga.active.filter(({ phase }) => phase === 'failed').map(({ path }) => ({ path, action: 'do' as const })),
      ...saga.undo.filter(({ failure }) => failure !== null).map(({ path }) => ({ path, action: 'undo' as const })),
    ];
    if (times > 12 || (parked.length === 0 && times > 6)) {
      this.send(saga, { kind: 'terminate', by: 'operator', reason: 'nothing helps' });
      return;
    }
    const choice = parked.length === 0 ? 'retry' : this.random.weighted({ retry: 50, skip: times > 4 ? 90 : 20, edit: 15, cancel: 4, migrate: 4 });
    if (choice === 'cancel') this.send(saga, { kind: 'cancel', by: 'operator', reason: 'no hope' });
    else if (choice === 'migrate') this.migrate(saga);
    else if (choice === 'retry') this.send(saga, { kind: 'retry', step: parked.length === 0 || this.random.chance(0.5) ? null : this.random.pick(parked).path, reason: 'again' });
    else this.one(saga, choice, this.random.pick(parked));
  }

  private one(saga: OpenSaga, kind: 'skip' | 'edit', { path, action }: { readonly path: string; readonly action: 'do' | 'undo' }): void {
    if (kind === 'skip') {
      this.send(saga, { kind, step: path, action, reason: 'done by hand' });
      return;
    }
    const plan = this.stage.plan(saga.sagaType, saga.planVersion);
    const node = plan === undefined ? undefined : nodeAt(plan, path);
    const command = isCommandNode(node) ? (action === 'do' ? node.command : node.undo?.command) : undefined;
    if (node?.kind !== 'step' || command === undefined) return;
    const value = sampleOf(command.request.schema, `${saga.sagaId}/edit/${this.commands.length}`);
    this.send(saga, { kind, step: path, action, reason: 'with other words', value: { type: command.request.name, value } });
  }

  /** Does something to a saga that runs: mostly refused. */
  private interfere(saga: OpenSaga): void {
    const kind = this.random.weighted({ retry: 3, skip: 3, terminate: 2, cancel: 2, migrate: 6 });
    const path = saga.active[0]?.path ?? 'nowhere';
    if (kind === 'retry') this.send(saga, { kind, step: null, reason: 'impatience' });
    else if (kind === 'skip') this.send(saga, { kind, step: path, action: 'do', reason: 'impatience' });
    else if (kind === 'terminate') this.send(saga, { kind, by: 'operator', reason: 'enough' });
    else if (kind === 'cancel') this.send(saga, { kind, by: 'operator', reason: 'enough' });
    else this.migrate(saga);
  }

  private migrate(saga: OpenSaga): void {
    const toVersion = saga.planVersion + 1;
    this.send(saga, { kind: 'migrate', target: this.stage.plan(saga.sagaType, toVersion), toVersion, reason: 'upgrade' });
  }

  private send({ sagaId }: OpenSaga, input: Omitted<SagaInput>): void {
    const commandId = `${sagaId}/operator/${this.commands.length}`;
    this.tally.add(`operator ${input.kind}`);
    this.commands.push({ commandId, sagaId, kind: input.kind });
    const times = this.random.chance(0.06) ? 2 : 1;
    for (let n = 0; n < times; n += 1) this.stage.publish({ sender: { kind: 'operator' }, id: commandId, input: { ...input, sagaId, commandId } as SagaInput });
  }
}

/** An input without what every request has. */
type Omitted<I> = I extends { readonly commandId: string } ? Omit<I, 'sagaId' | 'commandId'> : never;
