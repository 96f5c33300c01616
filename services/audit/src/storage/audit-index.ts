import pg from 'pg';
import { inTransaction } from './in-transaction.js';
import { migrate } from './migrate.js';

/** An entry as the index keeps it. */
export interface IndexedEntry {
  readonly sequence: number;
  readonly sagaId: string | null;
  /** The entry's bytes as they stand in the log. */
  readonly value: Buffer;
}

/** Which part of which log the index holds. */
export interface LogPosition {
  readonly topicId: string;
  /** The offset to read next. */
  readonly nextOffset: bigint;
}

/**
 * The entries of the audit log by saga, in PostgreSQL. A copy: the log is the record, and the index is built again from it.
 *
 * 1. Entries and the position they reach are written together.
 * 2. Whoever copies has read from the stored position: several processes may copy, and each piece is taken once.
 */
export class AuditIndex {
  private constructor(private readonly pool: pg.Pool) {}

  /** Connects and brings the tables up to date. */
  static async open(url: string, onIdleError: (error: Error) => void): Promise<AuditIndex> {
    const pool = new pg.Pool({
      connectionString: url,
      max: 8,
      connectionTimeoutMillis: 5_000,
      statement_timeout: STATEMENT_MS,
      // PostgreSQL can vanish without a reset: then it does not end its statements either.
      query_timeout: STATEMENT_MS + ANSWER_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
      keepAlive: true,
      application_name: 'onward-audit',
    });
    pool.on('error', onIdleError);
    // A connection in use that breaks is told of by its query.
    pool.on('connect', (client) => client.on('error', () => undefined));
    try {
      await migrate(pool);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new AuditIndex(pool);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** Rejects when the database does not answer. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async position(): Promise<LogPosition | undefined> {
    const { rows } = await this.pool.query<PositionRow>('select topic_id, next_offset from log_position');
    return rows[0] === undefined ? undefined : { topicId: rows[0].topic_id, nextOffset: BigInt(rows[0].next_offset) };
  }

  /** Forgets every entry and begins with another log, or with the same one anew. */
  async restart(position: LogPosition): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query('select from log_position for update');
      await client.query('truncate audit_entry');
      await client.query(
        'insert into log_position (topic_id, next_offset) values ($1, $2) on conflict (singleton) do update set topic_id = excluded.topic_id, next_offset = excluded.next_offset',
        [position.topicId, position.nextOffset],
      );
    });
  }

  /**
   * Takes the entries that stand in the log from `from.nextOffset` on, up to before `nextOffset`.
   * @returns false, with nothing taken, when the index is not at `from`: read on from {@link position}.
   */
  async append(entries: readonly IndexedEntry[], from: LogPosition, nextOffset: bigint): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const moved = await client.query('update log_position set next_offset = $1 where topic_id = $2 and next_offset = $3', [nextOffset, from.topicId, from.nextOffset]);
      if (moved.rowCount === 0) return false;
      await client.query('insert into audit_entry (sequence, saga_id, value) select * from unnest($1::bigint[], $2::text[], $3::bytea[])', [
        entries.map((entry) => entry.sequence),
        entries.map((entry) => (entry.sagaId !== null && isFindable(entry.sagaId) ? entry.sagaId : null)),
        entries.map((entry) => entry.value),
      ]);
      return true;
    });
  }

  /** Entries of a saga in the log's order, those after a sequence. */
  async trail(sagaId: string, after: number, limit: number): Promise<IndexedEntry[]> {
    if (!isFindable(sagaId)) return [];
    const { rows } = await this.pool.query<{ sequence: string; value: Buffer }>(
      'select sequence, value from audit_entry where saga_id = $1 and sequence > $2 order by sequence limit $3',
      [sagaId, after, limit],
    );
    return rows.map((row) => ({ sequence: Number(row.sequence), sagaId, value: row.value }));
  }

  /** The sequence of the last entry that was copied; 0 when there is none. */
  async lastSequence(): Promise<number> {
    const { rows } = await this.pool.query<{ last: string }>('select coalesce(max(sequence), 0) as last from audit_entry');
    return Number(rows[0]?.last ?? 0);
  }
}

/** PostgreSQL's text has no NUL, and its indexes take 2.7 KB: what a quarantined record calls its saga may be anything. */
function isFindable(sagaId: string): boolean {
  return !sagaId.includes('\0') && sagaId.length <= SAGA_ID_CHARS_MAX;
}

const STATEMENT_MS = 10_000;
const ANSWER_MS = 2_000;
const SAGA_ID_CHARS_MAX = 600;

interface PositionRow {
  readonly topic_id: string;
  readonly next_offset: string;
}
