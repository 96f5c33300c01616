import type { RecordType } from '@onward/contracts';
import { AvroRegistry } from '@onward/kafka';
import { withCluster } from '../connection/with-cluster.js';
import type { CliContext, GlobalOptions } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { answerPlaces, awaitAnswers } from '../read/answers.js';
import { answeredBy, answeredText } from '../saga/answered.js';
import { publishCommand, type Publisher } from './publish.js';
import { prepareCommand } from './start-command.js';

/** Options of every command to a running saga. */
export interface OperationOptions extends GlobalOptions {
  readonly domain: string;
  readonly wait: boolean;
  readonly timeout: number;
}

/** A command to a running saga. */
export interface Operation {
  readonly sagaId: string;
  readonly type: RecordType<unknown>;
  /** Its fields but for the saga's id. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly as: Publisher;
}

/** Checks a command, sends it, and tells what the saga made of it. The exit status says it too. */
export async function carryOut(context: CliContext, options: OperationOptions, { sagaId, type, fields, as }: Operation): Promise<void> {
  const output = context.output(options);
  const prepared = prepareCommand(type, fields, sagaId);
  const registry = context.settings.registry();
  const send = () => withCluster(context.settings.kafka(as), (cluster) => publishCommand(cluster, registry, { service: options.domain, type }, prepared, as));
  if (!options.wait) {
    const published = await send();
    output.object(published);
    output.text(`${sagaId}: sent as ${published.commandId}`);
    return;
  }
  await withCluster(context.settings.kafka('operator'), async (cluster) => {
    const places = await answerPlaces(cluster, options.domain, [sagaId]);
    const published = await send();
    const answers = await awaitAnswers(cluster, new AvroRegistry(registry), places, [published.commandId], AbortSignal.timeout(options.timeout));
    const answer = answers.get(published.commandId);
    if (answer === undefined) {
      output.object({ ...published, answer: null, timedOutAfterMs: options.timeout });
      output.text(`${sagaId} has not answered after ${options.timeout / 1000} s; the command is sent and will be: see \`onward show ${sagaId}\``);
      context.exitCode = ExitCode.timedOut;
      return;
    }
    const answered = answeredBy(answer);
    output.object({ ...published, answer: answered.what, failure: answered.failure, lines: answered.lines });
    for (const line of answeredText(sagaId, answered)) output.text(line);
    if (answered.what === 'refused') context.exitCode = isUnknown(answered.failure?.code) ? ExitCode.notFound : ExitCode.refused;
  });
}

function isUnknown(code: string | undefined): boolean {
  return code?.endsWith('_OF_UNKNOWN_SAGA') === true;
}
