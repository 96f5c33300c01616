import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAdmin } from '@onward/kafka/topology';
import { keyOf, LoyaltyDesk, REPLIES, TRACEPARENT } from './python/loyalty-desk.js';
import { PythonParticipant } from './python/python-participant.js';
import { run, runOnward } from './support/command-line.js';
import { kafkaOptions, Suite } from './support/suite.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = join(root, 'test/e2e/python');
const topologies = [join(root, 'schemas/topology.yaml'), join(own, 'topology.yaml')];

describe('the participant of docs/guide/wire.md', () => {
  let folder: string;
  let suite: Suite;
  let loyalty: PythonParticipant;
  let desk: LoyaltyDesk;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onward-python-'));
    const compiled = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(own, 'tsconfig.build.json')], { cwd: root });
    [suite, loyalty] = await Promise.all([Suite.start({ services: false, topologyFiles: [join(own, 'topology.yaml')] }), PythonParticipant.install(folder)]);
    expect((await compiled).stdout).toBe('');
    process.env['ONWARD_SAGAS'] = join(own, 'dist/saga.js');
    await Promise.all([suite.stack.start('orchestrator'), loyalty.start(suite.stack)]);
    desk = await LoyaltyDesk.open(suite);
  }, 180_000);
  afterAll(async () => {
    delete process.env['ONWARD_SAGAS'];
    desk?.close();
    await loyalty?.stop();
    await suite?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('is asked by the contract that its schemas say', () => {
    const args = ['--schemas', 'test/e2e/python/schemas', '--out', 'test/e2e/python/generated', '--import', '@onward/contracts', '--check'];
    expect(execFileSync(process.execPath, ['tools/codegen/generate.mjs', ...args], { cwd: root, encoding: 'utf8' })).toContain('up to date');
  }, 60_000);

  it('has the topics and rights that its topology file declares, and no more', async () => {
    const finished = await runOnward(suite.home, 'topology', 'diff', '--topology', ...topologies, '--partitions', '4');
    expect(finished).toEqual({ exitCode: 0, stdout: 'The cluster is as the topology says.\n', stderr: '' });
  }, 60_000);

  it('carries out the steps of a saga', async () => {
    await desk.award([{ awardId: 'award-1', memberId: 'ann', points: 100, bonus: 11 }]);
    const outcomes = await suite.allOutcomes(['cmd-award-1']);
    expect(outcomes.get('cmd-award-1')).toEqual([expect.objectContaining({ sagaId: 'award-1', outcome: 'completed' })]);
    expect((await desk.balances()).get('ann')).toBe(111);
    expect((await runOnward(suite.home, 'show', 'award-1')).stdout).toContain('bonus');
  }, 60_000);

  it('rejects what its rules forbid, and undoes what was done before', async () => {
    await desk.award([{ awardId: 'award-2', memberId: 'bob', points: 100, bonus: 5000 }]);
    const outcomes = await suite.allOutcomes(['cmd-award-2']);
    const failure = expect.objectContaining({ code: 'LIMIT_EXCEEDED', step: 'bonus', participant: 'loyalty', kind: 'rejected' });
    expect(outcomes.get('cmd-award-2')).toEqual([expect.objectContaining({ sagaId: 'award-2', outcome: 'compensated', failure })]);
    expect((await desk.balances()).get('bob')).toBe(0);
    expect(await desk.grants('revoked', 'orders/award-2/')).toBe(1);
  }, 60_000);

  it('answers a command twice that comes twice, and does it once', async () => {
    await desk.send({ sagaId: 'twice', action: 'do', memberId: 'cid', points: 7 });
    await desk.send({ sagaId: 'twice', action: 'do', memberId: 'cid', points: 7 });
    await desk.send({ sagaId: 'twice', action: 'do', memberId: 'cid', points: 7, attempt: 2 });
    const replies = await desk.replies('twice', 3);
    const key = keyOf('twice', 'do');
    for (const [index, attempt] of ['1', '1', '2'].entries()) {
      expect(replies[index]?.headers).toEqual({
        ce_specversion: '1.0',
        ce_id: `${key}#done`,
        ce_type: 'onward.loyalty.PointsGranted',
        ce_source: '/onward/loyalty',
        ce_subject: 'twice',
        ce_time: expect.stringMatching(/^20.+Z$/),
        'content-type': 'application/vnd.confluent.avro',
        ce_step: 'grant',
        ce_attempt: attempt,
        ce_action: 'do',
        ce_idempotencykey: key,
        ce_causationid: `twice-do-${attempt}`,
        ce_outcome: 'done',
        traceparent: TRACEPARENT,
      });
    }
    expect(new Set(replies.map((r) => `${r.partition} ${r.headers['ce_time']} ${r.sha256}`)).size).toBe(1);
    expect((await desk.balances()).get('cid')).toBe(7);
  }, 60_000);

  it('refuses a do that comes after its undo', async () => {
    await desk.send({ sagaId: 'backward', action: 'undo', memberId: 'dan' });
    await desk.send({ sagaId: 'backward', action: 'do', memberId: 'dan', points: 7 });
    const [undone, refused] = await desk.replies('backward', 2);
    expect(undone).toMatchObject({ headers: { ce_action: 'undo', ce_outcome: 'done' }, value: { memberId: 'dan', points: 0 } });
    expect(refused).toMatchObject({ headers: { ce_action: 'do', ce_outcome: 'rejected', ce_id: `${keyOf('backward', 'do')}#rejected` }, value: { code: 'ALREADY_UNDONE' } });
    expect((await desk.balances()).get('dan')).toBeUndefined();
  }, 60_000);

  it('takes back the do that an undo names, whatever the numbers of their edits', async () => {
    await desk.send({ sagaId: 'renewed', action: 'do', memberId: 'hal', points: 5000 });
    await desk.send({ sagaId: 'renewed', action: 'do', memberId: 'hal', points: 7, edit: 1 });
    await desk.send({ sagaId: 'renewed', action: 'undo', memberId: 'hal', doEdit: 1 });
    const replies = await desk.replies('renewed', 3);
    expect(replies.map(({ headers }) => headers['ce_outcome'])).toEqual(['rejected', 'done', 'done']);
    expect(replies[2]?.value).toMatchObject({ memberId: 'hal', points: 7 });
    expect((await desk.balances()).get('hal')).toBe(0);
  }, 60_000);

  it('stores a failure for its attempt only', async () => {
    const send = (attempt: number) => desk.send({ sagaId: 'locked', action: 'do', memberId: 'eve', points: 7, attempt });
    await desk.lockMember('eve', true);
    await send(1);
    await desk.replies('locked', 1);
    await desk.lockMember('eve', false);
    await send(1);
    await send(2);
    const replies = await desk.replies('locked', 3);
    const key = keyOf('locked', 'do');
    expect(replies.map(({ headers }) => [headers['ce_id'], headers['ce_outcome']])).toEqual([[`${key}#1`, 'failed'], [`${key}#1`, 'failed'], [`${key}#done`, 'done']]);
    expect(replies[0]?.value).toMatchObject({ code: 'MEMBER_LOCKED' });
    expect((await desk.balances()).get('eve')).toBe(7);
  }, 60_000);

  it('quarantines what it cannot read, and a key that is used for something else, and goes on (I8)', async () => {
    await desk.sendRaw('poison', Buffer.from('not avro at all'), { ce_id: 'junk', onward_reason: 'forged' });
    await desk.sendRaw('poison', null, { ce_id: 'nothing' });
    await desk.sendRaw('poison', await desk.revocation('fay'), { ce_id: 'aimless', ce_type: 'onward.loyalty.RevokePoints', ce_subject: 'poison', ce_step: 'grant', ce_attempt: '1', ce_action: 'undo', ce_idempotencykey: keyOf('poison', 'undo', 1) });
    await desk.send({ sagaId: 'poison', action: 'do', memberId: 'fay', points: 7 });
    await desk.send({ sagaId: 'poison', action: 'do', memberId: 'fay', points: 8 });
    await desk.send({ sagaId: 'poison', action: 'undo', memberId: 'fay' });
    await desk.replies('poison', 2);
    const quarantined = await suite.readAll('loyalty.quarantine');
    expect(quarantined.map(({ key, headers }) => [key?.toString(), headers['ce_id']?.toString(), headers['onward_reason_code']?.toString()])).toEqual([
      ['poison', 'junk', 'NOT_REGISTRY_FRAMED'],
      ['poison', 'nothing', 'VALUE_MISSING'],
      ['poison', 'aimless', 'HEADER_MISSING'],
      ['poison', 'poison-do-1', 'IDEMPOTENCY_KEY_REUSED'],
    ]);
    expect(quarantined[0]?.value).toEqual(Buffer.from('not avro at all'));
    expect(quarantined[0]?.headers['onward_origin_header_onward_reason']?.toString()).toBe('forged');
    expect((await desk.balances()).get('fay')).toBe(0);
  }, 60_000);

  it('gives the answer that it could not send before it died', async () => {
    await withAdmin(suite, async (admin) => {
      // What allows (3) loyalty to write (4) the topic (2), by its literal name (3).
      const right = { principal: 'User:loyalty', host: '*', resourceType: 2, resourceName: REPLIES, resourcePatternType: 3, operation: 4, permissionType: 3 };
      await admin.deleteAcls({ filters: [right] });
      await until(async () => (await admin.describeAcls(right)).resources.length === 0);
    });
    const died = loyalty.ended();
    await desk.send({ sagaId: 'unsaid', action: 'do', memberId: 'gus', points: 7 });
    expect(await died).toBe(1);
    expect((await desk.balances()).get('gus')).toBe(7);
    const applied = await runOnward(suite.home, 'topology', 'apply', '--topology', ...topologies, '--partitions', '4');
    expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/rights made:\n.*\n\s+loyalty\s+write\s+topic loyalty\.replies\.orders\n$/) });
    await loyalty.start(suite.stack);
    expect(await desk.replies('unsaid', 1)).toEqual([expect.objectContaining({ value: expect.objectContaining({ points: 7 }) })]);
    expect((await desk.balances()).get('gus')).toBe(7);
  }, 60_000);

  it('does everything once when it is killed in the middle, again and again (I1, I3)', async () => {
    const awards = Array.from({ length: 150 }, (_, i) => ({ awardId: `kill-${i}`, memberId: `member-${i}`, points: 100, bonus: i % 5 === 0 ? 5000 : 11 }));
    const ids = awards.map(({ awardId }) => `cmd-${awardId}`);
    const published = desk.award(awards);
    for (const grants of [10, 60, 120]) {
      await until(async () => (await desk.grants('', 'orders/kill-')) >= grants);
      await loyalty.kill9();
      await loyalty.start(suite.stack);
    }
    await published;
    const outcomes = await suite.allOutcomes(ids);
    for (const { awardId, bonus } of awards) {
      expect([awardId, outcomes.get(`cmd-${awardId}`)?.map((o) => o.outcome)]).toEqual([awardId, [bonus === 11 ? 'completed' : 'compensated']]);
    }
    const balances = await desk.balances();
    for (const { awardId, memberId, bonus } of awards) expect([awardId, balances.get(memberId)]).toEqual([awardId, bonus === 11 ? 111 : 0]);
    expect(await desk.grants('granted', 'orders/kill-')).toBe(2 * 120);
    expect(await desk.grants('revoked', 'orders/kill-')).toBe(30);
    // However often an answer was given: under its own id, and with the same bytes.
    const replies = (await suite.readAll(REPLIES)).filter(({ key }) => key?.toString().startsWith('kill-'));
    expect(new Set(replies.map(({ headers }) => headers['ce_id']?.toString())).size).toBe(2 * 150 + 30);
    expect(new Set(replies.map(({ headers, value }) => `${headers['ce_id']?.toString()} ${value?.toString('hex')}`)).size).toBe(2 * 150 + 30);
  }, 60_000);

  it('ends in order, and no handler of it ever threw', async () => {
    expect(await loyalty.stop()).toBe(0);
    expect(loyalty.output).not.toContain('Traceback');
  }, 60_000);
});

async function withAdmin(suite: Suite, act: (admin: Awaited<ReturnType<typeof connectAdmin>>) => Promise<void>): Promise<void> {
  const admin = await connectAdmin(kafkaOptions(suite.stack, 'admin'));
  try {
    await act(admin);
  } finally {
    await admin.disconnect();
  }
}

/** @throws Error after 30 seconds */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('not within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
