// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';
import type { Failure, Money, PostalAddress } from './common.js';

/** Asks for a running saga to be undone. Past its pivot the saga goes on and the cancel is answered so. */
export interface CancelSaga {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Why, for the history and the audit log. */
  readonly reason: string;
}
export const CancelSaga: RecordType<CancelSaga> = recordType<CancelSaga>({"type":"record","name":"CancelSaga","namespace":"onward.orders","doc":"Asks for a running saga to be undone. Past its pivot the saga goes on and the cancel is answered so.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"reason","type":"string","doc":"Why, for the history and the audit log."}]});

/** What stays of a saga that has ended: enough to refuse or answer what still arrives for it. */
export interface ClosedSaga {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Name of its plan. */
  readonly sagaType: string;
  /** Version of its plan. */
  readonly planVersion: number;
  /** Number of the last transition. */
  readonly sequence: number;
  /** When it began. Microseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  /** When it ended. Microseconds since 1970-01-01 UTC. */
  readonly closedAt: number;
  /** Time of the last transition. Microseconds since 1970-01-01 UTC. */
  readonly lastAt: number;
  /** SHA-256 of the start command's content. */
  readonly startHash: Buffer;
  /** Client commands that it has answered; the first is the start's. */
  readonly commandIds: readonly string[];
  /** completed, compensated, or terminated: stopped on the spot, with what it did left in place; more may follow. */
  readonly outcome: string;
  /** What the saga resulted in, in the registry's wire format; null where its plan has no result. */
  readonly result: null | Buffer;
  /** Avro full name of the result. */
  readonly resultType: null | string;
  /** Why it was compensated or terminated; the causes of a termination say what is left in place. */
  readonly failure: null | Failure;
}
export const ClosedSaga: RecordType<ClosedSaga> = recordType<ClosedSaga>({"type":"record","name":"ClosedSaga","namespace":"onward.orders","doc":"What stays of a saga that has ended: enough to refuse or answer what still arrives for it.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"sagaType","type":"string","doc":"Name of its plan."},{"name":"planVersion","type":"int","doc":"Version of its plan."},{"name":"sequence","type":"long","doc":"Number of the last transition."},{"name":"startedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it began."},{"name":"closedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it ended."},{"name":"lastAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"Time of the last transition."},{"name":"startHash","type":"bytes","doc":"SHA-256 of the start command's content."},{"name":"commandIds","type":{"type":"array","items":"string"},"doc":"Client commands that it has answered; the first is the start's."},{"name":"outcome","type":"string","doc":"completed, compensated, or terminated: stopped on the spot, with what it did left in place; more may follow."},{"name":"result","type":["null","bytes"],"doc":"What the saga resulted in, in the registry's wire format; null where its plan has no result.","default":null},{"name":"resultType","type":["null","string"],"doc":"Avro full name of the result.","default":null},{"name":"failure","type":["null",{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]}],"doc":"Why it was compensated or terminated; the causes of a termination say what is left in place.","default":null}]});

/** A record that an orchestrator put aside because it lacks the version of the plan that its saga runs on; a capable one takes it later. */
export interface DeferredInput {
  /** The topic it was first published on, which proves who sent it. */
  readonly topic: string;
  /** Partition of that topic. */
  readonly partition: number;
  /** Offset in that partition. */
  readonly offset: number;
  /** Its headers, untouched. */
  readonly headers: { readonly [key: string]: Buffer };
  /** Its value, untouched. */
  readonly value: null | Buffer;
}
export const DeferredInput: RecordType<DeferredInput> = recordType<DeferredInput>({"type":"record","name":"DeferredInput","namespace":"onward.orders","doc":"A record that an orchestrator put aside because it lacks the version of the plan that its saga runs on; a capable one takes it later.","fields":[{"name":"topic","type":"string","doc":"The topic it was first published on, which proves who sent it."},{"name":"partition","type":"int","doc":"Partition of that topic."},{"name":"offset","type":"long","doc":"Offset in that partition."},{"name":"headers","type":{"type":"map","values":"bytes"},"doc":"Its headers, untouched."},{"name":"value","type":["null","bytes"],"doc":"Its value, untouched.","default":null}]});

