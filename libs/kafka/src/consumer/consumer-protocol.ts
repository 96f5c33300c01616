import { Reader, Writer } from '../protocol/wire.js';

/**
 * What members tell each other inside JoinGroup and SyncGroup, in the envelope of Kafka's "consumer" protocol type
 * (version 0, so that any group tool can show it), with our own user data as JSON.
 */
export interface Subscription {
  readonly topics: readonly string[];
  /** Transactional id the member writes with. */
  readonly owner: string;
  readonly owned: readonly number[];
  readonly generationId: number;
}

export interface MemberAssignment {
  readonly partitionsByTopic: ReadonlyMap<string, readonly number[]>;
  /** Owners present in this generation: an absent one may be fenced (R4). */
  readonly owners: readonly string[];
}

export function encodeSubscription({ topics, owner, owned, generationId }: Subscription): Buffer {
  const w = new Writer().i16(0).i32(topics.length);
  for (const topic of topics) plainString(w, topic);
  return plainBytes(w, JSON.stringify({ owner, owned, generationId })).toBuffer();
}

/** @throws RangeError for what is not one of our subscriptions: another program has joined the group */
export function decodeSubscription(buffer: Buffer): Subscription {
  const r = new Reader(buffer);
  r.i16();
  const topics = Array.from({ length: r.i32() }, () => readPlainString(r));
  const data = userData(r);
  if (typeof data['owner'] !== 'string' || typeof data['generationId'] !== 'number') throw new RangeError('The subscription names no owner.');
  return { topics, owner: data['owner'], owned: numbers(data['owned']), generationId: data['generationId'] };
}

export function encodeAssignment({ partitionsByTopic, owners }: MemberAssignment): Buffer {
  const w = new Writer().i16(0).i32(partitionsByTopic.size);
  for (const [topic, partitions] of partitionsByTopic) {
    plainString(w, topic).i32(partitions.length);
    for (const partition of partitions) w.i32(partition);
  }
  return plainBytes(w, JSON.stringify({ owners })).toBuffer();
}

/** An empty buffer is what the coordinator sends to a member the leader did not know. */
export function decodeAssignment(buffer: Buffer): MemberAssignment {
  if (buffer.length === 0) return { partitionsByTopic: new Map(), owners: [] };
  const r = new Reader(buffer);
  r.i16();
  const partitionsByTopic = new Map<string, number[]>();
  for (let topics = r.i32(); topics > 0; topics -= 1) {
    const topic = readPlainString(r);
    const partitions: number[] = [];
    for (let count = r.i32(); count > 0; count -= 1) partitions.push(r.i32());
    partitionsByTopic.set(topic, partitions);
  }
  const { owners } = userData(r);
  return { partitionsByTopic, owners: Array.isArray(owners) ? owners.filter((owner) => typeof owner === 'string') : [] };
}

function plainString(w: Writer, text: string): Writer {
  const bytes = Buffer.from(text, 'utf8');
  return w.i16(bytes.length).raw(bytes);
}

function plainBytes(w: Writer, text: string): Writer {
  const bytes = Buffer.from(text, 'utf8');
  return w.i32(bytes.length).raw(bytes);
}

function readPlainString(r: Reader): string {
  return r.take(r.i16()).toString('utf8');
}

function userData(r: Reader): Record<string, unknown> {
  const length = r.i32();
  try {
    const data: unknown = JSON.parse(r.take(length).toString('utf8'));
    if (typeof data === 'object' && data !== null) return data as Record<string, unknown>;
  } catch (cause) {
    throw new RangeError('The user data is not ours.', { cause });
  }
  throw new RangeError('The user data is not ours.');
}

function numbers(list: unknown): number[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'number') : [];
}
