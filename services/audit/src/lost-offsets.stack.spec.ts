import { jest } from '@jest/globals';
import { quarantineRecord } from '@onward/kafka';
import { AuditFixture } from '../../../test/support/audit-fixture.js';
import { until } from '../../../test/support/kafka-fixture.js';
import { testStack } from '../../../test/support/stack.js';

jest.setTimeout(60_000);

const stack = testStack();

describe('an audit service whose group has lost its offsets', () => {
  let audit: AuditFixture;
  beforeEach(async () => {
    audit = await AuditFixture.open(stack);
  });
  afterEach(() => audit.close());

  const logReaches = (count: number) => until(async () => (await audit.entries()).length >= count || undefined, `${count} entries`);

  it('stops with an alarm instead of giving facts a second entry (R5, I6)', async () => {
    const record = { topic: `client.commands.${audit.names.orders}`, partition: 1, offset: 9n, timestampMs: 0, key: Buffer.from('s-1'), value: Buffer.from([1]), headers: {} };
    const quarantined = quarantineRecord(record, { code: 'NOT_THIS_AVRO', message: 'It is cut off.' }, { topic: `${audit.names.orders}.quarantine`, partitionCount: 4 });
    const first = await audit.start();
    await audit.kafka.send([await audit.transition('s-1', 1), await audit.transition('s-2', 1), await audit.event('s-1', 1), quarantined]);
    await logReaches(4);
    await first.stop();
    await audit.kafka.admin.deleteGroups([audit.names.audit]);

    const second = await audit.start();
    const metrics = async () => (await fetch(`${second.url}/metrics`, { headers: { authorization: `Bearer ${stack.tokens.viewer}` } })).text();
    await until(async () => /^onward_audit_partitions_stopped\{[^}]*\} 4$/m.test(await metrics()) || undefined, 'every partition to stop');
    expect((await audit.entries()).length).toBe(4);
  });
});
