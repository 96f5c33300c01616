import { CHECKOUT } from './new/checkout.js';
import { runCli } from './program.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has seen enough, as in `onward audit tail | head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const exitCode = await runCli(process.argv.slice(2), { environment: process.env, folder: process.cwd(), home: CHECKOUT, stdout: process.stdout, stderr: process.stderr });
// What was written last may still be on its way to a pipe.
process.stdout.write('', () => process.exit(exitCode));
