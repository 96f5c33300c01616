import { connectAdmin, ErrorCode, errorName, KafkaApiError, KafkaCluster, loadTopology } from '@onward/kafka';
import type { ApiCall, Throttled } from '../../libs/kafka/src/protocol/api-call.js';
import { fetchCall } from '../../libs/kafka/src/protocol/fetch.js';
import { initProducerIdCall } from '../../libs/kafka/src/protocol/init-producer-id.js';
import { offsetCommitCall } from '../../libs/kafka/src/protocol/offset-commit.js';
import { produceCall } from '../../libs/kafka/src/protocol/produce.js';
import { encodeRecordBatch } from '../../libs/kafka/src/protocol/record-batch.js';
import { until } from '../support/kafka-fixture.js';
import { testStack } from '../support/stack.js';

/**
 * Who may write and who may read each topic, written by hand: the broker is asked, not the code that derives the rights.
 * Who is not named may not.
 */
const TOPICS: Readonly<Record<string, { readonly write: readonly string[]; readonly read: readonly string[] }>> = {
  'client.commands.orders': { write: ['client'], read: ['orders'] },
  'operator.commands.orders': { write: ['operator'], read: ['orders'] },
  'orders.commands.payment': { write: ['orders'], read: ['payment'] },
  'orders.commands.fulfillment': { write: ['orders'], read: ['fulfillment'] },
  'orders.commands.customers': { write: ['orders'], read: ['customers'] },
  'orders.commands.orders': { write: ['orders'], read: ['orders'] },
  'payment.replies.orders': { write: ['payment'], read: ['orders'] },
  'fulfillment.replies.orders': { write: ['fulfillment'], read: ['orders'] },
  'customers.replies.orders': { write: ['customers'], read: ['orders'] },
  'orders.replies.orders': { write: ['orders'], read: ['orders'] },
  'orders.reroutes.orders': { write: ['orders'], read: ['orders'] },
  'orders.events': { write: ['orders'], read: ['orders', 'audit', 'operator'] },
  'orders.state': { write: ['orders'], read: ['orders', 'operator'] },
  'orders.outcomes.client': { write: ['orders'], read: ['client', 'operator'] },
  'payment.events': { write: ['payment'], read: ['audit'] },
  'fulfillment.events': { write: ['fulfillment'], read: ['audit'] },
  'customers.events': { write: ['customers'], read: ['audit'] },
  'audit.log': { write: ['audit'], read: ['audit', 'operator', 'auditor'] },
  'orders.quarantine': { write: ['orders'], read: ['audit', 'operator'] },
  'payment.quarantine': { write: ['payment'], read: ['audit', 'operator'] },
  'fulfillment.quarantine': { write: ['fulfillment'], read: ['audit', 'operator'] },
  'customers.quarantine': { write: ['customers'], read: ['audit', 'operator'] },
  'audit.quarantine': { write: ['audit'], read: ['audit', 'operator'] },
};
const PRINCIPALS = ['orders', 'payment', 'fulfillment', 'customers', 'audit', 'client', 'operator', 'auditor'] as const;
/** Principals that may write in transactions, under names that begin with their own. */
const TRANSACTIONAL = ['orders', 'audit'];

const stack = testStack();
const clusters = new Map<string, KafkaCluster>();

beforeAll(async () => {
  for (const principal of PRINCIPALS) clusters.set(principal, await KafkaCluster.connect(stack.kafka(principal)));
  for (const [kind, key] of [['group', 'orders'], ['transaction', 'orders-rights-test']] as const) {
    await whenCoordinated(async () => (await refusal(clusters.get('orders')!.coordinator(kind, key))) ?? ErrorCode.NONE);
  }
});

afterAll(() => {
  for (const cluster of clusters.values()) cluster.disconnect();
});

it('the table names every topic of the suite', () => {
  const suite = loadTopology([stack.topologyFiles[0]!]);
  expect(Object.keys(TOPICS).sort()).toEqual(suite.topics().map((topic) => topic.name).sort());
  expect(suite.principals.map((principal) => principal.name).sort()).toEqual([...PRINCIPALS].sort());
});

describe.each(Object.entries(TOPICS))('%s', (topic, allowed) => {
  it.each(PRINCIPALS)('%s', async (principal) => {
    const found = { write: await mayWrite(principal, topic), read: await mayRead(principal, topic) };
    expect(found).toEqual({ write: allowed.write.includes(principal), read: allowed.read.includes(principal) });
  });
});

