import { createHash } from 'node:crypto';
import { CommandFailed, CommandRejected, type RecordType } from '@onward/contracts';
import { KafkaCluster, partitionFor, readTopic, RecordProducer, ValueDecoder } from '@onward/kafka';
import { query } from '../support/effects.js';
import { COMMANDS, kafkaOptions, type Suite } from '../support/suite.js';
import { AwardPoints, GrantPoints, PointsGranted, PointsRevoked, RevokePoints } from './generated/index.js';

export const LOYALTY_COMMANDS = 'orders.commands.loyalty';
export const REPLIES = 'loyalty.replies.orders';

/** A command as the orchestrator would send it. */
export interface SentCommand {
  readonly sagaId: string;
  readonly action: 'do' | 'undo';
  readonly attempt?: number;
  /** Number of edits of this command, and of the do that it undoes. */
  readonly edit?: number;
  readonly doEdit?: number;
  readonly memberId: string;
  readonly points?: number;
}

/** A reply, with what of its record counts. */
export interface SeenReply {
  readonly sagaId: string;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
  /** Of the value's bytes: the same answer is the same bytes. */
  readonly sha256: string;
}

/** Speaks with loyalty as the orchestrator does, and starts sagas that do. */
export class LoyaltyDesk {
  private constructor(
    private readonly suite: Suite,
    private readonly cluster: KafkaCluster,
    private readonly producer: RecordProducer,
  ) {}

  static async open(suite: Suite): Promise<LoyaltyDesk> {
    const cluster = await KafkaCluster.connect(kafkaOptions(suite.stack, 'orders'));
    return new LoyaltyDesk(suite, cluster, new RecordProducer({ cluster }));
  }

  close(): void {
    this.cluster.disconnect();
  }

  /** Starts sagas as a client does. The command's id is `cmd-<award id>`. */
  async award(awards: readonly AwardPoints[]): Promise<void> {
    const encode = await this.suite.registry.encoder(COMMANDS, AwardPoints);
    for (const award of awards) {
      const key = Buffer.from(award.awardId);
      const partition = partitionFor(key, this.suite.stack.coordinates.partitions);
      await this.suite.publishRaw({ topic: COMMANDS, partition, key, value: encode(award), headers: { ce_id: `cmd-${award.awardId}` } });
    }
  }

  /** Sends a command under the headers that the page names. */
  async send({ sagaId, action, attempt = 1, edit = 0, doEdit = 0, memberId, points = 0 }: SentCommand): Promise<void> {
    const type = action === 'do' ? GrantPoints : RevokePoints;
    const encode = await this.suite.registry.encoder(LOYALTY_COMMANDS, type as RecordType<{ memberId: string; points: number }>);
    await this.sendRaw(sagaId, encode(action === 'do' ? { memberId, points } : ({ memberId } as { memberId: string; points: number })), {
      ce_specversion: '1.0',
      ce_id: `${sagaId}-${action}-${attempt}`,
      ce_type: type.name,
      ce_source: '/onward/orders',
      ce_subject: sagaId,
      ce_time: new Date().toISOString(),
      'content-type': 'application/vnd.confluent.avro',
      traceparent: TRACEPARENT,
      ce_step: 'grant',
      ce_attempt: String(attempt),
      ce_action: action,
      ce_idempotencykey: keyOf(sagaId, action, edit),
      ...(action === 'undo' ? { ce_undoes: keyOf(sagaId, 'do', doEdit) } : {}),
    });
  }

  /** The value of an undo. */
  async revocation(memberId: string): Promise<Buffer> {
    return (await this.suite.registry.encoder(LOYALTY_COMMANDS, RevokePoints))({ memberId });
  }

  /** Puts a record on loyalty's command topic. */
  async sendRaw(sagaId: string, value: Buffer | null, headers: Record<string, string>): Promise<void> {
    const key = Buffer.from(sagaId);
    await this.producer.send([{ topic: LOYALTY_COMMANDS, partition: partitionFor(key, this.suite.stack.coordinates.partitions), key, value, headers }]);
  }

  /** Follows the replies until there are as many to a saga. @throws Error after 30 seconds */
  async replies(sagaId: string, count: number): Promise<SeenReply[]> {
    const decoder = new ValueDecoder(this.suite.registry, REPLY_TYPES);
    const cluster = await KafkaCluster.connect(kafkaOptions(this.suite.stack, 'admin'));
    const found: SeenReply[] = [];
    try {
      for await (const { records } of readTopic({ cluster, topic: REPLIES, from: 'beginning', until: 'follow', signal: AbortSignal.timeout(30_000) })) {
        await decoder.prepare(records.map((r) => r.value));
        for (const record of records.filter((r) => r.key?.toString() === sagaId)) {
          const headers = Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, String(value)]));
          const sha256 = createHash('sha256').update(record.value as Buffer).digest('hex');
          found.push({ sagaId, partition: record.partition, headers, value: decoder.decode(record.value).value, sha256 });
        }
        if (found.length >= count) return found;
      }
    } finally {
      cluster.disconnect();
    }
    throw new Error(`${found.length} of ${count} replies to ${sagaId} within 30 s`);
  }

  /** What members have, by their id. */
  async balances(): Promise<Map<string, number>> {
    const rows = await query<{ member_id: string; balance: string }>(this.suite.stack, 'loyalty', 'SELECT member_id, balance FROM member');
    return new Map(rows.map((row) => [row.member_id, Number(row.balance)]));
  }

  /** How many grants are in a state; `''` is any. */
  async grants(state: string, keyPrefix: string): Promise<number> {
    const rows = await query<{ count: number }>(this.suite.stack, 'loyalty', `SELECT count(*)::int AS count FROM points_grant WHERE '${state}' IN ('', state) AND do_key LIKE '${keyPrefix}%'`);
    return rows[0]?.count ?? 0;
  }

  async lockMember(memberId: string, locked: boolean): Promise<void> {
    await query(this.suite.stack, 'loyalty', `INSERT INTO member (member_id, locked) VALUES ('${memberId}', ${locked}) ON CONFLICT (member_id) DO UPDATE SET locked = excluded.locked`);
  }
}

export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const REPLY_TYPES = [PointsGranted, PointsRevoked, CommandRejected, CommandFailed] as readonly RecordType<unknown>[];

export function keyOf(sagaId: string, action: 'do' | 'undo', edit = 0): string {
  return `orders/${sagaId}/grant/${action}/${edit}`;
}
