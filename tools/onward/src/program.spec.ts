import { tmpdir } from 'node:os';
import { runCli } from './program.js';

async function onward(args: string[], environment: Record<string, string> = {}): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const exitCode = await runCli(args, {
    environment,
    folder: tmpdir(),
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}

describe('onward', () => {
  it('helps, with the exit codes', async () => {
    const { exitCode, stdout } = await onward(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('topology');
    expect(stdout).toContain('3  with --wait: the saga was compensated or rejected');
  });

  it('ends with 2 on a command line it does not understand', async () => {
    expect(await onward(['frobnicate'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('unknown command') as string });
    expect(await onward(['topology', 'diff', '--partitions', 'many'])).toMatchObject({ exitCode: 2 });
  });

  it('says that no stack runs, in a sentence and without a stack trace', async () => {
    const { exitCode, stderr } = await onward(['topology', 'diff']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^No stack runs here: .*\n$/);
  });

  it('says that nobody answers, and tells errors as JSON when asked', async () => {
    const { exitCode, stderr } = await onward(['topology', 'diff', '--json'], { ONWARD_BROKERS: '127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'KAFKA_CONNECTION', message: expect.stringContaining('No Kafka broker answers at 127.0.0.1:1') as string } });
  });

  it('tells all it knows under --debug', async () => {
    expect((await onward(['topology', 'diff', '--debug'], { ONWARD_BROKERS: '127.0.0.1:1' })).stderr).toContain('at ');
  });
});
