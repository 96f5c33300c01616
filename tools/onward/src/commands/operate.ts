import { InvalidArgumentError, type Command } from 'commander';
import { CancelSaga, EditStep, RetrySaga, SkipStep, TerminateSaga } from '@onward/contracts';
import { AvroRegistry, topicName } from '@onward/kafka';
import { CliError } from '../cli-error.js';
import { withCluster } from '../connection/with-cluster.js';
import type { CliContext } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { durationMs } from '../option-parsers.js';
import { parseFields, readCommandFile } from '../publish/command-file.js';
import { carryOut, type OperationOptions } from '../publish/operation.js';
import { CLIENT, OPERATOR, type Publisher } from '../publish/publish.js';
import { knownPlans, modulesOf } from '../publish/saga-modules.js';
import { findSignal } from '../publish/signal.js';
import { requestOf } from '../read/request.js';

const TIMEOUT_DEFAULT_MS = 30_000;
const REASON_DEFAULT = 'Asked for on the command line.';

interface SenderOptions extends OperationOptions {
  readonly as: Publisher;
}

interface StepOptions extends OperationOptions {
  readonly step: string;
  readonly undo?: boolean;
  readonly reason: string;
}

/** `onward signal`, `cancel`, `terminate`, `retry`, `skip` and `edit`: what a person does with a running saga. */
export function addOperateCommands(program: Command, context: CliContext): void {
  addSignal(program, context);

  sent(senders(operation(program, 'cancel', 'ask a saga to undo what it did; past its pivot it refuses')))
    .option('--reason <text>', 'why, for the history and the audit log', REASON_DEFAULT)
    .action(async (sagaId: string, _options, command: Command) => {
      const { as, reason, ...options } = command.optsWithGlobals<SenderOptions & { reason: string }>();
      await carryOut(context, options, { sagaId, type: CancelSaga, fields: { reason }, as });
    });

  sent(operation(program, 'terminate', 'stop a saga as it is, and write down what it leaves in place; nothing is undone'))
    .requiredOption('--reason <text>', 'why, for the history and the audit log')
    .action(async (sagaId: string, _options, command: Command) => {
      const { reason, ...options } = command.optsWithGlobals<OperationOptions & { reason: string }>();
      await carryOut(context, options, { sagaId, type: TerminateSaga, fields: { reason: spoken(reason) }, as: OPERATOR });
    });

  sent(operation(program, 'retry', 'have a stuck saga try again what it is stuck with'))
    .option('--step <path>', 'only this step, or its undo, as `onward show` names it (default: all that is stuck)')
    .option('--reason <text>', 'why, for the history and the audit log')
    .action(async (sagaId: string, _options, command: Command) => {
      const { step = null, reason = null, ...options } = command.optsWithGlobals<OperationOptions & { step?: string; reason?: string }>();
      await carryOut(context, options, { sagaId, type: RetrySaga, fields: { step, reason }, as: OPERATOR });
    });

  sent(aboutStep(operation(program, 'skip', 'have a stuck saga go on as if a step, or an undo, were done')))
    .action(async (sagaId: string, _options, command: Command) => {
      const { step, undo, reason, ...options } = command.optsWithGlobals<StepOptions>();
      await carryOut(context, options, { sagaId, type: SkipStep, fields: { step, action: undo ? 'undo' : 'do', reason: spoken(reason) }, as: OPERATOR });
    });

  addEdit(program, context);
}

function addSignal(program: Command, context: CliContext): void {
  interface SignalOptions extends SenderOptions {
    readonly file?: string;
    readonly value?: string;
    readonly sagas?: readonly string[];
  }
  sent(
    senders(
      program
        .command('signal')
        .description('tell a saga something that it waits for, now or later')
        .argument('<sagaId>', 'the saga, as printed by publish and list')
        .argument('<type>', 'the signal, as ManualApproval')
        .option('-f, --file <path>', "JSON file with the signal's fields; - reads standard input")
        .option('--value <json>', "the signal's fields as a JSON object, in place of a file")
        .option('--sagas <module...>', "built modules with a team's own sagas (default: ONWARD_SAGAS)"),
    ),
  ).action(async (sagaId: string, typeName: string, _options, command: Command) => {
    const { file, value, sagas, as, ...options } = command.optsWithGlobals<SignalOptions>();
    const plans = await knownPlans(sagas ?? modulesOf(context.environment['ONWARD_SAGAS']), context.folder);
    const type = findSignal(typeName, plans, options.domain);
    if (file !== undefined && value !== undefined) throw new CliError('OPTIONS_CONTRADICT', 'Give the fields by --file or by --value, not by both.', ExitCode.invalid);
    const fields = file !== undefined ? readCommandFile(file) : parseFields(value ?? '{}', '--value');
    await carryOut(context, options, { sagaId, type, fields, as });
  });
}

function addEdit(program: Command, context: CliContext): void {
  sent(aboutStep(operation(program, 'edit', 'have a stuck saga send a step, or an undo, with another request')))
    .requiredOption('-f, --file <path>', 'JSON file with the whole new request; - reads standard input')
    .option('--sagas <module...>', "built modules with a team's own sagas (default: ONWARD_SAGAS)")
    .action(async (sagaId: string, _options, command: Command) => {
      const { step, undo, reason, file, sagas, ...options } = command.optsWithGlobals<StepOptions & { file: string; sagas?: readonly string[] }>();
      const action = undo ? 'undo' : 'do';
      const fields = readCommandFile(file);
      const plans = await knownPlans(sagas ?? modulesOf(context.environment['ONWARD_SAGAS']), context.folder);
      const registry = new AvroRegistry(context.settings.registry());
      const type = await withCluster(context.settings.kafka(OPERATOR), (cluster) => requestOf(cluster, registry, plans, { domain: options.domain, sagaId, step, action }, fields));
      const encode = await registry.encoder(topicName(OPERATOR, 'commands', options.domain), type);
      await carryOut(context, options, { sagaId, type: EditStep, fields: { step, action, reason: spoken(reason), value: encode(fields), valueType: type.name }, as: OPERATOR });
    });
}

function operation(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).argument('<sagaId>', 'the saga, as printed by publish and list');
}

function sent(command: Command): Command {
  return command
    .option('--domain <name>', 'the orchestrator it belongs to', 'orders')
    .option('--no-wait', 'do not wait for what the saga makes of it')
    .option('--timeout <duration>', 'how long to wait, as 30s or 5m', durationMs, TIMEOUT_DEFAULT_MS);
}

function senders(command: Command): Command {
  return command.option('--as <principal>', 'who says it: operator or client', publisher, OPERATOR);
}

function aboutStep(command: Command): Command {
  return command
    .requiredOption('--step <path>', 'the step, as `onward show` names it')
    .option('--undo', 'its undo is meant')
    .requiredOption('--reason <text>', 'why, for the history and the audit log');
}

function publisher(text: string): Publisher {
  if (text === CLIENT || text === OPERATOR) return text;
  throw new InvalidArgumentError('It must be operator or client.');
}

/** A reason that says something: it stands in the history for ever. */
function spoken(reason: string): string {
  if (reason.trim() !== '') return reason;
  throw new CliError('REASON_MISSING', 'Say why with --reason: it is written into the history and the audit log.', ExitCode.invalid);
}
