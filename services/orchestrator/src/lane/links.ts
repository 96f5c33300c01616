import { CancelSaga, CommandRejected, TerminateSaga, type RecordType } from '@onward/contracts';
import type { AvroRegistry, OrchestratorTopics } from '@onward/kafka';
import type { TypedValue } from '@onward/saga';
import type { PlanCatalogue } from './plan-catalogue.js';

/** A saga names a participant that the topology does not link to this domain. */
export class ParticipantNotLinked extends Error {
  readonly code = 'PARTICIPANT_NOT_LINKED';
}

/** A topic with a value for it. */
export interface Addressed {
  readonly topic: string;
  readonly value: Buffer;
}

type Writers = ReadonlyMap<string, { readonly topic: string; readonly encode: (value: unknown) => Buffer }>;

/**
 * What goes over the topology's links: commands to participants, starts and stops of child sagas to their domains, and what
 * sagas here answer to their parents. Every schema is registered when this is made, so that encoding never waits.
 */
export class Links {
  private constructor(
    private readonly commands: Writers,
    private readonly replies: Writers,
    /** By parent's domain. */
    private readonly replyTopics: ReadonlyMap<string, string>,
  ) {}

  /** @throws ParticipantNotLinked, SchemaRefused, RegistryUnavailable */
  static async open(registry: AvroRegistry, topics: OrchestratorTopics, catalogue: PlanCatalogue): Promise<Links> {
    const writer = async (topic: string, type: { readonly name: string }) => ({ topic, encode: (await registry.encoder(topic, type as RecordType<unknown>)) as (value: unknown) => Buffer });
    const commands = new Map<string, Awaited<ReturnType<typeof writer>>>();
    for (const { plan, node } of catalogue.commandNodes()) {
      const stops = node.kind === 'child' ? [CancelSaga, TerminateSaga].map((type) => ({ participant: node.command.participant, request: type })) : [];
      for (const { participant, request } of [node.command, ...(node.undo === null ? [] : [node.undo.command]), ...stops]) {
        const link = topics.participants.get(participant);
        if (link === undefined) throw new ParticipantNotLinked(`The saga ${plan.name} sends ${request.name} to ${participant}, which the topology does not link to ${topics.name}. Add the link to the topology file.`);
        commands.set(keyOf(participant, request.name), await writer(link.commands, request));
      }
    }
    const replies = new Map<string, Awaited<ReturnType<typeof writer>>>();
    const results = new Map(catalogue.plans.flatMap(({ result }) => (result === null ? [] : [[result.type.name, result.type]])));
    for (const [parent, link] of topics.parents) {
      for (const type of [...results.values(), CommandRejected]) replies.set(keyOf(parent, type.name), await writer(link.replies, type));
    }
    return new Links(commands, replies, new Map([...topics.parents].map(([parent, link]) => [parent, link.replies])));
  }

  /** A command to a participant, or to the domain of a child saga. */
  command(participant: string, { type, value }: TypedValue): Addressed {
    return write(this.commands, participant, type, value);
  }

  /** An answer to a parent saga's domain. */
  reply(parentDomain: string, { type, value }: TypedValue): Addressed {
    const topic = this.replyTopics.get(parentDomain);
    // The result of a saga that has ended stands in memory as it was written, also where its plan is gone.
    if (value instanceof Uint8Array && topic !== undefined) return { topic, value: Buffer.from(value) };
    return write(this.replies, parentDomain, type, value);
  }
}

function write(writers: Writers, service: string, type: string, value: unknown): Addressed {
  const writer = writers.get(keyOf(service, type));
  if (writer === undefined) throw new TypeError(`${type} is nothing that any plan sends to ${service}.`);
  return { topic: writer.topic, value: writer.encode(value) };
}

function keyOf(service: string, type: string): string {
  return `${service}/${type}`;
}
