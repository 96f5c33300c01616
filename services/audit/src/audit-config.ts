import { loadTopology, type Topology } from '@onward/kafka';
import { databaseConfig, groupConfig, kafkaConfig, registryConfig, topologyConfig, type ConfigOf } from '@onward/platform';

/** What the audit service needs besides what every service has. */
export const auditConfig = { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, topology: topologyConfig, group: groupConfig };
export type AuditConfig = ConfigOf<typeof auditConfig>;

/** Which audit service of the topology this process is: the one its principal names, or the only one there is. */
export function auditService(config: AuditConfig): { readonly topology: Topology; readonly audit: string } {
  const topology = loadTopology(config.topology.files);
  const declared = topology.namesOf('audit');
  const principal = config.kafka.sasl?.username;
  const audit = declared.find((name) => name === principal) ?? (declared.length === 1 ? declared[0] : undefined);
  if (audit === undefined) {
    throw new AuditServiceUndeclared(`The topology declares ${declared.length === 0 ? 'no audit service' : `the audit services ${declared.join(', ')}`}: declare one, and connect as its principal.`);
  }
  return { topology, audit };
}

/** It is not clear which audit service this process should be. */
export class AuditServiceUndeclared extends Error {
  readonly code = 'AUDIT_SERVICE_UNDECLARED';
}
