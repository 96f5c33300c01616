// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';
import type { Money } from './common.js';

/** Reserves an amount on a card. */
export interface AuthorizePayment {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** The order it pays. */
  readonly orderId: string;
  /** How much. */
  readonly amount: Money;
  /** The provider's token for the card. Personal data. */
  readonly cardToken: string;
}
export const AuthorizePayment: RecordType<AuthorizePayment> = recordType<AuthorizePayment>({"type":"record","name":"AuthorizePayment","namespace":"onward.payment","doc":"Reserves an amount on a card.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"orderId","type":"string","doc":"The order it pays."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much."},{"name":"cardToken","type":"string","doc":"The provider's token for the card.","pii":"subject"}]});

/** Takes the reserved money. */
export interface CapturePayment {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** How much; at most what was authorized. */
  readonly amount: Money;
}
export const CapturePayment: RecordType<CapturePayment> = recordType<CapturePayment>({"type":"record","name":"CapturePayment","namespace":"onward.payment","doc":"Takes the reserved money.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much; at most what was authorized."}]});

/** The amount is reserved. */
export interface PaymentAuthorized {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** The provider's reference. */
  readonly authorizationId: string;
  /** How much. */
  readonly amount: Money;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly authorizedAt: number;
}
export const PaymentAuthorized: RecordType<PaymentAuthorized> = recordType<PaymentAuthorized>({"type":"record","name":"PaymentAuthorized","namespace":"onward.payment","doc":"The amount is reserved.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"authorizationId","type":"string","doc":"The provider's reference."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much."},{"name":"authorizedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The money was taken. */
export interface PaymentCaptured {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** The provider's reference. */
  readonly captureId: string;
  /** How much. */
  readonly amount: Money;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly capturedAt: number;
}
export const PaymentCaptured: RecordType<PaymentCaptured> = recordType<PaymentCaptured>({"type":"record","name":"PaymentCaptured","namespace":"onward.payment","doc":"The money was taken.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"captureId","type":"string","doc":"The provider's reference."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much."},{"name":"capturedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The card was refused. A fact, and no money moved. */
export interface PaymentDeclined {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** Why, as the reply's rejection code. */
  readonly code: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly declinedAt: number;
}
export const PaymentDeclined: RecordType<PaymentDeclined> = recordType<PaymentDeclined>({"type":"record","name":"PaymentDeclined","namespace":"onward.payment","doc":"The card was refused. A fact, and no money moved.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"code","type":"string","doc":"Why, as the reply's rejection code."},{"name":"declinedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The money was given back. */
export interface PaymentRefunded {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** The provider's reference. */
  readonly refundId: string;
  /** How much. */
  readonly amount: Money;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly refundedAt: number;
}
export const PaymentRefunded: RecordType<PaymentRefunded> = recordType<PaymentRefunded>({"type":"record","name":"PaymentRefunded","namespace":"onward.payment","doc":"The money was given back.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"refundId","type":"string","doc":"The provider's reference."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much."},{"name":"refundedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** Nothing is reserved any more. */
export interface PaymentVoided {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** What was given back; null when there was nothing. */
  readonly authorizationId: null | string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly voidedAt: number;
}
export const PaymentVoided: RecordType<PaymentVoided> = recordType<PaymentVoided>({"type":"record","name":"PaymentVoided","namespace":"onward.payment","doc":"Nothing is reserved any more.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"authorizationId","type":["null","string"],"doc":"What was given back; null when there was nothing.","default":null},{"name":"voidedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** Gives captured money back. */
export interface RefundPayment {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** How much; at most what was captured. */
  readonly amount: Money;
  /** Why. */
  readonly reason: string;
}
export const RefundPayment: RecordType<RefundPayment> = recordType<RefundPayment>({"type":"record","name":"RefundPayment","namespace":"onward.payment","doc":"Gives captured money back.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"How much; at most what was captured."},{"name":"reason","type":"string","doc":"Why."}]});

/** How likely the order is a fraud. */
export interface RiskScored {
  /** The order. */
  readonly orderId: string;
  /** From 0, harmless, to 100. */
  readonly score: number;
  /** Stable codes of the rules that raised or lowered it; more may follow. */
  readonly reasons: readonly string[];
}
export const RiskScored: RecordType<RiskScored> = recordType<RiskScored>({"type":"record","name":"RiskScored","namespace":"onward.payment","doc":"How likely the order is a fraud.","fields":[{"name":"orderId","type":"string","doc":"The order."},{"name":"score","type":"int","doc":"From 0, harmless, to 100."},{"name":"reasons","type":{"type":"array","items":"string"},"doc":"Stable codes of the rules that raised or lowered it; more may follow."}]});

/** Asks how likely an order is a fraud. Changes nothing. */
export interface ScoreRisk {
  /** The order. */
  readonly orderId: string;
  /** The customer's id. Personal data. */
  readonly customerId: string;
  /** What the card is to be charged. */
  readonly amount: Money;
  /** ISO 3166-1 alpha-2 code of where the parcel goes, upper case. Personal data. */
  readonly shipToCountry: string;
}
export const ScoreRisk: RecordType<ScoreRisk> = recordType<ScoreRisk>({"type":"record","name":"ScoreRisk","namespace":"onward.payment","doc":"Asks how likely an order is a fraud. Changes nothing.","fields":[{"name":"orderId","type":"string","doc":"The order."},{"name":"customerId","type":"string","doc":"The customer's id.","pii":"subject"},{"name":"amount","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"What the card is to be charged."},{"name":"shipToCountry","type":"string","doc":"ISO 3166-1 alpha-2 code of where the parcel goes, upper case.","pii":"subject"}]});

/** Gives an authorization back. The undo of AuthorizePayment; also right when nothing was authorized. */
export interface VoidPayment {
  /** One payment of one order: chosen by who asks, unique. */
  readonly paymentId: string;
  /** Why. */
  readonly reason: string;
}
export const VoidPayment: RecordType<VoidPayment> = recordType<VoidPayment>({"type":"record","name":"VoidPayment","namespace":"onward.payment","doc":"Gives an authorization back. The undo of AuthorizePayment; also right when nothing was authorized.","fields":[{"name":"paymentId","type":"string","doc":"One payment of one order: chosen by who asks, unique."},{"name":"reason","type":"string","doc":"Why."}]});
