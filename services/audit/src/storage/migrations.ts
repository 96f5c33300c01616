/** The index's tables, step by step. A step that was released is never edited: a later one changes what it made. */
export const MIGRATIONS: readonly string[] = [
  `
  create table audit_entry (
    sequence bigint primary key,
    saga_id text,
    value bytea not null
  );
  comment on table audit_entry is 'Copies of the audit log''s entries, to find them by saga. The log is the record; this can be dropped and is built again.';
  comment on column audit_entry.value is 'The entry''s bytes as they stand in the log.';
  create index audit_entry_of_saga on audit_entry (saga_id, sequence) where saga_id is not null;

  create table log_position (
    singleton boolean primary key default true check (singleton),
    topic_id text not null,
    next_offset bigint not null
  );
  comment on table log_position is 'How far the log has been copied, and of which log: another topic id under the same name is another log.';
  `,
];
