import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadTopology } from '@onward/kafka/topology';
import type { CliContext, GlobalOptions } from '../context.js';
import { SUITE_TOPOLOGY } from '../new/checkout.js';
import { parseName, type Kind } from '../new/names.js';
import { writeProject } from '../new/write-project.js';

interface NewOptions extends GlobalOptions {
  readonly dir?: string;
}

const WRITES = {
  saga: 'a saga type with two compensations and a pivot, its start command, and its test',
  participant: 'a service with one command and its undo, its contract, migrations and topology, its test, and a saga to try it with',
} as const satisfies Record<Kind, string>;

/** `onward new saga <name>` and `onward new participant <name>`. */
export function addNewCommands(program: Command, context: CliContext): void {
  const create = program.command('new').description("begin a saga or a participant of a team's own, in a folder of its own");
  for (const kind of ['saga', 'participant'] as const) {
    create
      .command(kind)
      .description(`write ${WRITES[kind]}`)
      .argument('<name>', kind === 'saga' ? 'what it does, as open-membership' : "the service's name, as loyalty")
      .option('--dir <folder>', 'where to; it must be empty, or not there yet (default: a folder with its name, here)')
      .addHelpText('after', "\nThe project finds Onward's packages in the checkout that this command belongs to. Its README says how to test and run it.")
      .action((text: string, _options, command: Command) => {
        const options = command.optsWithGlobals<NewOptions>();
        const output = context.output(options);
        const name = parseName(kind, text, principals());
        const dir = options.dir ?? name.kebab;
        const files = writeProject(kind, name, resolve(context.folder, dir));
        output.object({ kind, name: name.kebab, dir: resolve(context.folder, dir), files });
        output.text(`${dir}: ${files.length} files. Next:`);
        for (const line of [`cd ${dir}`, 'npm install', 'npm test']) output.text(`  ${line}`);
        output.text('Then see its README.md.');
      });
  }
}

/** Who has a name in a stack already. */
function principals(): ReadonlySet<string> {
  return new Set(['admin', 'broker', ...loadTopology([SUITE_TOPOLOGY]).principals.map(({ name }) => name)]);
}
