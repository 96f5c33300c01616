import { SagaOutcome, SagaStuck, SagaTransition, type RecordType } from '@onward/contracts';
import { partitionFor, type AvroRegistry, type OrchestratorTopics, type OutboundRecord, type ConsumedRecord } from '@onward/kafka';
import type { CommandEffect, Effect, Plan, StateHashes, Transition } from '@onward/saga';
import { cloudEventHeaders } from './cloud-event.js';
import { ORIGIN_OFFSET, ORIGIN_PARTITION, ORIGIN_TOPIC, type RecordOrigin } from './origin.js';
import type { PlanCatalogue } from './plan-catalogue.js';
import { onlyOutcomes, type SagaCodec } from './saga-codec.js';

/** A saga names a participant that the topology does not link to this domain. */
export class ParticipantNotLinked extends Error {
  readonly code = 'PARTICIPANT_NOT_LINKED';
}

/** What a transition's records have in common. */
export interface TransitionContext {
  /** `ce_id` of the input. */
  readonly causeId: string | undefined;
  readonly traceparent: string | undefined;
  readonly atMs: number;
}

/** Makes the records that the lane writes. All of one saga go to its home partition. */
export class OutboundWriter {
  private constructor(
    private readonly topics: OrchestratorTopics,
    private readonly codec: SagaCodec,
    private readonly partitionCount: number,
    private readonly commands: ReadonlyMap<string, { readonly topic: string; readonly encode: (value: unknown) => Buffer }>,
  ) {}

  /** Registers the commands of every plan. @throws ParticipantNotLinked, SchemaRefused, RegistryUnavailable */
  static async open(registry: AvroRegistry, topics: OrchestratorTopics, catalogue: PlanCatalogue, codec: SagaCodec, partitionCount: number): Promise<OutboundWriter> {
    const commands = new Map<string, { topic: string; encode: (value: unknown) => Buffer }>();
    for (const plan of catalogue.plans) {
      for (const { command, undo } of plan.steps) {
        for (const c of undo === null ? [command] : [command, undo.command]) {
          const link = topics.participants.get(c.participant);
          if (link === undefined) throw new ParticipantNotLinked(`The saga ${plan.name} sends ${c.name} to ${c.participant}, which the topology does not link to ${topics.name}. Add the link to the topology file.`);
          commands.set(c.name, { topic: link.commands, encode: await registry.encoder(link.commands, c.request as RecordType<unknown>) });
        }
      }
    }
    return new OutboundWriter(topics, codec, partitionCount, commands);
  }

  transition(plan: Plan, transition: Transition, hashes: StateHashes, context: TransitionContext): OutboundRecord {
    const { sagaId, sequence } = transition;
    return this.#record(this.topics.events, sagaId, this.codec.encodeTransition(plan, transition, hashes), {
      id: `${this.topics.name}/${sagaId}/${sequence}`,
      type: SagaTransition.name,
      context,
    });
  }

  /** No headers: a reader of the compacted topic wants the value, and a million sagas at rest are paid for by the byte. */
  state(sagaId: string, snapshot: Buffer): OutboundRecord {
    const key = Buffer.from(sagaId);
    return { topic: this.topics.state, partition: partitionFor(key, this.partitionCount), key, value: snapshot };
  }

  effect(plan: Plan, effect: Effect, context: TransitionContext): OutboundRecord {
    const outcomes = onlyOutcomes(this.topics);
    switch (effect.kind) {
      case 'command':
        return this.#command(effect, context);
      case 'outcome':
        return this.#record(outcomes, effect.sagaId, this.codec.encodeOutcome(plan, effect, context.atMs), { id: effect.id, type: SagaOutcome.name, context, extensions: { ce_causationid: effect.commandId } });
      case 'stuck':
        return this.#record(outcomes, effect.sagaId, this.codec.encodeStuck(effect, context.atMs), { id: effect.id, type: SagaStuck.name, context, extensions: { ce_causationid: effect.commandId } });
    }
  }

  #command(effect: CommandEffect, context: TransitionContext): OutboundRecord {
    const command = this.commands.get(effect.value.type);
    if (command === undefined) throw new TypeError(`${effect.value.type} is not a command of any plan.`);
    return this.#record(command.topic, effect.sagaId, command.encode(effect.value.value), {
      id: effect.id,
      type: effect.value.type,
      context,
      extensions: {
        ce_step: effect.step,
        ce_attempt: String(effect.attempt),
        ce_action: effect.action,
        ce_idempotencykey: effect.idempotencyKey,
        ...(context.causeId === undefined ? {} : { ce_causationid: context.causeId }),
      },
    });
  }

  /** Sends a record that arrived elsewhere to its saga's home, its bytes untouched. */
  forward(record: ConsumedRecord, partition: number, origin: RecordOrigin): OutboundRecord {
    return {
      topic: this.topics.reroutes,
      partition,
      key: record.key,
      value: record.value,
      headers: { ...record.headers, [ORIGIN_TOPIC]: origin.topic, [ORIGIN_PARTITION]: String(origin.partition), [ORIGIN_OFFSET]: String(origin.offset) },
    };
  }

  #record(topic: string, sagaId: string, value: Buffer, event: { id: string; type: string; context: TransitionContext; extensions?: Record<string, string> }): OutboundRecord {
    const { context } = event;
    const key = Buffer.from(sagaId);
    const headers = cloudEventHeaders({ id: event.id, type: event.type, source: this.topics.name, subject: sagaId, atMs: context.atMs, traceparent: context.traceparent }, event.extensions);
    return { topic, partition: partitionFor(key, this.partitionCount), key, value, headers };
  }
}
