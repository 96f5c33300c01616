import type { Command } from 'commander';
import { serviceContracts, type SagaOutcome } from '@onward/contracts';
import { AvroRegistry, type KafkaCluster } from '@onward/kafka';
import { withCluster } from '../connection/with-cluster.js';
import type { CliContext, GlobalOptions } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { durationMs } from '../option-parsers.js';
import type { Output } from '../output.js';
import { readCommandFile } from '../publish/command-file.js';
import { CLIENT, publishCommand, type Published } from '../publish/publish.js';
import { commandsOfSagas, modulesOf } from '../publish/saga-modules.js';
import { findClientCommand, prepareCommand, refuseToAwait } from '../publish/start-command.js';
import { awaitOutcome, outcomePlace } from '../read/outcome.js';
import { failureTree } from '../text/tree.js';

interface PublishOptions extends GlobalOptions {
  readonly file: string;
  readonly id?: string;
  readonly sagas?: readonly string[];
  readonly wait?: boolean;
  readonly timeout: number;
}

const TIMEOUT_DEFAULT_MS = 60_000;

/** `onward publish <type>`. */
export function addPublishCommand(program: Command, context: CliContext): void {
  program
    .command('publish')
    .description('check a command against its schema, send it, and print its saga\'s id')
    .argument('<type>', 'the command, as PlaceOrder')
    .requiredOption('-f, --file <path>', 'JSON file with the command\'s fields; - reads standard input')
    .option('--id <id>', 'the saga\'s id, in place of the one in the file (default: a fresh one)')
    .option('--sagas <module...>', "built modules with a team's own sagas, whose commands can be published too (default: ONWARD_SAGAS)")
    .option('--wait', 'wait until the command is answered, and print how')
    .option('--timeout <duration>', 'with --wait: how long, as 30s or 5m', durationMs, TIMEOUT_DEFAULT_MS)
    .action(async (typeName: string, _options, command: Command) => {
      const options = command.optsWithGlobals<PublishOptions>();
      const output = context.output(options);
      const own = await commandsOfSagas(options.sagas ?? modulesOf(context.environment['ONWARD_SAGAS']), context.folder);
      const found = findClientCommand(typeName, serviceContracts, own);
      if (options.wait === true) refuseToAwait(found);
      const prepared = prepareCommand(found.type, readCommandFile(options.file), options.id);
      const registry = context.settings.registry();
      await withCluster(context.settings.kafka(CLIENT), async (cluster) => {
        const place = options.wait ? await outcomePlace(cluster, found.service, prepared.sagaId) : undefined;
        const sentAtMs = performance.now();
        const published = await publishCommand(cluster, registry, found, prepared);
        if (place === undefined) {
          output.object(published);
          output.text(published.sagaId);
          return;
        }
        const signal = AbortSignal.timeout(options.timeout);
        const outcome = await follow(cluster, new AvroRegistry(registry), place, published, output, signal);
        context.exitCode = report(output, published, outcome, performance.now() - sentAtMs, options.timeout);
      });
    });
}

async function follow(
  cluster: KafkaCluster,
  registry: AvroRegistry,
  place: Parameters<typeof awaitOutcome>[2],
  published: Published,
  output: Output,
  signal: AbortSignal,
): Promise<SagaOutcome | undefined> {
  return awaitOutcome(
    cluster,
    registry,
    place,
    published,
    (notice) => {
      output.note(`${notice.sagaId} is stuck and waits for an operator:`);
      for (const line of failureTree(notice.failure)) output.note(line);
    },
    signal,
  );
}

function report(output: Output, published: Published, outcome: SagaOutcome | undefined, tookMs: number, timeoutMs: number): ExitCode {
  const { sagaId, commandId } = published;
  if (outcome === undefined) {
    output.object({ sagaId, commandId, outcome: null, timedOutAfterMs: timeoutMs });
    output.text(`${sagaId} has not ended after ${timeoutMs / 1000} s; it goes on: see \`onward show ${sagaId}\``);
    return ExitCode.timedOut;
  }
  output.object({
    sagaId,
    commandId,
    sagaType: outcome.sagaType,
    planVersion: outcome.planVersion,
    outcome: outcome.outcome,
    at: new Date(outcome.at / 1000).toISOString(),
    tookMs: Math.round(tookMs),
    failure: outcome.failure,
  });
  output.text(`${sagaId} ${outcome.outcome} (${Math.round(tookMs)} ms)`);
  if (outcome.failure !== null) for (const line of failureTree(outcome.failure, '  ')) output.text(line);
  return outcome.outcome === 'completed' ? ExitCode.ok : ExitCode.sagaNotCompleted;
}
