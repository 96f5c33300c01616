// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { command, type CommandType } from '../command-type.js';
import type { ServiceContract } from '../service-contract.js';
import { AuditEntry } from './audit.js';
import { AccountActivated, AccountClosed, AccountOpened, ActivateAccount, CloseAccount, GreetingSent, MessageSent, OpenAccount, SendGreeting, SendMessage } from './customers.js';
import { ParcelShipped, QuoteShipping, ReleaseStock, ReserveStock, ShipParcel, ShippingQuoted, StockReleased, StockReserved } from './fulfillment.js';
import { CancelSaga, ClosedSaga, EditStep, EmailVerified, Enroll, ManualApproval, MigrateSaga, PaymentSettled, PlaceOrder, RetrySaga, SagaOutcome, SagaStuck, SagaTransition, SayHello, SettlePayment, SkipStep, TerminateSaga } from './orders.js';
import { AuthorizePayment, CapturePayment, PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentRefunded, PaymentVoided, RefundPayment, RiskScored, ScoreRisk, VoidPayment } from './payment.js';

function byName(commands: Readonly<Record<string, CommandType>>): Readonly<Record<string, CommandType>> {
  return Object.fromEntries(Object.values(commands).map((c) => [c.name, c]));
}

/** Everything audit takes and tells. */
export const auditContract: ServiceContract = {
  service: 'audit',
  commands: {},
  accepts: {  },
  outcomes: [],
  events: [],
  state: [],
  log: [AuditEntry],
};

/** The commands of customers. */
export const customers = {
  SendGreeting: command({ participant: 'customers', request: SendGreeting, done: GreetingSent, rejections: ["NAME_INVALID"], failures: ["MESSENGER_UNAVAILABLE"], undoes: null }),
  OpenAccount: command({ participant: 'customers', request: OpenAccount, done: AccountOpened, rejections: ["EMAIL_INVALID","NAME_INVALID","ALREADY_UNDONE","ACCOUNT_EXISTS"], failures: [], undoes: null }),
  CloseAccount: command({ participant: 'customers', request: CloseAccount, done: AccountClosed, rejections: [], failures: [], undoes: 'onward.customers.OpenAccount' }),
  ActivateAccount: command({ participant: 'customers', request: ActivateAccount, done: AccountActivated, rejections: ["NOT_OPEN","CODE_WRONG"], failures: [], undoes: null }),
  SendMessage: command({ participant: 'customers', request: SendMessage, done: MessageSent, rejections: ["NOT_OPEN","TEMPLATE_UNKNOWN","SEQUENCE_INVALID","MESSAGE_EXISTS","ADDRESS_UNREACHABLE"], failures: ["MESSENGER_UNAVAILABLE"], undoes: null }),
} as const;
/** Everything customers takes and tells. */
export const customersContract: ServiceContract = {
  service: 'customers',
  commands: byName(customers),
  accepts: {  },
  outcomes: [],
  events: [GreetingSent, AccountOpened, AccountClosed, AccountActivated, MessageSent],
  state: [],
  log: [],
};

/** The commands of fulfillment. */
export const fulfillment = {
  ReserveStock: command({ participant: 'fulfillment', request: ReserveStock, done: StockReserved, rejections: ["UNKNOWN_PRODUCT","OUT_OF_STOCK","QUANTITY_INVALID","ALREADY_UNDONE","RESERVATION_EXISTS"], failures: ["WAREHOUSE_UNAVAILABLE"], undoes: null }),
  ReleaseStock: command({ participant: 'fulfillment', request: ReleaseStock, done: StockReleased, rejections: ["ALREADY_SHIPPED"], failures: ["WAREHOUSE_UNAVAILABLE"], undoes: 'onward.fulfillment.ReserveStock' }),
  ShipParcel: command({ participant: 'fulfillment', request: ShipParcel, done: ParcelShipped, rejections: ["NOT_RESERVED","SHIPMENT_EXISTS"], failures: ["CARRIER_UNAVAILABLE"], undoes: null }),
  QuoteShipping: command({ participant: 'fulfillment', request: QuoteShipping, done: ShippingQuoted, rejections: ["DESTINATION_NOT_SERVED","QUANTITY_INVALID"], failures: ["CARRIER_UNAVAILABLE"], undoes: null }),
} as const;
/** Everything fulfillment takes and tells. */
export const fulfillmentContract: ServiceContract = {
  service: 'fulfillment',
  commands: byName(fulfillment),
  accepts: {  },
  outcomes: [],
  events: [StockReserved, StockReleased, ParcelShipped],
  state: [],
  log: [],
};

/** The commands of orders. */
export const orders = {
  SettlePayment: command({ participant: 'orders', request: SettlePayment, done: PaymentSettled, rejections: ["CARD_DECLINED","INSUFFICIENT_FUNDS","AMOUNT_INVALID","PAYMENT_EXISTS"], failures: [], undoes: null }),
} as const;
/** Everything orders takes and tells. */
export const ordersContract: ServiceContract = {
  service: 'orders',
  commands: byName(orders),
  accepts: { client: [PlaceOrder, SayHello, Enroll, ManualApproval, EmailVerified, CancelSaga], operator: [ManualApproval, EmailVerified, CancelSaga, RetrySaga, SkipStep, EditStep, MigrateSaga, TerminateSaga], orders: [CancelSaga, TerminateSaga] },
  outcomes: [SagaOutcome, SagaStuck],
  events: [SagaTransition],
  state: [ClosedSaga],
  log: [],
};

/** The commands of payment. */
export const payment = {
  AuthorizePayment: command({ participant: 'payment', request: AuthorizePayment, done: PaymentAuthorized, rejections: ["CARD_DECLINED","INSUFFICIENT_FUNDS","AMOUNT_INVALID","ALREADY_UNDONE","PAYMENT_EXISTS"], failures: ["PROVIDER_UNAVAILABLE"], undoes: null }),
  VoidPayment: command({ participant: 'payment', request: VoidPayment, done: PaymentVoided, rejections: ["ALREADY_CAPTURED"], failures: ["PROVIDER_UNAVAILABLE"], undoes: 'onward.payment.AuthorizePayment' }),
  CapturePayment: command({ participant: 'payment', request: CapturePayment, done: PaymentCaptured, rejections: ["NOT_AUTHORIZED","AMOUNT_INVALID","ALREADY_UNDONE"], failures: ["PROVIDER_UNAVAILABLE"], undoes: null }),
  RefundPayment: command({ participant: 'payment', request: RefundPayment, done: PaymentRefunded, rejections: ["AMOUNT_INVALID"], failures: ["PROVIDER_UNAVAILABLE"], undoes: 'onward.payment.CapturePayment' }),
  ScoreRisk: command({ participant: 'payment', request: ScoreRisk, done: RiskScored, rejections: ["AMOUNT_INVALID"], failures: ["PROVIDER_UNAVAILABLE"], undoes: null }),
} as const;
/** Everything payment takes and tells. */
export const paymentContract: ServiceContract = {
  service: 'payment',
  commands: byName(payment),
  accepts: {  },
  outcomes: [],
  events: [PaymentAuthorized, PaymentDeclined, PaymentVoided, PaymentCaptured, PaymentRefunded],
  state: [],
  log: [],
};

/** Every service's contract. */
export const serviceContracts: readonly ServiceContract[] = [auditContract, customersContract, fulfillmentContract, ordersContract, paymentContract];
