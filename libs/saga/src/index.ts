export { sagaContract } from './contract.js';
export type { AnyCommand, AnyRecord, AvroSchema, CommandType, RecordType, SagaContract, TypedValue } from './contract.js';
export { saga } from './define/builder.js';
export type { SagaOptions, StartRecord } from './define/builder.js';
export type { BranchesBuilder, MigrationDefinition, SagaBuilder, WhenBuilder } from './define/builder-types.js';
export type { ChildDefinition, FailureOf, ResultDefinition, SignalDefinition, StepDefinition, UndoDefinition } from './define/definitions.js';
export { sequence } from './define/sequence.js';
export type { SequenceStep, StepOf } from './define/sequence.js';
export type { SagaWithoutResult, TypedPlan } from './plan/typed-plan.js';
// The type of every builder names them: without them no module that exports one could have its declaration written.
export type { Begun, Chosen, Forgotten, Noted, OfTrail, Passed, ReadEver } from './define/trail.js';
export type { Duration } from './duration.js';
export { retry } from './retry.js';
export type { RetryOptions, RetryPolicy } from './retry.js';
export { isCommandNode } from './plan/plan.js';
export type {
  ChildNode, CommandNode, DropNode, EachNode, FailureChoice, FailureHook, ParallelNode, ParentClose, Plan, PlanNode, PlanScope, PlanUndo, Recorded,
  SignalJudgement, SignalNode, SleepNode, StepNode, UndoOutcome, WhenNode,
} from './plan/plan.js';
export type { Migration } from './plan/migration.js';
export { describe } from './plan/describe.js';
export type { NodeDescription, PlanDescription } from './plan/describe.js';
export { checkLock, lockDifferences, lockFile, lockOf } from './plan/lock.js';
export { liveAt } from './plan/live.js';
export { shortenWaits } from './plan/shorten-waits.js';
export { moveSaga } from './plan/move-saga.js';
export type { Move, MoveRefusal } from './plan/move-saga.js';
export { indexesOf, nodeAt, pathOf } from './plan/place.js';
export type { Path } from './plan/place.js';
export { SagaDefinitionError, SagaHistoryError } from './errors.js';
export type { SagaDefinitionCode, SagaHistoryCode } from './errors.js';
export type { Failure, FailureKind } from './failure.js';
export { nextDueMs, statusOf } from './state.js';
export type {
  Action, Activity, ClosedSaga, EarlySignal, LoopCount, OpenSaga, ParentRef, Phase, SagaEnd, SagaState, SagaStatus, UndoEntry,
} from './state.js';
export type {
  AskingParent, CancelInput, EditInput, InputKind, InputOf, MigrateInput, Oversize, ReplyInput, Requester, RetryInput, SagaInput, SignalInput, SkipInput, StartInput, UnusableInput,
  TerminateInput, TimerInput,
} from './inputs.js';
export { ENGINE_VERSION } from './events.js';
export type { EventOf, IgnoredReason, SagaEvent, SagaEventKind } from './events.js';
export { childSagaId, idempotencyKey } from './keys.js';
export { decide } from './decide/index.js';
export type { DecideOptions, Decision } from './decide/index.js';
export { evolve } from './evolve/index.js';
export { effects, outcomeId, refusalToParent } from './effects.js';
export type { ChildStopEffect, CommandEffect, Effect, OutcomeEffect, ReplyEffect, StuckEffect } from './effects.js';
export { advance, foldTransition } from './transition.js';
export type { Advance, Origin, Transition } from './transition.js';
export type { ValueCodec } from './records/codec.js';
export { fromSnapshot } from './records/from-snapshot.js';
export { toSnapshot } from './records/to-snapshot.js';
export { parseSnapshotName, snapshotName } from './records/snapshot-name.js';
export type { SnapshotName } from './records/snapshot-name.js';
export { snapshotRecord } from './records/snapshot-schema.js';
export type { SnapshotHeadRecord, SnapshotRecord } from './records/snapshot-record.js';
export { deferInput, snapshotHead } from './records/head.js';
export type { SnapshotHead } from './records/head.js';
export { fromMarker, toMarker } from './records/marker.js';
export type { ClosedSagaRecord } from './records/marker.js';
export { fromTransitionRecord, toTransitionRecord } from './records/transition-record.js';
export type { StateHashes, TransitionRecord } from './records/transition-record.js';
export type { EventRecord } from './records/event-record.js';
export { toOutcomeRecord, toStuckRecord } from './records/outcome-record.js';
export type { SagaOutcomeRecord, SagaStuckRecord } from './records/outcome-record.js';
