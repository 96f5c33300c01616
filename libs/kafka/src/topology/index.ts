export { connectAdmin } from './admin.js';
export type { AclSpec } from './acls.js';
export { applyTopology, diffTopology, type TopicDifference, type TopologyDiff, type UnexpectedAcl, type WantedTopology } from './apply.js';
export { parseDeclaration, SERVICE_KINDS, type Declaration, type Link, type ServiceKind, type TopologySource } from './declaration.js';
export { checkPartitionCount, type PartitionCounts } from './partition-count.js';
export { topicName, type DerivedTopic, type TopicKind, type TopicSpec } from './topics.js';
export { TopologyError, type TopologyErrorCode } from './topology-error.js';
export {
  loadTopology,
  PARTITIONS_DEFAULT,
  Topology,
  type AuditTopics,
  type OrchestratorTopics,
  type ParticipantLink,
  type ParticipantTopics,
  type Principal,
} from './topology.js';
