import { CommandFailed, CommandRejected, type RecordType, type ServiceContract } from '@onward/contracts';
import type { ParticipantLink, Topology } from '../topology/index.js';
import type { AvroRegistry } from './schema-registry.js';

/** One record that may stand on one topic. */
export interface TopicRecord {
  readonly topic: string;
  readonly type: RecordType<unknown>;
}

/** Everything the contracts put on the topology's topics. Snapshots derived from plans are the orchestrator's own and not in here. */
export function topicRecords(topology: Topology, contracts: readonly ServiceContract[]): TopicRecord[] {
  const contractOf = new Map(contracts.map((c) => [c.service, c]));
  const on = (topic: string, types: readonly RecordType<unknown>[] | undefined): TopicRecord[] => (types ?? []).map((type) => ({ topic, type }));
  const asked = (link: ParticipantLink, contract: ServiceContract | undefined): TopicRecord[] => {
    const commands = Object.values(contract?.commands ?? {});
    if (commands.length === 0) return [];
    return [...on(link.commands, commands.map((c) => c.request)), ...on(link.replies, [...new Set(commands.map((c) => c.done)), CommandRejected, CommandFailed])];
  };
  const found: TopicRecord[] = [];
  for (const name of topology.namesOf('participant')) {
    const { links, events } = topology.participant(name);
    const contract = contractOf.get(name);
    for (const link of links.values()) found.push(...asked(link, contract));
    found.push(...on(events, contract?.events));
  }
  for (const name of topology.namesOf('orchestrator')) {
    const topics = topology.orchestrator(name);
    const contract = contractOf.get(name);
    for (const topic of topics.clientCommands) found.push(...on(topic, contract?.accepts.client));
    for (const topic of topics.operatorCommands) found.push(...on(topic, contract?.accepts.operator));
    for (const [parent, link] of topics.parents) {
      found.push(...on(link.commands, contract?.accepts[parent]));
      found.push(...asked(link, contract));
    }
    for (const topic of topics.outcomes.values()) found.push(...on(topic, contract?.outcomes));
    found.push(...on(topics.events, contract?.events), ...on(topics.state, contract?.state));
  }
  for (const name of topology.namesOf('audit')) found.push(...on(topology.audit(name).log, contractOf.get(name)?.log));
  return found;
}

/** Registers them all, a few at a time. @throws SchemaRefused, RegistryUnavailable as {@link AvroRegistry.register}. */
export async function registerSchemas(registry: AvroRegistry, records: readonly TopicRecord[]): Promise<void> {
  const left = [...records];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await registry.register(next.topic, next.type);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
