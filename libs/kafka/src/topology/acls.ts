import type { DerivedTopic } from './topics.js';

/** One right. The list of these is all a principal may do: nobody has a right on the cluster. */
export interface AclSpec {
  readonly principal: string;
  readonly resourceType: 'topic' | 'group' | 'transactionalId';
  readonly resourceName: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: 'read' | 'write';
}

/** A principal as the rights need it. */
export interface PrincipalRights {
  readonly name: string;
  /** True for the services that write in Kafka transactions. */
  readonly transactional: boolean;
}

/**
 * The least that works: Write on a topic for its writer, Read for its readers, Read on the reader's own consumer group, Write on
 * transactional ids that begin with the service's name and a dash.
 */
export function deriveAcls(principals: readonly PrincipalRights[], topics: readonly DerivedTopic[]): AclSpec[] {
  const acls: AclSpec[] = [];
  for (const { name, transactional } of principals) {
    const own = { principal: name, pattern: 'literal' } as const;
    const reads = topics.filter((topic) => topic.readers.includes(name));
    for (const topic of topics) {
      if (topic.writer === name) acls.push({ ...own, resourceType: 'topic', resourceName: topic.name, operation: 'write' });
    }
    for (const topic of reads) acls.push({ ...own, resourceType: 'topic', resourceName: topic.name, operation: 'read' });
    if (reads.length > 0) acls.push({ ...own, resourceType: 'group', resourceName: name, operation: 'read' });
    if (transactional) {
      acls.push({ ...own, pattern: 'prefixed', resourceType: 'transactionalId', resourceName: `${name}-`, operation: 'write' });
    }
  }
  return acls;
}
