import type { Topology } from '@onward/kafka';

/** What stands in a topic of facts: a saga's transitions, a participant's domain events, or inputs that somebody could not process. */
export type FactKind = 'transitions' | 'events' | 'quarantine';

/** A topic of facts and who tells them: the only principal with the right to write it. */
export interface FactSource {
  readonly topic: string;
  readonly actor: string;
  readonly kind: FactKind;
}

/** Every topic that audit reads, by name. */
export function factSources(topology: Topology, audit: string): ReadonlyMap<string, FactSource> {
  const orchestrators = new Set(topology.namesOf('orchestrator'));
  const inputs = new Set(topology.audit(audit).inputs);
  const sources = topology.derivedTopics
    .filter(({ name }) => inputs.has(name))
    .map(({ name, kind, writer }): FactSource => {
      if (kind === 'quarantine') return { topic: name, actor: writer, kind };
      return { topic: name, actor: writer, kind: orchestrators.has(writer) ? 'transitions' : 'events' };
    });
  return new Map(sources.map((source) => [source.topic, source]));
}
