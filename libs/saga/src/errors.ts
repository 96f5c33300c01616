/** Stable codes of {@link SagaDefinitionError}. */
export type SagaDefinitionCode =
  | 'SAGA_NAME_INVALID'
  | 'SAGA_VERSION_INVALID'
  | 'SAGA_DOMAIN_INVALID'
  | 'SAGA_EMPTY'
  | 'SAGA_BLOCK_EMPTY'
  | 'SAGA_STEP_ID_INVALID'
  | 'SAGA_STEP_ID_REPEATED'
  | 'SAGA_UNDO_MISSING'
  | 'SAGA_UNDO_OF_HARMLESS'
  | 'SAGA_UNDO_PAST_PIVOT'
  | 'SAGA_PIVOT_REPEATED'
  | 'SAGA_PIVOT_WITHOUT_STEP'
  | 'SAGA_PIVOT_MISPLACED'
  | 'SAGA_STEP_CAN_FAIL_PAST_PIVOT'
  | 'SAGA_OTHERWISE_WITHOUT_WHEN'
  | 'SAGA_LOOP_UNBOUNDED'
  | 'SAGA_DROP_UNKNOWN'
  | 'SAGA_DROP_TOO_EARLY'
  | 'SAGA_GRANT_MISSING'
  | 'SAGA_CHILD_WITHOUT_RESULT'
  | 'SAGA_MIGRATION_INVALID'
  | 'SAGA_MIGRATION_FORGETS'
  | 'SAGA_MIGRATION_KEY_REUSED'
  | 'SAGA_SAMPLE_INVALID'
  | 'SAGA_CODE_THROWS'
  | 'SAGA_VALUE_INVALID'
  | 'SAGA_PLAN_LOCKED'
  | 'SAGA_RETRY_INVALID'
  | 'SAGA_TIMEOUT_EXCEEDS_DEADLINE'
  | 'SAGA_FINAL_CODE_UNKNOWN'
  | 'SAGA_DURATION_INVALID'
  | 'SAGA_RECORD_INVALID'
  | 'SAGA_RECORD_CONFLICT';

/** A saga was defined in a way that cannot work; thrown once, at start-up, while the definition is built. */
export class SagaDefinitionError extends Error {
  override readonly name = 'SagaDefinitionError';

  constructor(
    readonly code: SagaDefinitionCode,
    message: string,
  ) {
    super(message);
  }
}

/** Stable codes of {@link SagaHistoryError}. */
export type SagaHistoryCode =
  | 'SAGA_HISTORY_BROKEN'
  | 'SAGA_EVENT_UNKNOWN'
  | 'SAGA_EVENT_INCOMPLETE'
  | 'SAGA_SNAPSHOT_INVALID'
  | 'SAGA_PLAN_MISMATCH'
  | 'SAGA_ENGINE_TOO_OLD';

/** What was recorded does not fit the plan or this engine: the record is damaged, or the wrong plan was handed in. */
export class SagaHistoryError extends Error {
  override readonly name = 'SagaHistoryError';

  constructor(
    readonly code: SagaHistoryCode,
    message: string,
  ) {
    super(message);
  }
}
