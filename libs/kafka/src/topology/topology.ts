import { readFileSync } from 'node:fs';
import { deriveAcls, type AclSpec } from './acls.js';
import { parseDeclaration, type Declaration, type ServiceKind, type TopologySource } from './declaration.js';
import { partitionsOf, topicConfig, topicName, type DerivedTopic, type TopicKind, type TopicSpec } from './topics.js';
import { TopologyError } from './topology-error.js';

/** A principal: one service, one name, one set of rights. */
export interface Principal {
  readonly name: string;
  readonly kind: ServiceKind;
  /** True for the services that write in Kafka transactions. */
  readonly transactional: boolean;
}

/** The two topics between an orchestrator and one of its participants, which may be an orchestrator too. */
export interface ParticipantLink {
  /** Who asks. */
  readonly orchestrator: string;
  /** Who is asked. */
  readonly participant: string;
  readonly commands: string;
  readonly replies: string;
}

/** The topics of one orchestrator's domain. */
export interface OrchestratorTopics {
  readonly name: string;
  /** Commands of clients, of operators and of parents, replies, own reroutes: co-partitioned, in this stable order. */
  readonly inputs: readonly string[];
  readonly clientCommands: readonly string[];
  readonly operatorCommands: readonly string[];
  readonly reroutes: string;
  /** Who it asks, by name: participants, and orchestrators that run its child sagas, itself perhaps among them. */
  readonly participants: ReadonlyMap<string, ParticipantLink>;
  /** Orchestrators that start sagas here as children of theirs, by name: where their commands arrive, and where they are answered. */
  readonly parents: ReadonlyMap<string, ParticipantLink>;
  /** Outcome topic by client. */
  readonly outcomes: ReadonlyMap<string, string>;
  readonly events: string;
  readonly state: string;
  readonly quarantine: string;
}

/** The topics of one participant. */
export interface ParticipantTopics {
  readonly name: string;
  /** Command topics, one for each orchestrator that sends to it. */
  readonly inputs: readonly string[];
  /** The link by its command topic: where to answer what arrived there. */
  readonly links: ReadonlyMap<string, ParticipantLink>;
  readonly events: string;
  readonly quarantine: string;
}

/** The topics of the audit service. */
export interface AuditTopics {
  readonly name: string;
  /** Every topic of facts: events of orchestrators and participants, and what they and audit itself quarantined. */
  readonly inputs: readonly string[];
  readonly log: string;
  readonly quarantine: string;
}

/** Partitions of every topic but the audit log, unless decided otherwise when the topics are made. */
export const PARTITIONS_DEFAULT = 12;

/**
 * Reads topology files and derives everything from them.
 * @throws TopologyError when a file cannot be read or is not valid.
 */
export function loadTopology(files: readonly string[]): Topology {
  return new Topology(parseDeclaration(files.map(readSource)));
}

/** What the topology files say, with topics, rights and look-ups derived from it. Pure: it never talks to a broker. */
export class Topology {
  readonly principals: readonly Principal[];
  readonly derivedTopics: readonly DerivedTopic[];

  constructor(private readonly declaration: Declaration) {
    this.principals = [...declaration.services].map(([name, kind]) => ({
      name,
      kind,
      transactional: kind === 'orchestrator' || kind === 'audit',
    }));
    this.derivedTopics = this.deriveTopics();
  }

  /** Every topic, as it is to be made. */
  topics(partitions = PARTITIONS_DEFAULT, replicationFactor = 1): TopicSpec[] {
    return this.derivedTopics.map((topic) => ({
      ...topic,
      partitions: partitionsOf(topic.kind, partitions),
      replicationFactor,
      config: topicConfig(topic.kind, this.declaration.commandRetentionDays, replicationFactor),
    }));
  }

  /** Every right, as it is to be granted. */
  acls(): AclSpec[] {
    return deriveAcls(this.principals, this.derivedTopics);
  }

  /** @throws TopologyError `TOPOLOGY_UNKNOWN_SERVICE` */
  orchestrator(name: string): OrchestratorTopics {
    this.require(name, 'orchestrator');
    const participants = new Map(this.linksFrom(name).map((link) => [link.participant, link]));
    const parents = new Map(this.sendersTo(name, 'orchestrator').map((parent) => [parent, participantLink(parent, name)]));
    const clients = this.sendersTo(name, 'client');
    const clientCommands = clients.map((client) => topicName(client, 'commands', name));
    const operatorCommands = this.sendersTo(name, 'operator').map((operator) => topicName(operator, 'commands', name));
    const reroutes = topicName(name, 'reroutes', name);
    return {
      name,
      inputs: [
        ...clientCommands,
        ...operatorCommands,
        ...[...parents.values()].map((link) => link.commands),
        ...[...participants.values()].map((link) => link.replies),
        reroutes,
      ],
      clientCommands,
      operatorCommands,
      reroutes,
      participants,
      parents,
      outcomes: new Map(clients.map((client) => [client, topicName(name, 'outcomes', client)])),
      events: topicName(name, 'events'),
      state: topicName(name, 'state'),
      quarantine: topicName(name, 'quarantine'),
    };
  }

