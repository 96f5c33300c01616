import { parseDeclaration } from './declaration.js';
import { Topology } from './topology.js';

const SUITE = `
services:
  orders: { kind: orchestrator }
  payment: { kind: participant }
  fulfillment: { kind: participant }
  audit: { kind: audit }
  client: { kind: client }
  operator: { kind: operator }
  auditor: { kind: auditor }
links:
  - { from: client, to: orders }
  - { from: operator, to: orders }
  - { from: orders, to: payment }
  - { from: orders, to: fulfillment }
`;
const BENCH = `
services: { bench: { kind: participant } }
links: [{ from: orders, to: bench }]
`;
const CHILDREN = `
links: [{ from: orders, to: orders }]
`;
const SECOND_DOMAIN = `
services: { billing: { kind: orchestrator } }
links: [{ from: orders, to: billing }, { from: billing, to: payment }]
`;

function topology(...texts: string[]): Topology {
  return new Topology(parseDeclaration(texts.map((text, index) => ({ name: `file${index + 1}.yaml`, text }))));
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the topics of a topology', () => {
  it('are named by writer, kind and reader', () => {
    expect(topology(SUITE).topics().map((topic) => topic.name).sort()).toEqual([
      'audit.log',
      'audit.quarantine',
      'client.commands.orders',
      'fulfillment.events',
      'fulfillment.quarantine',
      'fulfillment.replies.orders',
      'operator.commands.orders',
      'orders.commands.fulfillment',
      'orders.commands.payment',
      'orders.events',
      'orders.outcomes.client',
      'orders.quarantine',
      'orders.reroutes.orders',
      'orders.state',
      'payment.events',
      'payment.quarantine',
      'payment.replies.orders',
    ]);
  });

  it('have the partition count they are made with, except the audit log, which is one sequence', () => {
    const counts = new Map(topology(SUITE).topics(4).map((topic) => [topic.name, topic.partitions]));
    expect(counts.get('audit.log')).toBe(1);
    counts.delete('audit.log');
    expect(new Set(counts.values())).toEqual(new Set([4]));
    expect(topology(SUITE).topics()[0]?.partitions).toBe(12);
  });

  it('keep commands for two weeks, facts for ever, and one state a saga', () => {
    const configOf = new Map(topology(SUITE).topics().map((topic) => [topic.name, topic.config]));
    const fortnightMs = String(14 * 24 * 3600 * 1000);
    for (const name of ['client.commands.orders', 'payment.replies.orders', 'orders.outcomes.client', 'orders.reroutes.orders', 'audit.quarantine']) {
      expect(configOf.get(name)).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': fortnightMs });
    }
    for (const name of ['orders.events', 'payment.events', 'audit.log']) {
      expect(configOf.get(name)).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '-1' });
    }
    expect(configOf.get('orders.state')).toMatchObject({ 'cleanup.policy': 'compact' });
    for (const config of configOf.values()) expect(config['message.timestamp.type']).toBe('LogAppendTime');
  });

  it('need two copies in sync where there are three', () => {
    expect(topology(SUITE).topics(12, 3)[0]?.config['min.insync.replicas']).toBe('2');
    expect(topology(SUITE).topics(12, 1)[0]?.config['min.insync.replicas']).toBe('1');
  });

  it('leave room in a quarantine for a record of full size and its reason', () => {
    const sizes = new Map(topology(SUITE).topics().map((topic) => [topic.name, Number(topic.config['max.message.bytes'])]));
    expect(sizes.get('orders.quarantine')).toBeGreaterThan(sizes.get('client.commands.orders')!);
  });
});

describe('the rights of a topology', () => {
  const acls = topology(SUITE).acls();

  it('let exactly one principal write a topic', () => {
    for (const { name, writer } of topology(SUITE).topics()) {
      const writers = acls.filter((acl) => acl.resourceType === 'topic' && acl.resourceName === name && acl.operation === 'write');
      expect(writers.map((acl) => acl.principal)).toEqual([writer]);
    }
  });

  it('give transactional ids to the services that write in transactions, by prefix', () => {
    expect(acls.filter((acl) => acl.resourceType === 'transactionalId')).toEqual([
      { principal: 'orders', resourceType: 'transactionalId', resourceName: 'orders-', pattern: 'prefixed', operation: 'write' },
      { principal: 'audit', resourceType: 'transactionalId', resourceName: 'audit-', pattern: 'prefixed', operation: 'write' },
    ]);
  });

  it('give each reader its own consumer group and no other', () => {
    const groups = acls.filter((acl) => acl.resourceType === 'group');
    expect(groups.map((acl) => acl.principal).sort()).toEqual(['audit', 'auditor', 'client', 'fulfillment', 'operator', 'orders', 'payment']);
    for (const acl of groups) expect(acl).toMatchObject({ resourceName: acl.principal, pattern: 'literal', operation: 'read' });
  });

  it('let an auditor read the audit log and nothing else', () => {
    const topics = acls.filter((acl) => acl.principal === 'auditor' && acl.resourceType === 'topic');
    expect(topics).toEqual([{ principal: 'auditor', resourceType: 'topic', resourceName: 'audit.log', pattern: 'literal', operation: 'read' }]);
  });
});