/** Has a stuck saga send a command again with another request, under another idempotency key. */
export interface EditStep {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Step path. */
  readonly step: string;
  /** do: the step's command. undo: its undo. */
  readonly action: string;
  /** Why, for the history and the audit log. */
  readonly reason: string;
  /** The command's new request, in the registry's wire format. */
  readonly value: Buffer;
  /** Avro full name of the request. */
  readonly valueType: string;
}
export const EditStep: RecordType<EditStep> = recordType<EditStep>({"type":"record","name":"EditStep","namespace":"onward.orders","doc":"Has a stuck saga send a command again with another request, under another idempotency key.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"step","type":"string","doc":"Step path."},{"name":"action","type":"string","doc":"do: the step's command. undo: its undo."},{"name":"reason","type":"string","doc":"Why, for the history and the audit log."},{"name":"value","type":"bytes","doc":"The command's new request, in the registry's wire format."},{"name":"valueType","type":"string","doc":"Avro full name of the request."}]});

/** The customer has given back the code of the verification message: a signal. */
export interface EmailVerified {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** The code as the customer gave it back. */
  readonly code: string;
}
export const EmailVerified: RecordType<EmailVerified> = recordType<EmailVerified>({"type":"record","name":"EmailVerified","namespace":"onward.orders","doc":"The customer has given back the code of the verification message: a signal.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"code","type":"string","doc":"The code as the customer gave it back."}]});

/** Starts the saga enrollment: an account, a verification message, reminders. */
export interface Enroll {
  /** The saga's id: unique for ever, chosen by the client; equals the record's key. */
  readonly enrollmentId: string;
  /** Where the customer is written to. Personal data. */
  readonly email: string;
  /** The customer's name. Personal data. */
  readonly name: string;
}
export const Enroll: RecordType<Enroll> = recordType<Enroll>({"type":"record","name":"Enroll","namespace":"onward.orders","doc":"Starts the saga enrollment: an account, a verification message, reminders.","fields":[{"name":"enrollmentId","type":"string","doc":"The saga's id: unique for ever, chosen by the client; equals the record's key."},{"name":"email","type":"string","doc":"Where the customer is written to.","pii":"subject"},{"name":"name","type":"string","doc":"The customer's name.","pii":"subject"}]});

/** What enrollment results in: an active account. */
export interface Enrolled {
  /** The account. */
  readonly accountId: string;
}
export const Enrolled: RecordType<Enrolled> = recordType<Enrolled>({"type":"record","name":"Enrolled","namespace":"onward.orders","doc":"What enrollment results in: an active account.","fields":[{"name":"accountId","type":"string","doc":"The account."}]});

/** A person says yes or no to what a saga waits with: a signal. */
export interface ManualApproval {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Whether the saga may go on. */
  readonly approved: boolean;
  /** Who decided: a name or an id of the organisation, for the history and the audit log. */
  readonly by: string;
  /** Why, for the history and the audit log. */
  readonly comment: null | string;
}
export const ManualApproval: RecordType<ManualApproval> = recordType<ManualApproval>({"type":"record","name":"ManualApproval","namespace":"onward.orders","doc":"A person says yes or no to what a saga waits with: a signal.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"approved","type":"boolean","doc":"Whether the saga may go on."},{"name":"by","type":"string","doc":"Who decided: a name or an id of the organisation, for the history and the audit log."},{"name":"comment","type":["null","string"],"doc":"Why, for the history and the audit log.","default":null}]});

/** Moves a running saga to another version of its plan. */
export interface MigrateSaga {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Version of the plan it is to run on. */
  readonly toVersion: number;
  /** Why, for the history and the audit log. */
  readonly reason: null | string;
}
export const MigrateSaga: RecordType<MigrateSaga> = recordType<MigrateSaga>({"type":"record","name":"MigrateSaga","namespace":"onward.orders","doc":"Moves a running saga to another version of its plan.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"toVersion","type":"int","doc":"Version of the plan it is to run on."},{"name":"reason","type":["null","string"],"doc":"Why, for the history and the audit log.","default":null}]});

/** One product of an order. */
export interface OrderLine {
  /** Stock keeping unit. */
  readonly sku: string;
  /** Pieces, at least 1. */
  readonly quantity: number;
  /** Price of one piece. */
  readonly unitPrice: Money;
}
export const OrderLine: RecordType<OrderLine> = recordType<OrderLine>({"type":"record","name":"OrderLine","namespace":"onward.orders","doc":"One product of an order.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."},{"name":"unitPrice","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"Price of one piece."}]});

/** What place-order results in: paid, and on its way. */
export interface OrderPlaced {
  /** The order. */
  readonly orderId: string;
  /** The shipment. */
  readonly shipmentId: string;
  /** The carrier's reference. */
  readonly trackingNumber: string;
  /** What the carrier asks for. */
  readonly shipping: Money;
  /** Who approved it; null when nobody had to. */
  readonly approvedBy: null | string;
}
export const OrderPlaced: RecordType<OrderPlaced> = recordType<OrderPlaced>({"type":"record","name":"OrderPlaced","namespace":"onward.orders","doc":"What place-order results in: paid, and on its way.","fields":[{"name":"orderId","type":"string","doc":"The order."},{"name":"shipmentId","type":"string","doc":"The shipment."},{"name":"trackingNumber","type":"string","doc":"The carrier's reference."},{"name":"shipping","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"What the carrier asks for."},{"name":"approvedBy","type":["null","string"],"doc":"Who approved it; null when nobody had to.","default":null}]});

/** What settle-payment results in: the money is taken. */
export interface PaymentSettled {
  /** The payment. */
  readonly paymentId: string;
  /** The provider's reference of the capture. */
  readonly captureId: null | string;
  /** How much was taken. */
  readonly amount: Money;
}
export const PaymentSettled: RecordType<PaymentSettled> = recordType<PaymentSettled>({"type":"record","name":"PaymentSettled","namespace":"onward.orders","doc":"What settle-payment results in: the money is taken.","fields":[{"name":"paymentId","type":"string","doc":"The payment."},{"name":"captureId","type":["null","string"],"doc":"The provider's reference of the capture.","default":null},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much was taken."}]});

/** Starts the saga place-order: reserve, authorize, capture, ship. */
export interface PlaceOrder {
  /** The order's id and the saga's: unique for ever, chosen by the client; equals the record's key. */
  readonly orderId: string;
  /** The customer's id. Personal data. */
  readonly customerId: string;
  /** Where the customer is told of the order. Personal data. */
  readonly email: null | string;
  /** What is ordered, at least one line. */
  readonly lines: readonly OrderLine[];
  /** What the card is charged. */
  readonly total: Money;
  /** The payment provider's token for the card; never a card number. Personal data. */
  readonly cardToken: string;
  /** Where the parcel goes. */
  readonly shipTo: PostalAddress;
  /** When the customer ordered, by the client's clock. Microseconds since 1970-01-01 UTC. */
  readonly placedAt: null | number;
}
export const PlaceOrder: RecordType<PlaceOrder> = recordType<PlaceOrder>({"type":"record","name":"PlaceOrder","namespace":"onward.orders","doc":"Starts the saga place-order: reserve, authorize, capture, ship.","fields":[{"name":"orderId","type":"string","doc":"The order's id and the saga's: unique for ever, chosen by the client; equals the record's key."},{"name":"customerId","type":"string","doc":"The customer's id.","pii":"subject"},{"name":"email","type":["null","string"],"doc":"Where the customer is told of the order.","default":null,"pii":"subject"},{"name":"lines","type":{"type":"array","items":{"type":"record","name":"OrderLine","namespace":"onward.orders","doc":"One product of an order.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."},{"name":"unitPrice","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"Price of one piece."}]}},"doc":"What is ordered, at least one line."},{"name":"total","type":"onward.common.Money","doc":"What the card is charged."},{"name":"cardToken","type":"string","doc":"The payment provider's token for the card; never a card number.","pii":"subject"},{"name":"shipTo","type":{"type":"record","name":"PostalAddress","namespace":"onward.common","doc":"Where a parcel goes.","fields":[{"name":"name","type":"string","doc":"The recipient.","pii":"subject"},{"name":"line1","type":"string","doc":"Street and number.","pii":"subject"},{"name":"line2","type":["null","string"],"doc":"Further address line.","default":null,"pii":"subject"},{"name":"postcode","type":"string","doc":"Postal code.","pii":"subject"},{"name":"city","type":"string","doc":"City.","pii":"subject"},{"name":"country","type":"string","doc":"ISO 3166-1 alpha-2 code, upper case.","pii":"subject"}]},"doc":"Where the parcel goes."},{"name":"placedAt","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the customer ordered, by the client's clock.","default":null}]});

/** Asks a stuck saga to try again what it is stuck with. */
export interface RetrySaga {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Path of the only step to try again; null for all that are stuck. */
  readonly step: null | string;
  /** Why, for the history and the audit log. */
  readonly reason: null | string;
}
export const RetrySaga: RecordType<RetrySaga> = recordType<RetrySaga>({"type":"record","name":"RetrySaga","namespace":"onward.orders","doc":"Asks a stuck saga to try again what it is stuck with.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"step","type":["null","string"],"doc":"Path of the only step to try again; null for all that are stuck.","default":null},{"name":"reason","type":["null","string"],"doc":"Why, for the history and the audit log.","default":null}]});

/** The answer to one command of a client. */
export interface SagaOutcome {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Name of its plan. */
  readonly sagaType: string;
  /** Version of its plan. */
  readonly planVersion: number;
  /** ce_id of the command that is answered. */
  readonly commandId: string;
  /** completed; compensated; terminated: stopped on the spot, with what it did left in place; or rejected: the command was refused and changed nothing. */
  readonly outcome: string;
  /** When it was answered. Microseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** What the saga resulted in, in the registry's wire format; null where its plan has no result. */
  readonly result: null | Buffer;
  /** Avro full name of the result. */
  readonly resultType: null | string;
  /** Why the saga was compensated or terminated, or the command rejected. */
  readonly failure: null | Failure;
}
export const SagaOutcome: RecordType<SagaOutcome> = recordType<SagaOutcome>({"type":"record","name":"SagaOutcome","namespace":"onward.orders","doc":"The answer to one command of a client.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"sagaType","type":"string","doc":"Name of its plan."},{"name":"planVersion","type":"int","doc":"Version of its plan."},{"name":"commandId","type":"string","doc":"ce_id of the command that is answered."},{"name":"outcome","type":"string","doc":"completed; compensated; terminated: stopped on the spot, with what it did left in place; or rejected: the command was refused and changed nothing."},{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was answered."},{"name":"result","type":["null","bytes"],"doc":"What the saga resulted in, in the registry's wire format; null where its plan has no result.","default":null},{"name":"resultType","type":["null","string"],"doc":"Avro full name of the result.","default":null},{"name":"failure","type":["null",{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]}],"doc":"Why the saga was compensated or terminated, or the command rejected.","default":null}]});

/** The saga that asked for a child saga, and how it wants to be told of the end. */
export interface SagaParent {
  /** The parent's domain. */
  readonly domain: string;
  /** The parent. */
  readonly sagaId: string;
  /** Path of the step that waits for the child. */
  readonly step: string;
  /** Attempt of that step. */
  readonly attempt: number;
  /** The key that the start came with. */
  readonly idempotencyKey: string;
}
export const SagaParent: RecordType<SagaParent> = recordType<SagaParent>({"type":"record","name":"SagaParent","namespace":"onward.orders","doc":"The saga that asked for a child saga, and how it wants to be told of the end.","fields":[{"name":"domain","type":"string","doc":"The parent's domain."},{"name":"sagaId","type":"string","doc":"The parent."},{"name":"step","type":"string","doc":"Path of the step that waits for the child."},{"name":"attempt","type":"int","doc":"Attempt of that step."},{"name":"idempotencyKey","type":"string","doc":"The key that the start came with."}]});

/** A saga is parked and waits for a person. A notice, not an outcome. */
export interface SagaStuck {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Name of its plan. */
  readonly sagaType: string;
  /** Version of its plan. */
  readonly planVersion: number;
  /** ce_id of the command that started the saga. */
  readonly commandId: string;
  /** When it was parked. Microseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** Why. */
  readonly failure: Failure;
}
export const SagaStuck: RecordType<SagaStuck> = recordType<SagaStuck>({"type":"record","name":"SagaStuck","namespace":"onward.orders","doc":"A saga is parked and waits for a person. A notice, not an outcome.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"sagaType","type":"string","doc":"Name of its plan."},{"name":"planVersion","type":"int","doc":"Version of its plan."},{"name":"commandId","type":"string","doc":"ce_id of the command that started the saga."},{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was parked."},{"name":"failure","type":{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]},"doc":"Why."}]});

/** What one input did to a saga: a line of its history. The fold of all of them is its state. */
export interface SagaTransition {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Name of its plan. */
  readonly sagaType: string;
  /** Version of its plan. */
  readonly planVersion: number;
  /** Version of the engine that made the events. */
  readonly engineVersion: number;
  /** Number of the transition within the saga, from 1 on without a gap. */
  readonly sequence: number;
  /** When it happened; never before the transition that precedes it. Microseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** The input that led to it. */
  readonly cause: TransitionCause;
  /** What happened, in order. */
  readonly events: readonly TransitionEvent[];
  /** SHA-256 of the saga's state record before; null at the start. */
  readonly stateHashBefore: null | Buffer;
  /** SHA-256 of the saga's state record after. */
  readonly stateHashAfter: null | Buffer;
}
export const SagaTransition: RecordType<SagaTransition> = recordType<SagaTransition>({"type":"record","name":"SagaTransition","namespace":"onward.orders","doc":"What one input did to a saga: a line of its history. The fold of all of them is its state.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"sagaType","type":"string","doc":"Name of its plan."},{"name":"planVersion","type":"int","doc":"Version of its plan."},{"name":"engineVersion","type":"int","doc":"Version of the engine that made the events."},{"name":"sequence","type":"long","doc":"Number of the transition within the saga, from 1 on without a gap."},{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it happened; never before the transition that precedes it."},{"name":"cause","type":{"type":"record","name":"TransitionCause","namespace":"onward.orders","doc":"The input that led to a transition.","fields":[{"name":"kind","type":"string","doc":"start, reply, timer, signal, cancel, terminate, retry, skip, edit or migrate; deferral: an input was put aside by an owner without the saga's plan. More kinds may follow."},{"name":"id","type":["null","string"],"doc":"The input's own id, ce_id; null for a timer.","default":null},{"name":"topic","type":["null","string"],"doc":"Where the input stood; null for a timer.","default":null},{"name":"partition","type":["null","int"],"doc":"Where the input stood; null for a timer.","default":null},{"name":"offset","type":["null","long"],"doc":"Where the input stood; null for a timer.","default":null}]},"doc":"The input that led to it."},{"name":"events","type":{"type":"array","items":{"type":"record","name":"TransitionEvent","namespace":"onward.orders","doc":"One event of a saga. One wide record for all kinds: which fields are set follows from the kind.","fields":[{"name":"kind","type":"string","doc":"Of a saga's life: SagaStarted, SagaStuck, SagaCompleted, SagaCompensated, SagaTerminated, SagaMigrated. Of a command: CommandSent, AttemptFailed, StepDone, StepFailed, StepRetried, StepSkipped, StepEdited, LateReply. Of other nodes: ParallelStarted, BranchSkipped, WhenDecided, LoopStarted, IterationStarted, LoopEnded, SleepStarted, SleepEnded, SignalAwaited, SignalKept, SignalTaken, SignalRead, SignalTimedOut, DataDropped, ChildClosing. On the way back: CompensationStarted, UndoDone, UndoFailed. Of requests: CancelAccepted, StartRepeated, CommandRefused, OperatorActed, InputIgnored. Of inputs put aside: InputDeferred, DeferredTaken. More kinds may follow."},{"name":"step","type":["null","string"],"doc":"Path of the place, such as reserve, checks.fraud or parcels[2].ship.","default":null},{"name":"action","type":["null","string"],"doc":"do: the step's command. undo: its undo.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the command, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who the command was sent to.","default":null},{"name":"commandId","type":["null","string"],"doc":"ce_id of the command or signal.","default":null},{"name":"outcome","type":["null","string"],"doc":"Of a late reply: done, rejected or failed. Of a failed step: unknown or notDone.","default":null},{"name":"value","type":["null","bytes"],"doc":"What was sent, answered, signalled or resulted, in the registry's wire format; of SagaMigrated the state as the new version's snapshot.","default":null},{"name":"valueType","type":["null","string"],"doc":"Avro full name of the value.","default":null},{"name":"dueAt","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When a sent attempt times out, the attempt after a failed one is sent, or a wait is over.","default":null},{"name":"deadlineAt","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the step is given up.","default":null},{"name":"failure","type":["null",{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]}],"doc":"What went wrong.","default":null},{"name":"reason","type":["null","string"],"doc":"Stable code of why an input was ignored.","default":null},{"name":"detail","type":["null","string"],"doc":"A sentence for a person.","default":null},{"name":"by","type":["null","string"],"doc":"Who asked: client, operator, parent or policy.","default":null},{"name":"startHash","type":["null","bytes"],"doc":"SHA-256 of the start command's content.","default":null},{"name":"edit","type":["null","int"],"doc":"Number of edits of the step's request: part of its idempotency key.","default":null},{"name":"choice","type":["null","string"],"doc":"Of WhenDecided: then or otherwise. Of SignalRead: ignore or refuse. Of ChildClosing: compensate, cancel, abandon or terminate.","default":null},{"name":"count","type":["null","int"],"doc":"How many items a loop has.","default":null},{"name":"parent","type":["null",{"type":"record","name":"SagaParent","namespace":"onward.orders","doc":"The saga that asked for a child saga, and how it wants to be told of the end.","fields":[{"name":"domain","type":"string","doc":"The parent's domain."},{"name":"sagaId","type":"string","doc":"The parent."},{"name":"step","type":"string","doc":"Path of the step that waits for the child."},{"name":"attempt","type":"int","doc":"Attempt of that step."},{"name":"idempotencyKey","type":"string","doc":"The key that the start came with."}]}],"doc":"The saga that asked for this one as its child.","default":null},{"name":"fromVersion","type":["null","int"],"doc":"The version of its plan that a migrated saga comes from.","default":null},{"name":"deferred","type":["null","bytes"],"doc":"The input's record that an owner without the saga's plan put aside.","default":null}]}},"doc":"What happened, in order."},{"name":"stateHashBefore","type":["null","bytes"],"doc":"SHA-256 of the saga's state record before; null at the start.","default":null},{"name":"stateHashAfter","type":["null","bytes"],"doc":"SHA-256 of the saga's state record after.","default":null}]});

/** Starts the saga hello: one greeting. */
export interface SayHello {
  /** The saga's id: unique for ever, chosen by the client; equals the record's key. */
  readonly helloId: string;
  /** Who is greeted. Personal data. */
  readonly name: string;
}
export const SayHello: RecordType<SayHello> = recordType<SayHello>({"type":"record","name":"SayHello","namespace":"onward.orders","doc":"Starts the saga hello: one greeting.","fields":[{"name":"helloId","type":"string","doc":"The saga's id: unique for ever, chosen by the client; equals the record's key."},{"name":"name","type":"string","doc":"Who is greeted.","pii":"subject"}]});

/** Starts the saga settle-payment, as a child of another saga: authorize and capture. */
export interface SettlePayment {
  /** The payment's id and the saga's: unique for ever, chosen by who asks; equals the record's key. */
  readonly paymentId: string;
  /** The order it pays. */
  readonly orderId: string;
  /** How much. */
  readonly amount: Money;
  /** The payment provider's token for the card; never a card number. Personal data. */
  readonly cardToken: string;
}
export const SettlePayment: RecordType<SettlePayment> = recordType<SettlePayment>({"type":"record","name":"SettlePayment","namespace":"onward.orders","doc":"Starts the saga settle-payment, as a child of another saga: authorize and capture.","fields":[{"name":"paymentId","type":"string","doc":"The payment's id and the saga's: unique for ever, chosen by who asks; equals the record's key."},{"name":"orderId","type":"string","doc":"The order it pays."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much."},{"name":"cardToken","type":"string","doc":"The payment provider's token for the card; never a card number.","pii":"subject"}]});

/** Has a stuck saga go on as if a command of it were done. */
export interface SkipStep {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Step path. */
  readonly step: string;
  /** do: the step's command. undo: its undo. */
  readonly action: string;
  /** Why, for the history and the audit log. */
  readonly reason: string;
}
export const SkipStep: RecordType<SkipStep> = recordType<SkipStep>({"type":"record","name":"SkipStep","namespace":"onward.orders","doc":"Has a stuck saga go on as if a command of it were done.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"step","type":"string","doc":"Step path."},{"name":"action","type":"string","doc":"do: the step's command. undo: its undo."},{"name":"reason","type":"string","doc":"Why, for the history and the audit log."}]});

/** Ends a running saga where it stands; what it leaves in place is written down. Sent by an operator, or by the saga that started it. */
export interface TerminateSaga {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Why, for the history and the audit log. */
  readonly reason: string;
}
export const TerminateSaga: RecordType<TerminateSaga> = recordType<TerminateSaga>({"type":"record","name":"TerminateSaga","namespace":"onward.orders","doc":"Ends a running saga where it stands; what it leaves in place is written down. Sent by an operator, or by the saga that started it.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"reason","type":"string","doc":"Why, for the history and the audit log."}]});

/** The input that led to a transition. */
export interface TransitionCause {
  /** start, reply, timer, signal, cancel, terminate, retry, skip, edit or migrate; deferral: an input was put aside by an owner without the saga's plan. More kinds may follow. */
  readonly kind: string;
  /** The input's own id, ce_id; null for a timer. */
  readonly id: null | string;
  /** Where the input stood; null for a timer. */
  readonly topic: null | string;
  /** Where the input stood; null for a timer. */
  readonly partition: null | number;
  /** Where the input stood; null for a timer. */
  readonly offset: null | number;
}
export const TransitionCause: RecordType<TransitionCause> = recordType<TransitionCause>({"type":"record","name":"TransitionCause","namespace":"onward.orders","doc":"The input that led to a transition.","fields":[{"name":"kind","type":"string","doc":"start, reply, timer, signal, cancel, terminate, retry, skip, edit or migrate; deferral: an input was put aside by an owner without the saga's plan. More kinds may follow."},{"name":"id","type":["null","string"],"doc":"The input's own id, ce_id; null for a timer.","default":null},{"name":"topic","type":["null","string"],"doc":"Where the input stood; null for a timer.","default":null},{"name":"partition","type":["null","int"],"doc":"Where the input stood; null for a timer.","default":null},{"name":"offset","type":["null","long"],"doc":"Where the input stood; null for a timer.","default":null}]});

/** One event of a saga. One wide record for all kinds: which fields are set follows from the kind. */
export interface TransitionEvent {
  /** Of a saga's life: SagaStarted, SagaStuck, SagaCompleted, SagaCompensated, SagaTerminated, SagaMigrated. Of a command: CommandSent, AttemptFailed, StepDone, StepFailed, StepRetried, StepSkipped, StepEdited, LateReply. Of other nodes: ParallelStarted, BranchSkipped, WhenDecided, LoopStarted, IterationStarted, LoopEnded, SleepStarted, SleepEnded, SignalAwaited, SignalKept, SignalTaken, SignalRead, SignalTimedOut, DataDropped, ChildClosing. On the way back: CompensationStarted, UndoDone, UndoFailed. Of requests: CancelAccepted, StartRepeated, CommandRefused, OperatorActed, InputIgnored. Of inputs put aside: InputDeferred, DeferredTaken. More kinds may follow. */
  readonly kind: string;
  /** Path of the place, such as reserve, checks.fraud or parcels[2].ship. */
  readonly step: null | string;
  /** do: the step's command. undo: its undo. */
  readonly action: null | string;
  /** Attempt of the command, from 1 on. */
  readonly attempt: null | number;
  /** Who the command was sent to. */
  readonly participant: null | string;
  /** ce_id of the command or signal. */
  readonly commandId: null | string;
  /** Of a late reply: done, rejected or failed. Of a failed step: unknown or notDone. */
  readonly outcome: null | string;
  /** What was sent, answered, signalled or resulted, in the registry's wire format; of SagaMigrated the state as the new version's snapshot. */
  readonly value: null | Buffer;
  /** Avro full name of the value. */
  readonly valueType: null | string;
  /** When a sent attempt times out, the attempt after a failed one is sent, or a wait is over. Microseconds since 1970-01-01 UTC. */
  readonly dueAt: null | number;
  /** When the step is given up. Microseconds since 1970-01-01 UTC. */
  readonly deadlineAt: null | number;
  /** What went wrong. */
  readonly failure: null | Failure;
  /** Stable code of why an input was ignored. */
  readonly reason: null | string;
  /** A sentence for a person. */
  readonly detail: null | string;
  /** Who asked: client, operator, parent or policy. */
  readonly by: null | string;
  /** SHA-256 of the start command's content. */
  readonly startHash: null | Buffer;
  /** Number of edits of the step's request: part of its idempotency key. */
  readonly edit: null | number;
  /** Of WhenDecided: then or otherwise. Of SignalRead: ignore or refuse. Of ChildClosing: compensate, cancel, abandon or terminate. */
  readonly choice: null | string;
  /** How many items a loop has. */
  readonly count: null | number;
  /** The saga that asked for this one as its child. */
  readonly parent: null | SagaParent;
  /** The version of its plan that a migrated saga comes from. */
  readonly fromVersion: null | number;
  /** The input's record that an owner without the saga's plan put aside. */
  readonly deferred: null | Buffer;
}
export const TransitionEvent: RecordType<TransitionEvent> = recordType<TransitionEvent>({"type":"record","name":"TransitionEvent","namespace":"onward.orders","doc":"One event of a saga. One wide record for all kinds: which fields are set follows from the kind.","fields":[{"name":"kind","type":"string","doc":"Of a saga's life: SagaStarted, SagaStuck, SagaCompleted, SagaCompensated, SagaTerminated, SagaMigrated. Of a command: CommandSent, AttemptFailed, StepDone, StepFailed, StepRetried, StepSkipped, StepEdited, LateReply. Of other nodes: ParallelStarted, BranchSkipped, WhenDecided, LoopStarted, IterationStarted, LoopEnded, SleepStarted, SleepEnded, SignalAwaited, SignalKept, SignalTaken, SignalRead, SignalTimedOut, DataDropped, ChildClosing. On the way back: CompensationStarted, UndoDone, UndoFailed. Of requests: CancelAccepted, StartRepeated, CommandRefused, OperatorActed, InputIgnored. Of inputs put aside: InputDeferred, DeferredTaken. More kinds may follow."},{"name":"step","type":["null","string"],"doc":"Path of the place, such as reserve, checks.fraud or parcels[2].ship.","default":null},{"name":"action","type":["null","string"],"doc":"do: the step's command. undo: its undo.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the command, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who the command was sent to.","default":null},{"name":"commandId","type":["null","string"],"doc":"ce_id of the command or signal.","default":null},{"name":"outcome","type":["null","string"],"doc":"Of a late reply: done, rejected or failed. Of a failed step: unknown or notDone.","default":null},{"name":"value","type":["null","bytes"],"doc":"What was sent, answered, signalled or resulted, in the registry's wire format; of SagaMigrated the state as the new version's snapshot.","default":null},{"name":"valueType","type":["null","string"],"doc":"Avro full name of the value.","default":null},{"name":"dueAt","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When a sent attempt times out, the attempt after a failed one is sent, or a wait is over.","default":null},{"name":"deadlineAt","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the step is given up.","default":null},{"name":"failure","type":["null",{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]}],"doc":"What went wrong.","default":null},{"name":"reason","type":["null","string"],"doc":"Stable code of why an input was ignored.","default":null},{"name":"detail","type":["null","string"],"doc":"A sentence for a person.","default":null},{"name":"by","type":["null","string"],"doc":"Who asked: client, operator, parent or policy.","default":null},{"name":"startHash","type":["null","bytes"],"doc":"SHA-256 of the start command's content.","default":null},{"name":"edit","type":["null","int"],"doc":"Number of edits of the step's request: part of its idempotency key.","default":null},{"name":"choice","type":["null","string"],"doc":"Of WhenDecided: then or otherwise. Of SignalRead: ignore or refuse. Of ChildClosing: compensate, cancel, abandon or terminate.","default":null},{"name":"count","type":["null","int"],"doc":"How many items a loop has.","default":null},{"name":"parent","type":["null",{"type":"record","name":"SagaParent","namespace":"onward.orders","doc":"The saga that asked for a child saga, and how it wants to be told of the end.","fields":[{"name":"domain","type":"string","doc":"The parent's domain."},{"name":"sagaId","type":"string","doc":"The parent."},{"name":"step","type":"string","doc":"Path of the step that waits for the child."},{"name":"attempt","type":"int","doc":"Attempt of that step."},{"name":"idempotencyKey","type":"string","doc":"The key that the start came with."}]}],"doc":"The saga that asked for this one as its child.","default":null},{"name":"fromVersion","type":["null","int"],"doc":"The version of its plan that a migrated saga comes from.","default":null},{"name":"deferred","type":["null","bytes"],"doc":"The input's record that an owner without the saga's plan put aside.","default":null}]});
