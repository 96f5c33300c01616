import { hash } from 'node:crypto';
import { CancelSaga, EditStep, MigrateSaga, RetrySaga, SkipStep, TerminateSaga } from '@onward/contracts';
import { UndecodableValue, type DecodedValue, type ValueDecoder } from '@onward/kafka';
import type { Action, Plan, SagaInput, TypedValue } from '@onward/saga';
import { Unacceptable } from './headers.js';
import type { RecordContent } from './inbound.js';
import type { Sender } from './origin.js';
import { parentIdOf, parentOf } from './parent-link.js';
import type { PlanCatalogue } from './plan-catalogue.js';

/** A record of somebody who asks for something. */
export interface CommandRecord {
  readonly record: RecordContent;
  readonly sagaId: string;
  /** Its `ce_id`. */
  readonly commandId: string;
  readonly sender: Exclude<Sender, { kind: 'participant' }>;
  readonly decoded: DecodedValue;
}

interface CommandInput {
  readonly input: SagaInput;
  /** Of a start. */
  readonly plan: Plan | undefined;
}

/** Commands to a running saga, and who may send them besides an operator. */
const COMMANDS: ReadonlyMap<string, readonly Sender['kind'][]> = new Map([
  [CancelSaga.name, ['client', 'operator', 'parent']],
  [TerminateSaga.name, ['operator', 'parent']],
  [RetrySaga.name, ['operator']],
  [SkipStep.name, ['operator']],
  [EditStep.name, ['operator']],
  [MigrateSaga.name, ['operator']],
]);

/**
 * What a client, an operator or a parent saga asks for.
 * @throws Unacceptable when this sender may not ask for it; RegistryUnavailable when an edit's new request cannot be read for now
 */
export async function commandInput(command: CommandRecord, plans: PlanCatalogue, decoder: ValueDecoder): Promise<CommandInput> {
  const { sender, decoded } = command;
  const { name } = decoded.type;
  const senders = COMMANDS.get(name);
  if (senders?.includes(sender.kind) === true) return { input: await toRunning(command, decoder), plan: undefined };
  if (senders === undefined && sender.kind !== 'parent' && plans.isSignal(name)) {
    const { sagaId, commandId } = command;
    return { input: { kind: 'signal', sagaId, commandId, value: valueOf(decoded) }, plan: undefined };
  }
  const plan = sender.kind === 'operator' ? undefined : plans.startedBy(name, sender.kind);
  if (plan === undefined) throw new Unacceptable('COMMAND_NOT_TAKEN', `${name} is not a command that ${sender.kind === 'operator' ? 'an operator' : `a ${sender.kind}`} can send here.`);
  return { input: start(command), plan };
}

function start({ record, sagaId, commandId, sender, decoded }: CommandRecord): SagaInput {
  // Hashed as this process encodes it: two clients with two versions of the schema say the same when they mean the same.
  const startHash = hash('sha256', decoded.type.encode(decoded.value), 'buffer');
  const parent = sender.kind === 'parent' ? parentOf(record, sender.name) : null;
  return { kind: 'start', sagaId, commandId, value: valueOf(decoded), startHash, parent };
}

async function toRunning({ record, sagaId, commandId, sender, decoded }: CommandRecord, decoder: ValueDecoder): Promise<SagaInput> {
  const asked = { by: sender.kind, parent: sender.kind === 'parent' ? { domain: sender.name, sagaId: parentIdOf(record) } : null };
  const to = { sagaId, commandId } as const;
  const value: unknown = decoded.value;
  switch (decoded.type.name) {
    case CancelSaga.name:
      return { kind: 'cancel', ...to, ...asked, reason: (value as CancelSaga).reason };
    case TerminateSaga.name:
      return { kind: 'terminate', ...to, ...asked, reason: (value as TerminateSaga).reason };
    case RetrySaga.name: {
      const { step, reason } = value as RetrySaga;
      return { kind: 'retry', ...to, step, reason };
    }
    case SkipStep.name: {
      const { step, action, reason } = value as SkipStep;
      return { kind: 'skip', ...to, step, action: actionOf(action), reason };
    }
    case EditStep.name: {
      const { step, action, reason, value: request, valueType } = value as EditStep;
      return { kind: 'edit', ...to, step, action: actionOf(action), reason, value: await requestOf(request, valueType, decoder) };
    }
    default: {
      const { toVersion, reason } = value as MigrateSaga;
      // The plan to go to follows from the saga's type, which the command does not say.
      return { kind: 'migrate', ...to, toVersion, reason, target: undefined };
    }
  }
}

/** An edit's new request. One that cannot be read is given to the engine as it is named: it refuses it, and the operator is told. */
async function requestOf(bytes: Buffer, type: string, decoder: ValueDecoder): Promise<TypedValue> {
  await decoder.prepare([bytes]);
  try {
    return valueOf(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof UndecodableValue) return { type, value: undefined };
    throw error;
  }
}

function actionOf(action: string): Action {
  if (action === 'do' || action === 'undo') return action;
  throw new Unacceptable('ACTION_INVALID', `The action must be "do" or "undo", not ${JSON.stringify(action)}.`);
}

function valueOf({ type, value }: DecodedValue): TypedValue {
  return { type: type.name, value };
}
