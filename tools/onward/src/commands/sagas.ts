import type { Command } from 'commander';
import { AvroRegistry } from '@onward/kafka';
import { CliError } from '../cli-error.js';
import { withCluster } from '../connection/with-cluster.js';
import type { CliContext, GlobalOptions } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { positiveInteger } from '../option-parsers.js';
import { readHistory, readSummaries } from '../read/sagas.js';
import { historyText } from '../saga/history.js';
import { summaryCells } from '../saga/summary.js';
import { table } from '../text/table.js';

interface SagaOptions extends GlobalOptions {
  readonly domain: string;
}

interface ListOptions extends SagaOptions {
  readonly status?: string;
  readonly deferred?: boolean;
  readonly limit: number;
}

const LIMIT_DEFAULT = 50;

/** `onward list` and `onward show <sagaId>`. */
export function addSagaCommands(program: Command, context: CliContext): void {
  program
    .command('list')
    .description('list sagas, the last changed first')
    .option('--status <status>', 'only those that are running, compensating, stuck, completed, compensated or terminated')
    .option('--deferred', 'only those with inputs put aside: no orchestrator that runs has the version of their plan')
    .option('--limit <count>', 'at most so many', positiveInteger, LIMIT_DEFAULT)
    .option('--domain <name>', 'the orchestrator they belong to', 'orders')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const output = context.output(options);
      const registry = new AvroRegistry(context.settings.registry());
      const { sagas, unreadable } = await withCluster(context.settings.kafka('operator'), (cluster) => readSummaries(cluster, registry, options.domain));
      const matching = sagas.filter((saga) => (options.status === undefined || saga.status === options.status) && (options.deferred !== true || saga.deferred > 0));
      const shown = matching.slice(0, options.limit);
      for (const saga of shown) output.object(saga);
      if (shown.length > 0) for (const line of table(['SAGA', 'TYPE', 'STATUS', 'OUTCOME', 'UPDATED (UTC)'], shown.map(summaryCells))) output.text(line);
      else output.text(sagas.length === 0 ? 'There are no sagas yet.' : options.deferred === true ? 'No saga has put anything aside.' : `No saga is ${options.status ?? ''}.`);
      if (shown.length < matching.length) output.note(`… and ${matching.length - shown.length} more: raise --limit to see them`);
      if (unreadable > 0) output.note(`${unreadable} could not be read: their schema is not in the registry, or they are damaged`);
    });

  program
    .command('show')
    .description('show what happened to a saga, step by step, with attempts and failures')
    .argument('<sagaId>', 'the saga, as printed by publish and list')
    .option('--domain <name>', 'the orchestrator it belongs to', 'orders')
    .action(async (sagaId: string, _options, command: Command) => {
      const options = command.optsWithGlobals<SagaOptions>();
      const output = context.output(options);
      const registry = new AvroRegistry(context.settings.registry());
      const history = await withCluster(context.settings.kafka('operator'), (cluster) => readHistory(cluster, registry, options.domain, sagaId));
      if (history === undefined) {
        throw new CliError('SAGA_NOT_FOUND', `There is no saga "${sagaId}" in ${options.domain}: \`onward list\` shows those there are. One that was just published may take a moment.`, ExitCode.notFound);
      }
      output.object(history);
      for (const line of historyText(history)) output.text(line);
    });
}
