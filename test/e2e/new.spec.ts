import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Follower } from './support/follower.js';
import { readPage, type CodeBlock } from './support/guide-page.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** What `onward new` writes is followed as its README says: installed, tested, run beside the suite. */
describe('what onward new writes', () => {
  let folder: string;
  let atSaga: Follower;
  let atParticipant: Follower;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onward-new-'));
    const environment = { ONWARD_STACK: join(folder, 'stack/stack.json') };
    // Both run on one stack, which takes ports and a folder of its own.
    const both = ['ONWARD_SAGAS=$PWD/dist/sagas.js', `ONWARD_SAGAS=$PWD/dist/sagas.js,${folder}/open-account/dist/index.js`] as const;
    atSaga = new Follower(folder, environment);
    atParticipant = new Follower(folder, environment, [both, ['topology.yaml\n', `topology.yaml --free-ports --dir ${folder}/stack\n`]]);
  });
  afterAll(async () => {
    await atParticipant.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const commandsOf = (project: string): CodeBlock[] => readPage(join(folder, project, 'README.md')).filter(({ language }) => language === 'sh');
  /** Everything but the line that needs an id which only its reader knows. */
  const known = ({ text }: CodeBlock): string => text.replace(/^.*<id>.*\n/m, '');

  it('is a saga whose tests pass', async () => {
    await atSaga.type(`npx --prefix ${checkout} onward new saga open-account\ncd open-account`);
    const [install] = commandsOf('open-account');
    expect(await atSaga.type((install as CodeBlock).text)).toContain('✔ closes the account again when the card is declined');
  }, 120_000);

  it('is a participant whose tests pass', async () => {
    await atParticipant.type(`npx --prefix ${checkout} onward new participant loyalty --dir ./team/loyalty\ncd team/loyalty`);
    const [install] = commandsOf('team/loyalty');
    expect(await atParticipant.type((install as CodeBlock).text)).toContain('✔ refuses a booking whose cancellation came first');
  }, 120_000);

  it('runs beside the suite, to completed and to compensated', async () => {
    const [, stack, service, tryIt] = commandsOf('team/loyalty') as [CodeBlock, CodeBlock, CodeBlock, CodeBlock];
    await atParticipant.start(stack.text, '\nready\n');
    await atParticipant.start(service.text, '"msg":"ready"');
    const tried = await atParticipant.type(known(tryIt));
    expect(tried).toMatch(/trip-\w+ completed/);
    expect(tried).toMatch(/trip-\w+ compensated .*\n {2}evening: PLACES_INVALID, rejected by loyalty/);

    const [, , trySaga] = commandsOf('open-account') as [CodeBlock, CodeBlock, CodeBlock];
    const published = await atSaga.type(known(trySaga));
    expect(published).toMatch(/member-\w+ completed/);
    expect(published).toMatch(/member-\w+ compensated .*\n {2}authorize: CARD_DECLINED, rejected by payment/);
    for (const type of ['open-account', 'try-loyalty']) expect(published).toContain(type);
  }, 240_000);

  it('says what is wrong with a name, a folder or a principal', async () => {
    await expect(atSaga.type('npx onward new saga Two_Words')).rejects.toThrow('write lower-case words joined by hyphens');
    await expect(atSaga.type('npx onward new saga again --dir .')).rejects.toThrow('is not empty');
    await expect(atSaga.type('npx onward env nobody')).rejects.toThrow('The stack has no principal "nobody", only admin, audit');
    await expect(atSaga.type('npx onward publish OpenAccount --sagas src/none.js --file examples/ok.json')).rejects.toThrow('The saga module src/none.js cannot be loaded');
  }, 60_000);
});