describe.each(PRINCIPALS)('%s', (principal) => {
  it('may use its own consumer group and no other', async () => {
    const found = await Promise.all(PRINCIPALS.map(async (group) => [group, await mayUseGroup(principal, group)]));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(PRINCIPALS.map((group) => [group, group === principal])));
  });

  it('may write in transactions under its own name, if at all', async () => {
    const found = await Promise.all(PRINCIPALS.map(async (name) => [name, await mayUseTransactionalId(principal, name)]));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(PRINCIPALS.map((name) => [name, name === principal && TRANSACTIONAL.includes(name)])));
  });

  it('has no right on the cluster: no topic made, no right read or granted', async () => {
    const admin = await connectAdmin(stack.kafka(principal));
    try {
      expect(await refusal(admin.createTopics({ topics: [{ topic: stack.unique('forbidden'), numPartitions: 1 }] }))).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
      expect(await refusal(admin.deleteTopics({ topics: ['orders.state'] }))).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
      expect(await refusal(admin.createAcls({ acl: [everythingFor(principal)] }))).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
      expect(await refusal(admin.describeAcls(everythingFor(principal)))).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
      expect(await refusal(admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: 'orders.state', configEntries: [] }] }))).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    } finally {
      await admin.disconnect();
    }
  });
});

/** The broker's error code for a request that fails. Several topics of one request fail together; kafkajs then wraps the errors. */
async function refusal(request: Promise<unknown>): Promise<number | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof KafkaApiError) return error.brokerCode;
    const { code, errors } = error as { code?: number; errors?: { code?: number }[] };
    return code ?? errors?.[0]?.code;
  }
}

/** Nothing is written: the partition does not exist, which the broker says only to who may write the topic. */
async function mayWrite(principal: string, topic: string): Promise<boolean> {
  const records = encodeRecordBatch(
    [{ key: Buffer.from('key'), value: Buffer.from('value'), headers: {}, timestampMs: 0 }],
    { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false },
  );
  const answer = await anyNode(principal, produceCall({ transactionalId: null, timeoutMs: 5_000, topics: [{ topic, partitions: [{ partition: 1_000_000, records }] }] }));
  return isAllowed(answer.topics[0]?.partitions[0]?.errorCode, { yes: [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION], no: ErrorCode.TOPIC_AUTHORIZATION_FAILED });
}

async function mayRead(principal: string, topic: string): Promise<boolean> {
  const partitions = [{ partition: 0, offset: 0n, bytesMax: 1 }];
  const answer = await anyNode(principal, fetchCall({ isolation: 'read_committed', maxWaitMs: 0, bytesMin: 0, bytesMax: 1, topics: [{ topic, partitions }] }));
  return isAllowed(answer.topics[0]?.partitions[0]?.errorCode, { yes: [ErrorCode.NONE], no: ErrorCode.TOPIC_AUTHORIZATION_FAILED });
}

/** The offsets are of a member that does not exist, and of a topic that each principal may read: nothing is committed. */
async function mayUseGroup(principal: string, groupId: string): Promise<boolean> {
  const topic = Object.entries(TOPICS).find(([, allowed]) => allowed.read.includes(principal))![0];
  const membership = { generationId: 1, memberId: 'nobody' };
  const topics = [{ topic, partitions: [{ partition: 0, offset: 0n, metadata: '' }] }];
  const code = await whenCoordinated(async () => (await anyNode(principal, offsetCommitCall({ groupId, membership, topics }))).topics[0]?.partitions[0]?.errorCode);
  return isAllowed(code, { yes: [ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION], no: ErrorCode.GROUP_AUTHORIZATION_FAILED });
}

async function mayUseTransactionalId(principal: string, owner: string): Promise<boolean> {
  const transactionalId = stack.unique(`${owner}-rights-test`);
  const code = await whenCoordinated(async () => (await anyNode(principal, initProducerIdCall({ transactionalId, transactionTimeoutMs: 1_000 }))).errorCode);
  return isAllowed(code, { yes: [ErrorCode.NONE], no: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED });
}

/** A broker makes its coordinators' topics when they are first asked for. */
function whenCoordinated(ask: () => Promise<number | undefined>): Promise<number | undefined> {
  const notYet: readonly (number | undefined)[] = [ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS];
  return until(async () => {
    const code = await ask();
    return notYet.includes(code) ? undefined : code;
  }, 'the coordinator');
}

/** The local stack has one broker, which leads and coordinates everything. */
function anyNode<T extends Throttled>(principal: string, call: ApiCall<T>): Promise<T> {
  return clusters.get(principal)!.sendToAny(call);
}

function isAllowed(code: number | undefined, expected: { readonly yes: readonly number[]; readonly no: number }): boolean {
  if (code !== undefined && expected.yes.includes(code)) return true;
  if (code === expected.no) return false;
  throw new Error(`the broker answered ${code === undefined ? 'nothing' : errorName(code)}`);
}

function everythingFor(principal: string): Parameters<Awaited<ReturnType<typeof connectAdmin>>['createAcls']>[0]['acl'][number] {
  // Resource type topic (2), any name, literal (3), operation all (2), allow (3).
  return { principal: `User:${principal}`, host: '*', resourceType: 2, resourceName: '*', resourcePatternType: 3, operation: 2, permissionType: 3 };
}
