import { recordType, type RecordType } from '@onward/contracts';
import { schemaIdOf, type AvroRegistry, type KafkaCluster } from '@onward/kafka';
import { isCommandNode, nodeAt, type Action, type Plan } from '@onward/saga';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { checkFields } from '../publish/start-command.js';
import { readTransitions } from './sagas.js';

/** One command of a saga. */
export interface StepAddress {
  readonly domain: string;
  readonly sagaId: string;
  readonly step: string;
  readonly action: Action;
}

/**
 * The record of what a step asks for, by the saga's plan, or by what the step has sent; the fields are checked against it.
 * @throws CliError `SAGA_NOT_FOUND`, `STEP_UNKNOWN`, `COMMAND_INVALID`
 */
export async function requestOf(cluster: KafkaCluster, registry: AvroRegistry, plans: readonly Plan[], address: StepAddress, fields: Readonly<Record<string, unknown>>): Promise<RecordType<unknown>> {
  const { domain, sagaId, step, action } = address;
  const transitions = await readTransitions(cluster, registry, domain, sagaId);
  const last = transitions.at(-1);
  if (last === undefined) throw new CliError('SAGA_NOT_FOUND', `There is no saga "${sagaId}" in ${domain}: \`onward list\` shows those there are.`, ExitCode.notFound);
  const plan = plans.find(({ name, version }) => name === last.sagaType && version === last.planVersion);
  const node = plan === undefined ? undefined : nodeAt(plan, step);
  const command = isCommandNode(node) ? (action === 'do' ? node.command : node.undo?.command) : undefined;
  const sent = transitions.flatMap(({ events }) => events.filter((event) => event.kind === 'CommandSent' && event.step === step && event.action === action)).at(-1);
  const type = (command?.request as RecordType<unknown> | undefined) ?? (await typeOf(registry, sent?.value ?? null));
  if (type === undefined) {
    throw new CliError('STEP_UNKNOWN', `${last.sagaType} version ${last.planVersion} sends nothing to ${action} "${step}": \`onward show ${sagaId}\` names its steps. A saga of a team's own needs --sagas.`, ExitCode.invalid);
  }
  checkFields(type, fields);
  return type;
}

async function typeOf(registry: AvroRegistry, value: Buffer | null): Promise<RecordType<unknown> | undefined> {
  const writer = value === null ? undefined : await registry.writerType(schemaIdOf(value));
  return writer === undefined ? undefined : recordType(writer.schema({ exportAttrs: true }) as Parameters<typeof recordType>[0]);
}
