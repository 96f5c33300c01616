import type { ConsumedRecord, OrchestratorTopics } from '@onward/kafka';

/** Who may have written a topic: what a record on it is allowed to be. */
export type Sender =
  | { readonly kind: 'client' | 'operator' }
  /** An orchestrator whose sagas have children here. */
  | { readonly kind: 'parent'; readonly name: string }
  | { readonly kind: 'participant'; readonly name: string };

/** Where a record was first published: its own place, or for a forwarded one the place it was forwarded from. */
export interface RecordOrigin {
  readonly sender: Sender;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly forwarded: boolean;
}

/** Headers of a forwarded record. Only the orchestrator's principal can write the reroutes topic, so they are to be believed. */
export const ORIGIN_TOPIC = 'onward_origin_topic';
export const ORIGIN_PARTITION = 'onward_origin_partition';
export const ORIGIN_OFFSET = 'onward_origin_offset';

/** Judges records by the topic they were first published on, which proves who sent them. */
export class OriginJudge {
  readonly #senders: ReadonlyMap<string, Sender>;

  constructor(private readonly topics: OrchestratorTopics) {
    this.#senders = new Map<string, Sender>([
      ...topics.clientCommands.map((t): [string, Sender] => [t, { kind: 'client' }]),
      ...topics.operatorCommands.map((t): [string, Sender] => [t, { kind: 'operator' }]),
      ...[...topics.parents.values()].map((l): [string, Sender] => [l.commands, { kind: 'parent', name: l.orchestrator }]),
      ...[...topics.participants.values()].map((l): [string, Sender] => [l.replies, { kind: 'participant', name: l.participant }]),
    ]);
  }

  /** @returns `undefined` for a record on the reroutes topic that does not say where it came from */
  originOf(record: ConsumedRecord): RecordOrigin | undefined {
    if (record.topic !== this.topics.reroutes) {
      const sender = this.#senders.get(record.topic);
      return sender && { sender, topic: record.topic, partition: record.partition, offset: record.offset, forwarded: false };
    }
    const topic = record.headers[ORIGIN_TOPIC]?.toString();
    const sender = topic === undefined ? undefined : this.#senders.get(topic);
    const partition = record.headers[ORIGIN_PARTITION]?.toString();
    const offset = record.headers[ORIGIN_OFFSET]?.toString();
    if (sender === undefined || topic === undefined || !isNumber(partition) || !isNumber(offset)) return undefined;
    return { sender, topic, partition: Number(partition), offset: BigInt(offset), forwarded: true };
  }
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,18}$/.test(text);
}
