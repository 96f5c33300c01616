import { Bench } from './bench.js';
import { parseOptions, USAGE, UsageError } from './options.js';
import { asText } from './report.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const startedMs = performance.now();
  const bench = new Bench(options, (text) => process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0).padStart(4)} s  ${text}\n`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.stop().finally(() => process.exit(EXIT_INTERRUPTED)));
  }
  try {
    const report = await bench.run();
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
    return 0;
  } finally {
    await bench.stop();
  }
}

try {
  process.exit(await main());
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  else process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED);
}