  /** @throws TopologyError `TOPOLOGY_UNKNOWN_SERVICE` */
  participant(name: string): ParticipantTopics {
    this.require(name, 'participant');
    const links = this.sendersTo(name, 'orchestrator').map((orchestrator) => participantLink(orchestrator, name));
    return {
      name,
      inputs: links.map((link) => link.commands),
      links: new Map(links.map((link) => [link.commands, link])),
      events: topicName(name, 'events'),
      quarantine: topicName(name, 'quarantine'),
    };
  }

  /** @throws TopologyError `TOPOLOGY_UNKNOWN_SERVICE` */
  audit(name: string): AuditTopics {
    this.require(name, 'audit');
    const sources = this.namesOf('orchestrator', 'participant');
    return {
      name,
      inputs: [...sources.map((source) => topicName(source, 'events')), ...[...sources, name].map((reader) => topicName(reader, 'quarantine'))],
      log: topicName(name, 'log'),
      quarantine: topicName(name, 'quarantine'),
    };
  }

  /** Names of the services of some kinds, in the order of the files. */
  namesOf(...kinds: ServiceKind[]): string[] {
    return this.principals.filter((principal) => kinds.includes(principal.kind)).map((principal) => principal.name);
  }

  private deriveTopics(): DerivedTopic[] {
    const audits = this.namesOf('audit');
    const operators = this.namesOf('operator');
    const topics: DerivedTopic[] = [];
    const add = (writer: string, kind: TopicKind, reader: string | undefined, readers: readonly string[]): void => {
      topics.push({ name: topicName(writer, kind, reader), kind, writer, readers: [...new Set(readers)].sort() });
    };
    for (const { from, to } of this.declaration.links) add(from, 'commands', to, [to]);
    for (const orchestrator of this.namesOf('orchestrator')) {
      const ownOperators = this.sendersTo(orchestrator, 'operator');
      for (const link of this.linksFrom(orchestrator)) add(link.participant, 'replies', orchestrator, [orchestrator]);
      add(orchestrator, 'events', undefined, [orchestrator, ...audits, ...ownOperators]);
      add(orchestrator, 'state', undefined, [orchestrator, ...ownOperators]);
      add(orchestrator, 'reroutes', orchestrator, [orchestrator]);
      for (const client of this.sendersTo(orchestrator, 'client')) add(orchestrator, 'outcomes', client, [client, ...ownOperators]);
    }
    for (const participant of this.namesOf('participant')) add(participant, 'events', undefined, audits);
    for (const audit of audits) add(audit, 'log', undefined, [audit, ...operators, ...this.namesOf('auditor')]);
    for (const reader of this.namesOf('orchestrator', 'participant', 'audit')) add(reader, 'quarantine', undefined, [...audits, ...operators]);
    return topics;
  }

  private linksFrom(orchestrator: string): ParticipantLink[] {
    return this.declaration.links.filter((link) => link.from === orchestrator).map((link) => participantLink(orchestrator, link.to));
  }

  private sendersTo(name: string, kind: ServiceKind): string[] {
    return this.declaration.links.filter((link) => link.to === name && this.kindOf(link.from) === kind).map((link) => link.from);
  }

  private kindOf(name: string): ServiceKind | undefined {
    return this.declaration.services.get(name);
  }

  private require(name: string, kind: ServiceKind): void {
    if (this.kindOf(name) === kind) return;
    const known = this.namesOf(kind).join(', ') || 'none';
    throw new TopologyError('TOPOLOGY_UNKNOWN_SERVICE', `The topology declares no ${kind} "${name}" (declared: ${known}). Add it, or give its topology file too.`);
  }
}

function participantLink(orchestrator: string, participant: string): ParticipantLink {
  return {
    orchestrator,
    participant,
    commands: topicName(orchestrator, 'commands', participant),
    replies: topicName(participant, 'replies', orchestrator),
  };
}

function readSource(file: string): TopologySource {
  try {
    return { name: file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new TopologyError('TOPOLOGY_FILE_UNREADABLE', `Cannot read the topology file ${file}: ${(cause as Error).message}.`, { cause });
  }
}
