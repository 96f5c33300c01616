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

  it.each(['signal', 'cancel', 'terminate', 'retry', 'skip', 'edit', 'migrate'])('helps with %s', async (name) => {
    const { exitCode, stdout } = await onward([name, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--no-wait');
  });

  it.each([
    ['a skip without a reason', ['skip', 'o-1', '--step', 'ship'], "required option '--reason <text>'"],
    ['a skip with an empty reason', ['skip', 'o-1', '--step', 'ship', '--reason', ' '], 'Say why with --reason'],
    ['an edit without a file', ['edit', 'o-1', '--step', 'ship', '--reason', 'r'], "required option '-f, --file <path>'"],
    ['a signal that nobody waits for', ['signal', 'o-1', 'Nonsense'], 'Signals there are: '],
    ['a signal with a field too many', ['signal', 'o-1', 'ManualApproval', '--value', '{"approved":true,"by":"ann","colour":"red"}'], 'colour is no field of ManualApproval'],
    ['a signal that is no JSON', ['signal', 'o-1', 'ManualApproval', '--value', 'yes'], '--value is not JSON'],
    ['a sender that may not', ['cancel', 'o-1', '--as', 'auditor'], 'It must be operator or client.'],
    ['a version that is none', ['migrate', 'place-order', '--to', 'two'], 'whole number'],
  ])('sends nothing for %s', async (_, args, message) => expect(await onward(args)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(message) as string }));

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
