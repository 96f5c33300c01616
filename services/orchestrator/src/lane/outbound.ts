import { CancelSaga, CommandRejected, SagaOutcome, SagaStuck, SagaTransition, TerminateSaga } from '@onward/contracts';
import { partitionFor, type AvroRegistry, type ConsumedRecord, type OrchestratorTopics, type OutboundRecord } from '@onward/kafka';
import type { ChildStopEffect, CommandEffect, Effect, Failure, Plan, ReplyEffect, StateHashes, Transition } from '@onward/saga';
import { cloudEventHeaders } from './cloud-event.js';
import { Links } from './links.js';
import { ORIGIN_OFFSET, ORIGIN_PARTITION, ORIGIN_TOPIC, type RecordOrigin } from './origin.js';
import { PARENT_SAGA } from './parent-link.js';
import type { PlanCatalogue } from './plan-catalogue.js';
import { onlyOutcomes, type SagaCodec } from './saga-codec.js';

/** What a transition's records have in common. */
export interface TransitionContext {
  /** `ce_id` of the input. */
  readonly causeId: string | undefined;
  readonly traceparent: string | undefined;
  readonly atMs: number;
}

interface Draft {
  readonly topic: string;
  /** The record's key: the saga it is for. */
  readonly sagaId: string;
  readonly value: Buffer;
  readonly id: string;
  readonly type: string;
  readonly context: TransitionContext;
  readonly extensions?: Readonly<Record<string, string>>;
}

/** Makes the records that the lane writes. Every record goes to the home partition of the saga that is its key. */
export class OutboundWriter {
  private constructor(
    private readonly topics: OrchestratorTopics,
    private readonly codec: SagaCodec,
    private readonly partitionCount: number,
    private readonly links: Links,
  ) {}

  /** Registers the commands of every plan. @throws ParticipantNotLinked, SchemaRefused, RegistryUnavailable */
  static async open(registry: AvroRegistry, topics: OrchestratorTopics, catalogue: PlanCatalogue, codec: SagaCodec, partitionCount: number): Promise<OutboundWriter> {
    return new OutboundWriter(topics, codec, partitionCount, await Links.open(registry, topics, catalogue));
  }

  /** @param plan - the plan of the transition's version; `null` for the transition of an owner that lacks it */
  transition(plan: Plan | null, transition: Transition, hashes: StateHashes, context: TransitionContext): OutboundRecord {
    const { sagaId, sequence } = transition;
    const value = this.codec.encodeTransition(plan, transition, hashes);
    return this.#record({ topic: this.topics.events, sagaId, value, id: `${this.topics.name}/${sagaId}/${sequence}`, type: SagaTransition.name, context });
  }

  /** No headers: a reader of the compacted topic wants the value, and a million sagas at rest are paid for by the byte. */
  state(sagaId: string, snapshot: Buffer): OutboundRecord {
    const key = Buffer.from(sagaId);
    return { topic: this.topics.state, partition: partitionFor(key, this.partitionCount), key, value: snapshot };
  }

  /** @param plan - the plan of the saga after the transition, which knows its result's record */
  effect(plan: Plan, effect: Effect, context: TransitionContext): OutboundRecord {
    const { id, sagaId } = effect;
    const topic = onlyOutcomes(this.topics);
    switch (effect.kind) {
      case 'command':
        return this.#command(effect, context);
      case 'childStop':
        return this.#childStop(effect, context);
      case 'reply':
        return this.#reply(effect, context);
      case 'outcome':
        return this.#record({ topic, sagaId, value: this.codec.encodeOutcome(plan, effect, context.atMs), id, type: SagaOutcome.name, context, extensions: { ce_causationid: effect.commandId } });
      case 'stuck':
        return this.#record({ topic, sagaId, value: this.codec.encodeStuck(effect, context.atMs), id, type: SagaStuck.name, context, extensions: { ce_causationid: effect.commandId } });
    }
  }

  #command(effect: CommandEffect, context: TransitionContext): OutboundRecord {
    const { id, sagaId, childSagaId, participant, value: request } = effect;
    return this.#record({
      ...this.links.command(participant, request),
      sagaId: childSagaId ?? sagaId,
      id,
      type: request.type,
      context,
      extensions: {
        ce_step: effect.step,
        ce_attempt: String(effect.attempt),
        ce_action: effect.action,
        ce_idempotencykey: effect.idempotencyKey,
        ...(effect.undoes === null ? {} : { ce_undoes: effect.undoes }),
        ...(childSagaId === null ? {} : { [PARENT_SAGA]: sagaId }),
        ...causation(context),
      },
    });
  }

  #childStop({ id, sagaId, participant, childSagaId, how, reason }: ChildStopEffect, context: TransitionContext): OutboundRecord {
    const type = how === 'cancel' ? CancelSaga : TerminateSaga;
    const command = this.links.command(participant, { type: type.name, value: { sagaId: childSagaId, reason } });
    return this.#record({ ...command, sagaId: childSagaId, id, type: type.name, context, extensions: { [PARENT_SAGA]: sagaId, ...causation(context) } });
  }

  /** A child saga's answer to its parent looks like any participant's: keyed by the parent, with the headers of its command. */
  #reply({ id, sagaId, parent, reply }: ReplyEffect, context: TransitionContext): OutboundRecord {
    const value = reply.outcome === 'done' ? reply.value : rejection(reply.failure);
    return this.#record({
      ...this.links.reply(parent.domain, value),
      sagaId: parent.sagaId,
      id,
      type: value.type,
      context,
      extensions: {
        ce_step: parent.step,
        ce_attempt: String(parent.attempt),
        ce_action: 'do',
        ce_idempotencykey: parent.idempotencyKey,
        ce_outcome: reply.outcome,
        ce_causationid: `${parent.idempotencyKey}#${parent.attempt}`,
        [CHILD_SAGA]: sagaId,
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

  #record({ topic, sagaId, value, id, type, context, extensions }: Draft): OutboundRecord {
    const key = Buffer.from(sagaId);
    const headers = cloudEventHeaders({ id, type, source: this.topics.name, subject: sagaId, atMs: context.atMs, traceparent: context.traceparent }, extensions);
    return { topic, partition: partitionFor(key, this.partitionCount), key, value, headers };
  }
}

/** Header of a child saga's answer: who answers. */
const CHILD_SAGA = 'ce_childsagaid';

function causation({ causeId }: TransitionContext): Record<string, string> {
  return causeId === undefined ? {} : { ce_causationid: causeId };
}

/**
 * To its parent, a saga that was undone is a step that was refused; of one that was stopped, the code says that nothing was undone.
 * Trying again gives the same answer. The failure of a
 * step of the child is a cause of that, so that the parent's tree says where it happened.
 */
function rejection(failure: Failure): { readonly type: string; readonly value: unknown } {
  const { code, message, causes } = failure;
  return { type: CommandRejected.name, value: { code, message, causes: failure.step === null ? causes : [failure] } };
}
