// Makes the topics and rights of the topology and registers the schemas of the contracts: what a stack needs before its services
// start. Run again, it finds everything made.
import { readFileSync } from 'node:fs';
import { serviceContracts } from '@onward/contracts';
import { AvroRegistry, registerSchemas, topicRecords } from '@onward/kafka';
import { applyTopology, connectAdmin, loadTopology, PARTITIONS_DEFAULT } from '@onward/kafka/topology';

const stack = JSON.parse(readFileSync(process.env.ONWARD_STACK, 'utf8'));
const topology = loadTopology((process.env.ONWARD_TOPOLOGY ?? 'schemas/topology.yaml').split(','));
const partitions = Number(process.env.ONWARD_PARTITIONS || PARTITIONS_DEFAULT);

const admin = await connectAdmin({
  brokers: stack.brokers,
  clientId: 'onward-setup',
  sasl: { mechanism: 'scram-sha-512', ...stack.principals.admin },
});
try {
  const { missingTopics, missingAcls, differing } = await applyTopology(admin, { topics: topology.topics(partitions), acls: topology.acls() });
  console.log(`topology: ${missingTopics.length} topics and ${missingAcls.length} rights made`);
  for (const { topic, what, wanted, found } of differing) console.log(`topology: ${topic} has ${what} ${found}, the topology says ${wanted}; left as it is`);
} finally {
  await admin.disconnect();
}

const records = topicRecords(topology, serviceContracts);
// A registry that has just started may take many seconds over its first schemas.
await registerSchemas(new AvroRegistry({ url: stack.registryUrl, ...stack.registry, timeoutMs: 60_000 }), records);
console.log(`registry: ${records.length} schemas registered`);
