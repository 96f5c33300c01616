import { Command, CommanderError } from 'commander';
import { addAuditCommands } from './commands/audit.js';
import { addEnvCommand } from './commands/env.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addNewCommands } from './commands/new.js';
import { addOperateCommands } from './commands/operate.js';
import { addPublishCommand } from './commands/publish.js';
import { addSagaCommands } from './commands/sagas.js';
import { addTopologyCommands } from './commands/topology.js';
import { createContext, type ProcessParts } from './context.js';
import { debugReport, reportOf } from './error-report.js';
import { EXIT_CODES_HELP, ExitCode } from './exit-code.js';

/**
 * Runs one `onward` command line.
 * @param args without the program's own name
 * @returns the exit status
 */
export async function runCli(args: readonly string[], parts: ProcessParts): Promise<ExitCode> {
  const context = createContext(parts);
  const program = new Command('onward')
    .description('Durable sagas on Kafka: publish commands, look at sagas and act on them, read the audit log.')
    .option('--json', 'write JSON: one object, or one object a line')
    .option('--debug', 'on an error, write everything that is known about it')
    .addHelpText('after', `\n${EXIT_CODES_HELP}\n\nConnects to the local stack of this folder (\`npm start\`), else to that of the checkout this command is from, to the one whose stack.json ONWARD_STACK names, or to where\nONWARD_BROKERS, ONWARD_SASL_USERNAME, ONWARD_SASL_PASSWORD, ONWARD_TLS and ONWARD_REGISTRY_URL say.`)
    .configureOutput({ writeOut: (text) => void parts.stdout.write(text), writeErr: (text) => void parts.stderr.write(text) })
    .showHelpAfterError('(`onward --help` shows what there is)')
    .exitOverride();
  addPublishCommand(program, context);
  addSagaCommands(program, context);
  addOperateCommands(program, context);
  addMigrateCommand(program, context);
  addAuditCommands(program, context);
  addTopologyCommands(program, context);
  addEnvCommand(program, context);
  addNewCommands(program, context);

  try {
    await program.parseAsync([...args], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.invalid;
    const report = reportOf(error);
    const { json = false, debug = false } = program.opts<{ json?: boolean; debug?: boolean }>();
    parts.stderr.write(json ? `${JSON.stringify({ error: { code: report.code, message: report.message } })}\n` : `${report.message}\n`);
    if (debug) parts.stderr.write(`${debugReport(error)}\n`);
    return report.exitCode;
  }
}
