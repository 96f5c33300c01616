import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import type { AclSpec } from './acls.js';
import type { TopicSpec } from './topics.js';
import { TopologyError } from './topology-error.js';

const ACLS_LISTED_TIMEOUT_MS = 15_000;
const ACLS_LISTED_POLL_MS = 20;

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ConfigResourceTypes, ResourcePatternTypes } = kafkajs;
const OPERATION_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(AclOperationTypes).map(([name, code]) => [Number(code), name]));

/** What the cluster should hold. */
export interface WantedTopology {
  readonly topics: readonly TopicSpec[];
  readonly acls: readonly AclSpec[];
}

/** A topic that exists and is not as declared. It is reported, never changed. */
export interface TopicDifference {
  readonly topic: string;
  /** `partitions`, `replicationFactor` or the name of a configuration key. */
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
}

/** A right on one of the declared topics that nobody declared. It is reported, never taken away. */
export interface UnexpectedAcl {
  readonly principal: string;
  readonly topic: string;
  readonly operation: string;
}

export interface TopologyDiff {
  readonly missingTopics: readonly TopicSpec[];
  readonly missingAcls: readonly AclSpec[];
  readonly differing: readonly TopicDifference[];
  readonly unexpectedAcls: readonly UnexpectedAcl[];
}

/** Compares the cluster with what is wanted. Changes nothing. */
export async function diffTopology(admin: Admin, wanted: WantedTopology): Promise<TopologyDiff> {
  const existing = new Set(await admin.listTopics());
  const present = wanted.topics.filter((topic) => existing.has(topic.name));
  const found = await listAcls(admin);
  const foundKeys = new Set(found.map(aclKey));
  const wantedKeys = new Set(wanted.acls.map((acl) => aclKey(toEntry(acl))));
  const names = new Set(wanted.topics.map((topic) => topic.name));
  return {
    missingTopics: wanted.topics.filter((topic) => !existing.has(topic.name)),
    missingAcls: wanted.acls.filter((acl) => !foundKeys.has(aclKey(toEntry(acl)))),
    differing: present.length === 0 ? [] : await differences(admin, present),
    unexpectedAcls: found
      .filter((acl) => touches(acl, names) && !wantedKeys.has(aclKey(acl)))
      .map((acl) => ({ principal: acl.principal, topic: acl.resourceName, operation: OPERATION_NAMES.get(acl.operation) ?? `operation ${acl.operation}` })),
  };
}

/**
 * Creates the topics and rights that are missing and nothing else: what exists is never changed or deleted.
 * @returns what was found before, so that the caller can report what was made and what differs.
 */
export async function applyTopology(admin: Admin, wanted: WantedTopology): Promise<TopologyDiff> {
  const diff = await diffTopology(admin, wanted);
  if (diff.missingTopics.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: diff.missingTopics.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor: topic.replicationFactor,
        configEntries: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  if (diff.missingAcls.length > 0) {
    await admin.createAcls({ acl: diff.missingAcls.map(toEntry) });
    await untilListed(admin, diff.missingAcls);
  }
  return diff;
}

/** The controller answers before the brokers know of a new right, and a service that starts meanwhile is refused. */
async function untilListed(admin: Admin, acls: readonly AclSpec[]): Promise<void> {
  const deadlineMs = performance.now() + ACLS_LISTED_TIMEOUT_MS;
  const isListed = async (): Promise<boolean> => {
    const found = new Set((await listAcls(admin)).map(aclKey));
    return acls.every((acl) => found.has(aclKey(toEntry(acl))));
  };
  while (!(await isListed())) {
    if (performance.now() > deadlineMs) throw new TopologyError('TOPOLOGY_ACLS_NOT_SEEN', 'The brokers do not list the rights that were granted just now: see their logs, then apply the topology again.');
    await delay(ACLS_LISTED_POLL_MS);
  }
}

async function differences(admin: Admin, present: readonly TopicSpec[]): Promise<TopicDifference[]> {
  const names = present.map((topic) => topic.name);
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: present.map((topic) => ({ type: ConfigResourceTypes.TOPIC, name: topic.name, configNames: Object.keys(topic.config) })),
  });
  const differing: TopicDifference[] = [];
  for (const topic of present) {
    const partitions = metadata.find((entry) => entry.name === topic.name)?.partitions ?? [];
    const configs = resources.find((entry) => entry.resourceName === topic.name)?.configEntries ?? [];
    const found: Record<string, string> = {
      partitions: String(partitions.length),
      replicationFactor: String(partitions[0]?.replicas.length ?? 0),
      ...Object.fromEntries(configs.map((entry) => [entry.configName, entry.configValue])),
    };
    const wanted: Record<string, string> = { partitions: String(topic.partitions), replicationFactor: String(topic.replicationFactor), ...topic.config };
    for (const [what, value] of Object.entries(wanted)) {
      if (found[what] !== value) differing.push({ topic: topic.name, what, wanted: value, found: found[what] ?? 'not set' });
    }
  }
  return differing;
}

async function listAcls(admin: Admin): Promise<AclEntry[]> {
  // kafkajs's type asks for fields that the protocol leaves null to mean "any".
  const any = { resourceType: AclResourceTypes.ANY, resourcePatternType: ResourcePatternTypes.ANY, operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY };
  const { resources } = await admin.describeAcls(any as Parameters<Admin['describeAcls']>[0]);
  return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })));
}

function touches(acl: AclEntry, topics: ReadonlySet<string>): boolean {
  if (acl.resourceType !== AclResourceTypes.TOPIC || acl.permissionType !== AclPermissionTypes.ALLOW) return false;
  if (acl.resourcePatternType === ResourcePatternTypes.LITERAL) return acl.resourceName === '*' || topics.has(acl.resourceName);
  return [...topics].some((topic) => topic.startsWith(acl.resourceName));
}

function toEntry(acl: AclSpec): AclEntry {
  return {
    principal: `User:${acl.principal}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    operation: acl.operation === 'read' ? AclOperationTypes.READ : AclOperationTypes.WRITE,
    resourceType: RESOURCE_TYPES[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: acl.pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
  };
}

const RESOURCE_TYPES = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP, transactionalId: AclResourceTypes.TRANSACTIONAL_ID } as const;

function aclKey(acl: AclEntry): string {
  return [acl.principal, acl.host, acl.permissionType, acl.operation, acl.resourceType, acl.resourcePatternType, acl.resourceName].join('|');
}
