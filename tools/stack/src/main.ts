import { parseArgs } from 'node:util';
import { runInForeground } from './foreground.js';
import { StackError } from './stack-error.js';

const HELP = `Usage: npm start -- [options]

Boots Kafka, the schema registry, PostgreSQL and the services on this machine. Ctrl-C stops all of it.

  --dir <folder>       where the stack keeps its data, logs and secrets (default: .onward)
  --free-ports         take any free ports, so that several stacks run side by side
  --no-services        only Kafka, registry and PostgreSQL
  --topology <file>    a topology file beside schemas/topology.yaml; may be given several times
  --partitions <n>     partitions of topics that are made now (default: 4)
  --waits-divisor <n>  what the waits of sagas are divided by (default: 900, so that 15 minutes last a second; 1: as written)
  --help               this text`;

try {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      'free-ports': { type: 'boolean', default: false },
      'no-services': { type: 'boolean', default: false },
      topology: { type: 'string', multiple: true, default: [] },
      partitions: { type: 'string' },
      'waits-divisor': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
  } else {
    await runInForeground({
      ...(values.dir === undefined ? {} : { dir: values.dir }),
      ...(values.partitions === undefined ? {} : { partitions: wholeNumber('--partitions', values.partitions) }),
      ...(values['waits-divisor'] === undefined ? {} : { waitsDivisor: wholeNumber('--waits-divisor', values['waits-divisor']) }),
      freePorts: values['free-ports'],
      services: !values['no-services'],
      topologyFiles: values.topology,
    });
  }
} catch (error) {
  console.error(`\nonward: ${sentence(error as NodeJS.ErrnoException)}`);
  process.exitCode = 1;
}

/** A sentence for what a user can mend; the whole stack trace for what is our fault. */
function sentence(error: NodeJS.ErrnoException): string {
  if (error instanceof StackError || String(error.code).startsWith('ERR_PARSE_ARGS') || error.name === 'TopologyError') return error.message;
  if (error.code === 'ENOSPC') return 'The disk is full: free some space and start again.';
  return error.stack ?? error.message;
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new StackError('STACK_BAD_ARGUMENT', `${option} must be a whole number, at least 1, not "${text}".`);
  return number;
}
