import { advance, type Effect, type OpenSaga, type Plan, type SagaInput, type Transition } from '@onward/saga';
import { EngineCodec } from './engine-codec.js';
import type { Subject } from './subjects.js';

/** One transition of a saga, from open to open: what goes in. */
export interface Moment {
  readonly state: OpenSaga;
  readonly stateBytes: Buffer;
  readonly input: SagaInput;
  readonly transition: Transition;
  /** Steps that are done afterwards. */
  readonly done: number;
  readonly bytesAfter: Buffer;
  readonly after: OpenSaga;
}

export const NOW_MS = 1_767_225_600_000;

/** An input as a lane has it: its value comes from bytes, and nobody has seen it yet. */
export function fresh(input: SagaInput, { values }: EngineCodec, plan: Plan): SagaInput {
  if (input.kind !== 'reply' || input.reply.outcome !== 'done') return input;
  const { type, value } = input.reply.value;
  const record = plan.records.get(type);
  if (record === undefined) throw new Error(`The plan has no record ${type}.`);
  return { ...input, reply: { outcome: 'done', value: values.decode(values.encode(record, value)) } };
}

/** Plays a saga in which everything goes well; its last transition, which ends it, is left out. */
export function play({ plan, input, reply }: Subject): readonly Moment[] {
  const codec = new EngineCodec(plan);
  const sagaId = (input as { orderId: string }).orderId;
  const start: SagaInput = { kind: 'start', sagaId, commandId: '7c9e6679-7425-40de-944b-e07fc1f90ae7', value: { type: plan.input.name, value: input }, startHash: Buffer.alloc(32, 7) };
  const moments: Moment[] = [];
  const queue: SagaInput[] = [];
  let state: OpenSaga | undefined;
  for (let next: SagaInput | undefined = start; next !== undefined; next = queue.shift()) {
    const advanced = advance(plan, state, fresh(next, codec, plan), NOW_MS + moments.length, null);
    if (advanced.kind !== 'transition' || advanced.state.kind !== 'open') break;
    queue.push(...advanced.effects.flatMap((effect) => replyTo(effect, reply)));
    const after = advanced.state;
    if (state !== undefined) {
      moments.push({ state, stateBytes: codec.bytesOf(state), input: next, transition: advanced.transition, done: moments.length + 1, bytesAfter: codec.bytesOf(after), after });
    }
    state = after;
  }
  return moments;
}

function replyTo(effect: Effect, reply: Subject['reply']): SagaInput[] {
  if (effect.kind !== 'command') return [];
  const { sagaId, participant, step, action, attempt, command } = effect;
  return [{ kind: 'reply', sagaId, participant, step, action, attempt, reply: { outcome: 'done', value: { type: command.done.name, value: reply(command.done.name) } } }];
}
