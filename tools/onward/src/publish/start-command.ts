import { randomBytes } from 'node:crypto';
import { CancelSaga, type RecordType, type ServiceContract } from '@onward/contracts';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { separateUnknownFields } from './unknown-fields.js';

/** A command type that clients may send, and to whom. */
export interface ClientCommand {
  readonly service: string;
  readonly type: RecordType<unknown>;
  /** A message to a saga that runs: nothing answers it but a refusal. */
  readonly signal?: boolean;
}

/**
 * A signal that is taken has no outcome of its own: to wait for one is to wait for ever.
 * @throws CliError (exit status 2) `SIGNAL_HAS_NO_OUTCOME`
 */
export function refuseToAwait({ type, signal = false }: ClientCommand): void {
  if (!signal) return;
  const name = shortName(type.name);
  throw new CliError('SIGNAL_HAS_NO_OUTCOME', `${name} is a signal: it has no outcome to wait for; nothing was sent. Send it without --wait, or with \`onward signal <sagaId> ${name}\`, and see what it did with \`onward show <sagaId>\`.`, ExitCode.invalid);
}

/**
 * Finds a command by its short or full name among what services accept from clients.
 * @param own - commands of a team's own sagas
 * @throws CliError (exit status 2) `COMMAND_UNKNOWN` that lists what there is.
 */
export function findClientCommand(name: string, contracts: readonly ServiceContract[], own: readonly ClientCommand[] = []): ClientCommand {
  const suite = contracts.flatMap(({ service, accepts }) => {
    // What an operator can send as well is a signal, but for a cancel: nobody but a client starts sagas.
    const ofOperators = new Set((accepts['operator'] ?? []).map(({ name: of }) => of));
    return (accepts['client'] ?? []).map((type): ClientCommand => ({ service, type, signal: ofOperators.has(type.name) && type.name !== CancelSaga.name }));
  });
  const known = [...own, ...suite];
  const found = known.find(({ type }) => type.name === name || shortName(type.name) === name);
  if (found !== undefined) return found;
  throw new CliError('COMMAND_UNKNOWN', `There is no command "${name}". Commands you can publish: ${known.map(({ type }) => shortName(type.name)).join(', ')}.`, ExitCode.invalid);
}

/** A command ready to be sent: its value fits its schema, and names its saga. */
export interface PreparedCommand {
  readonly sagaId: string;
  readonly value: Record<string, unknown>;
}

/**
 * Puts the saga's id into a command and checks the whole against the schema.
 * A command names its saga in its first field. A command that starts a saga gets a fresh id if it has none.
 *
 * @throws CliError (exit status 2) `COMMAND_INVALID` naming every wrong, missing and unknown field; `SAGA_ID_MISSING`
 */
export function prepareCommand(type: RecordType<unknown>, fields: Readonly<Record<string, unknown>>, id?: string, freshId = makeFreshId): PreparedCommand {
  const idField = firstField(type);
  const given = id ?? fields[idField];
  if (given === undefined && idField === 'sagaId') {
    throw new CliError('SAGA_ID_MISSING', `${shortName(type.name)} is for a saga that runs: say which one with --id.`, ExitCode.invalid);
  }
  const value = { ...fields, [idField]: given ?? freshId(idField.replace(/Id$/, '')) };
  checkFields(type, value);
  const sagaId = value[idField] as string;
  if (sagaId === '') throw new CliError('COMMAND_INVALID', `${idField} is empty: leave it out to get a fresh one.`, ExitCode.invalid);
  return { sagaId, value };
}

/**
 * Checks a value against its schema.
 * @throws CliError (exit status 2) `COMMAND_INVALID` naming every wrong, missing and unknown field
 */
export function checkFields(type: RecordType<unknown>, value: Readonly<Record<string, unknown>>): void {
  const { known, unknown } = separateUnknownFields(type, value);
  const problems = [
    ...type.issues(known).map((issue) => `${issue.path} should be ${issue.expected.replace(' with only its own fields', '')}, ${issue.actual === 'missing' ? 'is missing' : `is ${issue.actual}`}`),
    ...unknown.map((field) => `${field.path} is no field of ${field.record}, which has: ${field.known.join(', ')}`),
  ];
  if (problems.length > 0) {
    throw new CliError('COMMAND_INVALID', [`This is no ${shortName(type.name)}; nothing was sent:`, ...problems.map((line) => `  ${line}`)].join('\n'), ExitCode.invalid);
  }
}

/** `order-` + time + randomness: sorts by time, and two clients do not meet. */
function makeFreshId(prefix: string): string {
  return `${prefix}-${Date.now().toString(36)}${randomBytes(5).toString('hex')}`;
}

function firstField(type: RecordType<unknown>): string {
  const { fields } = type.schema as unknown as { fields: readonly { name: string }[] };
  const first = fields[0];
  if (first === undefined) throw new Error(`${type.name} has no fields.`);
  return first.name;
}

export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}
