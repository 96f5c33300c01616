import { InvalidArgumentError, type Command } from 'commander';
import { AvroRegistry } from '@onward/kafka';
import { withCluster } from '../connection/with-cluster.js';
import type { CliContext, GlobalOptions } from '../context.js';
import { positiveInteger } from '../option-parsers.js';
import { readAuditLog, type AuditStart } from '../read/audit-log.js';
import { auditLine, auditObject } from '../text/audit-line.js';

interface TailOptions extends GlobalOptions {
  readonly from?: AuditStart;
  readonly limit?: number;
  readonly follow?: boolean;
}

/** How many entries are shown when nothing else is asked for. */
const TAIL_DEFAULT = 20;
const AUDIT = 'audit';

/** `onward audit tail`. */
export function addAuditCommands(program: Command, context: CliContext): void {
  const audit = program.command('audit').description('the audit log: every fact of the suite, in one sequence');
  audit
    .command('tail')
    .description('print the last entries of the audit log')
    .option('--from <start>', 'begin there instead: an entry\'s number, "beginning", or a time as 2026-03-01T09:30:00Z', auditStart)
    .option('--limit <count>', `at most so many entries (default: ${TAIL_DEFAULT} without --from, else all)`, positiveInteger)
    .option('--follow', 'go on with entries as they come')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<TailOptions>();
      const output = context.output(options);
      const registry = new AvroRegistry(context.settings.registry());
      const follow = options.follow ?? false;
      const reading =
        options.from === undefined
          ? { start: { kind: 'last', count: options.limit ?? TAIL_DEFAULT } as const, follow }
          : { start: options.from, follow, ...(options.limit === undefined ? {} : { limit: options.limit }) };
      await withCluster(context.settings.kafka('auditor'), async (cluster) => {
        let shown = 0;
        for await (const entry of readAuditLog(cluster, registry, AUDIT, reading)) {
          output.object(auditObject(entry));
          output.text(auditLine(entry));
          shown += 1;
        }
        if (shown === 0) output.note('The audit log has no such entries.');
      });
    });
}

function auditStart(text: string): AuditStart {
  if (text === 'beginning') return { kind: 'sequence', sequence: 0 };
  if (/^\d{1,15}$/.test(text)) return { kind: 'sequence', sequence: Number(text) };
  const timestampMs = Date.parse(text);
  if (Number.isNaN(timestampMs)) throw new InvalidArgumentError('It must be an entry\'s number, "beginning", or a time as 2026-03-01T09:30:00Z.');
  return { kind: 'time', timestampMs };
}
