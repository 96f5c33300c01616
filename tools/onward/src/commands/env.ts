import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { StackFile } from '../connection/stack-file.js';
import type { CliContext, GlobalOptions } from '../context.js';
import { ExitCode } from '../exit-code.js';

/** `onward env <principal>`. */
export function addEnvCommand(program: Command, context: CliContext): void {
  program
    .command('env')
    .description('print what a service needs to know of the local stack, as lines of an environment file; it holds passwords')
    .argument('<principal>', 'whom the service runs as, as loyalty')
    .action((principal: string, _options, command: Command) => {
      const output = context.output(command.optsWithGlobals<GlobalOptions>());
      const environment = environmentOf(context.settings.stack(), principal);
      output.object(environment);
      for (const [name, value] of Object.entries(environment)) output.text(`${name}=${value}`);
    });
}

function environmentOf(stack: StackFile, principal: string): Record<string, string> {
  const credentials = stack.principals[principal];
  if (credentials === undefined) {
    const known = Object.keys(stack.principals).sort().join(', ');
    throw new CliError('PRINCIPAL_UNKNOWN', `The stack has no principal "${principal}", only ${known}: start it with the topology file that declares it (\`npm start -- --topology <file>\`).`, ExitCode.invalid);
  }
  const database = stack.databases[principal];
  return {
    ONWARD_BROKERS: stack.brokers.join(','),
    ONWARD_SASL_USERNAME: credentials.username,
    ONWARD_SASL_PASSWORD: credentials.password,
    ONWARD_REGISTRY_URL: stack.registryUrl,
    ONWARD_REGISTRY_USERNAME: stack.registry.username,
    ONWARD_REGISTRY_PASSWORD: stack.registry.password,
    ...(database === undefined ? {} : { ONWARD_DATABASE_URL: database }),
    ...(stack.jwtSecretFile === undefined ? {} : { ONWARD_JWT_SECRET_FILE: stack.jwtSecretFile }),
    ...(stack.partitions === undefined ? {} : { ONWARD_PARTITIONS: String(stack.partitions) }),
    ONWARD_TOPOLOGY: stack.topologyFiles.join(','),
  };
}
