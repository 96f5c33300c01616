import type { Admin } from 'kafkajs';
import { until } from '../../../../test/support/kafka-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import { connectAdmin } from './admin.js';
import { applyTopology, diffTopology, type WantedTopology } from './apply.js';
import { parseDeclaration } from './declaration.js';
import { Topology } from './topology.js';

const stack = testStack();
let admin: Admin;

beforeAll(async () => {
  admin = await connectAdmin(stack.kafka('admin'));
});
afterAll(() => admin.disconnect());

describe('applying a topology', () => {
  it('makes what is missing, and a second time finds nothing to do', async () => {
    const wanted = suiteOfItsOwn();
    const first = await applyTopology(admin, wanted);
    expect(first.missingTopics.map((topic) => topic.name)).toEqual(wanted.topics.map((topic) => topic.name));
    expect(first.missingAcls).toEqual(wanted.acls);
    expect(await diffTopology(admin, wanted)).toEqual({ missingTopics: [], missingAcls: [], differing: [], unexpectedAcls: [] });
  });

  it('reports what differs, and leaves it as it is', async () => {
    const wanted = suiteOfItsOwn();
    const events = wanted.topics.find((topic) => topic.kind === 'events')!.name;
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: events, numPartitions: 3, configEntries: [{ name: 'retention.ms', value: '1000' }] }] });
    await applyTopology(admin, wanted);
    const { differing } = await diffTopology(admin, wanted);
    expect(differing).toContainEqual({ topic: events, what: 'partitions', wanted: '2', found: '3' });
    expect(differing).toContainEqual({ topic: events, what: 'retention.ms', wanted: '-1', found: '1000' });
    expect(new Set(differing.map((difference) => difference.topic))).toEqual(new Set([events]));
  });

  it('reports a right that nobody declared, and leaves it', async () => {
    const wanted = suiteOfItsOwn();
    await applyTopology(admin, wanted);
    const topic = wanted.topics[0]!.name;
    // Allow (3) the principal "stranger" to write (4) the topic (2), by its literal name (3).
    const acl = { principal: 'User:stranger', host: '*', resourceType: 2, resourceName: topic, resourcePatternType: 3, operation: 4, permissionType: 3 };
    await admin.createAcls({ acl: [acl] });
    const reported = { principal: 'User:stranger', topic, operation: 'WRITE' };
    // The controller grants it, and the broker hears of it a little later.
    await until(async () => (await diffTopology(admin, wanted)).unexpectedAcls.length > 0 || undefined, 'the right being listed');
    expect((await applyTopology(admin, wanted)).unexpectedAcls).toEqual([reported]);
    expect((await diffTopology(admin, wanted)).unexpectedAcls).toEqual([reported]);
    await admin.deleteAcls({ filters: [acl] });
  });
});

/** A small suite under names that nobody else uses. */
function suiteOfItsOwn(): WantedTopology {
  const [domain, doer] = [stack.unique('orders'), stack.unique('doer')];
  const text = `
services: { ${domain}: { kind: orchestrator }, ${doer}: { kind: participant } }
links: [{ from: ${domain}, to: ${doer} }]`;
  const topology = new Topology(parseDeclaration([{ name: 'test', text }]));
  return { topics: topology.topics(2), acls: topology.acls() };
}