describe('what services look up', () => {
  it('an orchestrator finds its inputs, its participants and its own topics', () => {
    const orders = topology(SUITE).orchestrator('orders');
    expect(orders.inputs).toEqual(['client.commands.orders', 'operator.commands.orders', 'payment.replies.orders', 'fulfillment.replies.orders', 'orders.reroutes.orders']);
    expect(orders.participants.get('payment')).toMatchObject({ commands: 'orders.commands.payment', replies: 'payment.replies.orders' });
    expect(orders.outcomes.get('client')).toBe('orders.outcomes.client');
    expect(orders).toMatchObject({ events: 'orders.events', state: 'orders.state', quarantine: 'orders.quarantine', reroutes: 'orders.reroutes.orders' });
  });

  it('a participant finds where to answer what arrived on a command topic', () => {
    const payment = topology(SUITE).participant('payment');
    expect(payment.inputs).toEqual(['orders.commands.payment']);
    expect(payment.links.get('orders.commands.payment')?.replies).toBe('payment.replies.orders');
  });

  it('the audit finds every topic of facts, what it could not read itself among them', () => {
    expect(topology(SUITE).audit('audit').inputs).toEqual([
      'orders.events', 'payment.events', 'fulfillment.events', 'orders.quarantine', 'payment.quarantine', 'fulfillment.quarantine', 'audit.quarantine',
    ]);
  });

  it('an orchestrator whose sagas start others here is its own participant and its own parent', () => {
    const suite = topology(SUITE, CHILDREN);
    const orders = suite.orchestrator('orders');
    expect(orders.inputs).toEqual([
      'client.commands.orders', 'operator.commands.orders', 'orders.commands.orders', 'payment.replies.orders', 'fulfillment.replies.orders', 'orders.replies.orders', 'orders.reroutes.orders',
    ]);
    const link = { orchestrator: 'orders', participant: 'orders', commands: 'orders.commands.orders', replies: 'orders.replies.orders' };
    expect([...orders.participants.keys()]).toEqual(['payment', 'fulfillment', 'orders']);
    expect(orders.participants.get('orders')).toEqual(link);
    expect([...orders.parents]).toEqual([['orders', link]]);
    const own = suite.topics().filter(({ name }) => ['orders.commands.orders', 'orders.replies.orders'].includes(name));
    expect(own.map(({ kind, writer, readers }) => [kind, writer, readers])).toEqual([['commands', 'orders', ['orders']], ['replies', 'orders', ['orders']]]);
  });

  it('an orchestrator that runs the child sagas of another is its participant, and finds where to answer it', () => {
    const suite = topology(SUITE, SECOND_DOMAIN);
    const link = { orchestrator: 'orders', participant: 'billing', commands: 'orders.commands.billing', replies: 'billing.replies.orders' };
    expect(suite.orchestrator('orders').participants.get('billing')).toEqual(link);
    expect(suite.orchestrator('orders').parents.size).toBe(0);
    expect(suite.orchestrator('orders').inputs).toContain('billing.replies.orders');
    expect([...suite.orchestrator('billing').parents]).toEqual([['orders', link]]);
    expect(suite.orchestrator('billing').inputs).toEqual(['orders.commands.billing', 'payment.replies.billing', 'billing.reroutes.billing']);
    expect(suite.topics().find(({ name }) => name === 'orders.commands.billing')).toMatchObject({ writer: 'orders', readers: ['billing'] });
    expect(suite.topics().find(({ name }) => name === 'billing.replies.orders')).toMatchObject({ writer: 'billing', readers: ['orders'] });
    expect([...suite.participant('payment').links.keys()]).toEqual(['orders.commands.payment', 'billing.commands.payment']);
  });

  it('a name that is not declared is refused with the names that are', () => {
    expect(errorOf(() => topology(SUITE).participant('shipping'))).toMatchObject({
      code: 'TOPOLOGY_UNKNOWN_SERVICE',
      message: expect.stringContaining('payment, fulfillment') as unknown,
    });
  });
});

describe('several topology files', () => {
  it('are merged: a participant may come with its own', () => {
    const merged = topology(SUITE, BENCH);
    expect(merged.orchestrator('orders').participants.get('bench')?.commands).toBe('orders.commands.bench');
    expect(merged.orchestrator('orders').inputs).toContain('bench.replies.orders');
    expect(merged.audit('audit').inputs).toContain('bench.events');
  });

  it('may not disagree', () => {
    const error = errorOf(() => topology(SUITE, 'services: { payment: { kind: client } }'));
    expect(error).toMatchObject({ code: 'TOPOLOGY_INVALID', message: expect.stringContaining('file2.yaml') as unknown });
  });
});

describe('a topology file that is wrong', () => {
  it.each([
    ['is not YAML', 'services: {', 'not valid YAML'],
    ['has an unknown key', 'topics: {}', 'unknown key "topics"'],
    ['has a kind nobody knows', 'services: { a: { kind: queue } }', 'needs a kind'],
    ['has a name that cannot be a topic', 'services: { Orders: { kind: client } }', 'service name "Orders"'],
    ['links to nobody', 'services: { a: { kind: client } }\nlinks: [{ from: a, to: b }]', 'names "b"'],
    ['links what cannot be linked', 'services: { a: { kind: client }, b: { kind: participant } }\nlinks: [{ from: a, to: b }]', 'client does not send commands to participant'],
    ['has a retention that is no number of days', 'commandRetentionDays: 0.5', 'whole number of days'],
  ])('%s: is refused with a sentence', (_, text, sentence) => {
    expect(errorOf(() => topology(text))).toMatchObject({ code: 'TOPOLOGY_INVALID', message: expect.stringContaining(sentence) as unknown });
  });
});
