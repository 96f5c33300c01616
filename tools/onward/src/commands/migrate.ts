import type { Command } from 'commander';
import { MigrateSaga } from '@onward/contracts';
import { AvroRegistry, type KafkaCluster } from '@onward/kafka';
import type { Plan } from '@onward/saga';
import { CliError } from '../cli-error.js';
import { withCluster } from '../connection/with-cluster.js';
import type { CliContext } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { durationMs, positiveInteger } from '../option-parsers.js';
import { carryOut, type OperationOptions } from '../publish/operation.js';
import { OPERATOR, publishCommands } from '../publish/publish.js';
import { knownPlans, modulesOf } from '../publish/saga-modules.js';
import { prepareCommand } from '../publish/start-command.js';
import { answerPlaces, awaitAnswers } from '../read/answers.js';
import { readRunning } from '../read/running-sagas.js';
import { answeredBy } from '../saga/answered.js';
import { moveReportText, reportMoves, type MoveReport } from '../saga/move-report.js';

interface MigrateOptions extends OperationOptions {
  readonly to: number;
  readonly from?: number;
  readonly dryRun?: boolean;
  readonly samples: number;
  readonly reason?: string;
  readonly sagas?: readonly string[];
}

const TIMEOUT_DEFAULT_MS = 60_000;
const SAMPLES_DEFAULT = 3;
/** Commands published and awaited at once. */
const SAGAS_AT_ONCE = 500;

/** `onward migrate <saga type or sagaId> --to <version>`. */
export function addMigrateCommand(program: Command, context: CliContext): void {
  program
    .command('migrate')
    .description('take running sagas to another version of their plan; those in a place that maps nowhere stay as they are')
    .argument('<target>', 'a saga type, as place-order, for all that run; or a saga')
    .requiredOption('--to <version>', 'the version to go to', positiveInteger)
    .option('--from <version>', 'only sagas of this version (default: every version that has a migration to it)', positiveInteger)
    .option('--dry-run', 'only say how many running sagas map, which do not and why, and what changes for a few')
    .option('--samples <count>', 'of how many sagas to show what changes', positiveInteger, SAMPLES_DEFAULT)
    .option('--reason <text>', 'why, for the history and the audit log')
    .option('--sagas <module...>', "built modules with a team's own sagas (default: ONWARD_SAGAS)")
    .option('--domain <name>', 'the orchestrator they belong to', 'orders')
    .option('--no-wait', 'do not wait for what the sagas make of it')
    .option('--timeout <duration>', 'how long to wait, as 30s or 5m', durationMs, TIMEOUT_DEFAULT_MS)
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>();
      const plans = (await knownPlans(options.sagas ?? modulesOf(context.environment['ONWARD_SAGAS']), context.folder)).filter(({ domain }) => domain === options.domain);
      const isType = plans.some((plan) => plan.name === name);
      if (!isType && !options.dryRun) {
        await carryOut(context, options, { sagaId: name, type: MigrateSaga, fields: { toVersion: options.to, reason: options.reason ?? null }, as: OPERATOR });
        return;
      }
      await withCluster(context.settings.kafka(OPERATOR), async (cluster) => {
        const reports = await tryOut(cluster, new AvroRegistry(context.settings.registry()), isType ? plans.filter((plan) => plan.name === name) : plans, options, isType ? undefined : name);
        const output = context.output(options);
        for (const report of reports) {
          if (options.dryRun) output.object(report);
          for (const line of moveReportText(report, options.dryRun ? options.samples : 0)) output.text(line);
        }
        if (!options.dryRun) await apply(cluster, context, options, reports.flatMap(({ moving }) => moving.map(({ sagaId }) => sagaId)));
      });
    });
}

/** What the migration would do with the sagas that run now. */
async function tryOut(cluster: KafkaCluster, registry: AvroRegistry, plans: readonly Plan[], { to, from }: MigrateOptions, only: string | undefined): Promise<MoveReport[]> {
  const pairs = plans
    .filter(({ version }) => version === to)
    .flatMap((target) => plans.filter((plan) => plan.name === target.name && plan.version !== to && (from === undefined ? target.migrations.has(plan.version) : plan.version === from)).map((plan) => ({ plan, target })));
  if (pairs.length === 0) {
    const known = plans.map(({ name, version }) => `${name} v${version}`).join(', ');
    throw new CliError('MIGRATION_UNKNOWN', `There is no way to version ${to}${from === undefined ? '' : ` from version ${from}`}. Plans that are known: ${known}. A team's own need --sagas.`, ExitCode.invalid);
  }
  const running = await readRunning(cluster, registry, pairs.map(({ plan }) => plan));
  const reports = pairs.map(({ plan, target }) => reportMoves(plan, target, (running.get(plan) ?? []).filter(({ sagaId }) => only === undefined || sagaId === only)));
  if (only === undefined) return reports;
  const own = reports.filter((report) => report.running > 0);
  if (own.length === 0) throw new CliError('SAGA_NOT_FOUND', `No running saga "${only}" is of a version that has a way to version ${to}.`, ExitCode.notFound);
  return own;
}

async function apply(cluster: KafkaCluster, context: CliContext, options: MigrateOptions, sagaIds: readonly string[]): Promise<void> {
  const output = context.output(options);
  const registry = context.settings.registry();
  const reader = new AvroRegistry(registry);
  const signal = AbortSignal.timeout(options.timeout);
  const fields = { toVersion: options.to, reason: options.reason ?? null };
  const counts = { taken: 0, refused: 0, deferred: 0, ignored: 0, unanswered: 0 };
  for (let first = 0; first < sagaIds.length; first += SAGAS_AT_ONCE) {
    const some = sagaIds.slice(first, first + SAGAS_AT_ONCE);
    const places = await answerPlaces(cluster, options.domain, some);
    const commands = some.map((sagaId) => prepareCommand(MigrateSaga, fields, sagaId));
    // Commands and long polls do not share connections.
    const own = await cluster.fork();
    const published = await publishCommands(own, registry, { service: options.domain, type: MigrateSaga }, commands, OPERATOR).finally(() => own.disconnect());
    if (!options.wait) continue;
    const answers = await awaitAnswers(cluster, reader, places, published.map(({ commandId }) => commandId), signal);
    for (const { sagaId, commandId } of published) {
      const answer = answers.get(commandId);
      const { what, failure } = answer === undefined ? { what: 'unanswered' as const, failure: null } : answeredBy(answer);
      counts[what] += 1;
      output.object({ sagaId, commandId, answer: what, failure });
      if (what !== 'taken') output.text(`  ${sagaId}: ${what}${failure === null ? '' : `: ${failure.code}, ${failure.message}`}`);
    }
  }
  if (!options.wait) {
    output.text(`${sagaIds.length} asked`);
    return;
  }
  output.text(`${counts.taken} went over${counts.refused > 0 ? `, ${counts.refused} refused` : ''}${counts.deferred > 0 ? `, ${counts.deferred} put aside` : ''}${counts.unanswered > 0 ? `, ${counts.unanswered} have not answered yet` : ''}`);
  if (counts.unanswered > 0) context.exitCode = ExitCode.timedOut;
  else if (counts.refused > 0) context.exitCode = ExitCode.refused;
}
