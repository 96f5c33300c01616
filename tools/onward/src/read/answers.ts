import { SagaOutcome, SagaTransition } from '@onward/contracts';
import { endOffsets, partitionFor, readTopic, topicName, ValueDecoder, type AvroRegistry, type ConsumedRecord, type KafkaCluster, type PartitionOffsets } from '@onward/kafka';
import { CLIENT } from '../publish/publish.js';

/** What an orchestrator made of a command: a transition of the saga, or the refusal of a command that no saga could take. */
export type Answer = { readonly kind: 'transition'; readonly transition: SagaTransition } | { readonly kind: 'refusal'; readonly outcome: SagaOutcome };

/** Where answers will stand: taken before the commands are sent, so that none can be missed. */
export interface AnswerPlaces {
  readonly events: Place;
  readonly outcomes: Place;
}

interface Place {
  readonly topic: string;
  readonly from: PartitionOffsets;
}

/** The ends, as of now, of the partitions on which answers about these sagas appear. */
export async function answerPlaces(cluster: KafkaCluster, domain: string, sagaIds: readonly string[]): Promise<AnswerPlaces> {
  const place = async (topic: string): Promise<Place> => {
    const count = await cluster.partitionCount(topic);
    const partitions = [...new Set(sagaIds.map((sagaId) => partitionFor(sagaId, count)))];
    return { topic, from: await endOffsets(cluster, topic, partitions, 'read_committed') };
  };
  return { events: await place(topicName(domain, 'events')), outcomes: await place(topicName(domain, 'outcomes', CLIENT)) };
}

/**
 * Follows events and outcomes until every command is answered.
 * @returns the answers so far, by command, when the signal aborts before
 */
export async function awaitAnswers(cluster: KafkaCluster, registry: AvroRegistry, { events, outcomes }: AnswerPlaces, commandIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Answer>> {
  const waiting = new Set(commandIds);
  const answers = new Map<string, Answer>();
  const all = new AbortController();
  const answered = (commandId: string | null, answer: Answer): void => {
    if (commandId === null || !waiting.delete(commandId)) return;
    answers.set(commandId, answer);
    if (waiting.size === 0) all.abort();
  };
  const either = AbortSignal.any([signal, all.signal]);
  await Promise.all([
    follow(cluster, registry, events, SagaTransition.name, either, (value) => {
      const transition = value as SagaTransition;
      answered(transition.cause.id, { kind: 'transition', transition });
    }),
    follow(cluster, registry, outcomes, SagaOutcome.name, either, (value) => {
      const outcome = value as SagaOutcome;
      // Any other outcome is a saga's end: what the command did is in the saga's history.
      if (outcome.outcome === 'rejected') answered(outcome.commandId, { kind: 'refusal', outcome });
    }),
  ]);
  return answers;
}

async function follow(cluster: KafkaCluster, registry: AvroRegistry, { topic, from }: Place, name: string, signal: AbortSignal, take: (value: unknown) => void): Promise<void> {
  const decoder = new ValueDecoder(registry, [SagaTransition, SagaOutcome]);
  const own = await cluster.fork();
  try {
    for await (const { records } of readTopic({ cluster: own, topic, from: { offsets: from }, partitions: [...from.keys()], until: 'follow', signal })) {
      const wanted = records.filter((record) => typeOf(record) === name);
      await decoder.prepare(wanted.map(({ value }) => value));
      for (const { value } of wanted) take(decoder.decode(value).value);
    }
  } finally {
    own.disconnect();
  }
}

function typeOf({ headers }: ConsumedRecord): string | undefined {
  return headers['ce_type']?.toString();
}
