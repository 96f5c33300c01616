import type { OutboundRecord } from '@onward/kafka';
import { AuditFixture } from '../../../test/support/audit-fixture.js';
import { ended } from '../../../test/support/child/run-child.js';
import { until } from '../../../test/support/kafka-fixture.js';
import { testStack } from '../../../test/support/stack.js';

const stack = testStack();

/** What stands in the log for facts, as places in their topics, sorted. */
async function factsInLog(audit: AuditFixture): Promise<string[]> {
  const entries = await audit.entries();
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_entry, index) => index + 1));
  return entries.map(({ sourceTopic, sourcePartition, sourceOffset }) => `${sourceTopic}/${sourcePartition}@${sourceOffset}`).sort();
}

/** What stands in the topics of facts. */
async function factsInTopics(audit: AuditFixture): Promise<string[]> {
  const records = await Promise.all(audit.topics.inputs.map((topic) => audit.kafka.read(topic)));
  return records.flat().map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`).sort();
}

const logReaches = (audit: AuditFixture, count: number) =>
  until(async () => ((await audit.kafka.read(audit.topics.log)).length >= count ? true : undefined), `${count} entries`, 60_000);

/** Transitions of many sagas and events of a participant, in turns; one call goes on where the last one ended. */
function factMaker(audit: AuditFixture): (count: number) => Promise<OutboundRecord[]> {
  let made = 0;
  return (count) =>
    Promise.all(
      Array.from({ length: count }, () => {
        made += 1;
        return made % 2 === 0 ? audit.event(`s-${made % 17}`, made / 2) : audit.transition(`s-${made % 17}`, made);
      }),
    );
}

describe('the audit log under kill -9', () => {
  let audit: AuditFixture;
  beforeEach(async () => {
    audit = await AuditFixture.open(stack);
  });
  afterEach(() => audit.close());

  it('has exactly one entry for every fact, wherever in a transaction the process died', async () => {
    const facts = factMaker(audit);
    let sent = 0;
    // Before anything is written; with everything written and nothing committed; committed, and nobody told.
    for (const failpoint of ['after-fold:3', 'after-produce:2', 'after-end-txn:2']) {
      const child = audit.spawn('0', { ONWARD_FAILPOINT: failpoint });
      const ending = ended(child);
      let died = false;
      void ending.then(() => (died = true));
      while (!died) {
        await audit.kafka.send(await facts(40));
        sent += 40;
        // Facts keep coming while the process lives, each batch once the last one is in the log or the process is dead.
        await until(async () => (died || (await audit.kafka.read(audit.topics.log)).length >= sent ? true : undefined), 'the batch or the death', 60_000);
      }
      expect(await ending).toBe('SIGKILL');
    }
    audit.spawn('0');
    await logReaches(audit, sent);
    expect(await factsInLog(audit)).toEqual(await factsInTopics(audit));
  }, 180_000);

  it('has exactly one entry for every fact while two instances run and one dies', async () => {
    const facts = factMaker(audit);
    const first = audit.spawn('a');
    await audit.kafka.send(await facts(100));
    await logReaches(audit, 100);
    audit.spawn('b');
    await audit.kafka.send(await facts(100));
    await logReaches(audit, 200);
    const dead = ended(first);
    first.kill('SIGKILL');
    await audit.kafka.send(await facts(100));
    await dead;
    await logReaches(audit, 300);
    expect(await factsInLog(audit)).toEqual(await factsInTopics(audit));
  }, 120_000);

  it('lets one of two processes of the same name write, and none write twice', async () => {
    const facts = factMaker(audit);
    audit.spawn('a');
    await audit.kafka.send(await facts(100));
    await logReaches(audit, 100);
    audit.spawn('a');
    for (let round = 1; round <= 10; round += 1) {
      await audit.kafka.send(await facts(50));
      await logReaches(audit, 100 + round * 50);
    }
    expect(await factsInLog(audit)).toEqual(await factsInTopics(audit));
  }, 120_000);
});
