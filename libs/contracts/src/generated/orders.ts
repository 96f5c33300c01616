// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';
import type { Money, PostalAddress } from './common.js';

/** Asks for a running saga to be undone. Past its pivot the saga goes on and the cancel is answered so. */
export interface CancelSaga {
  /** The saga; equals the record's key. */
  readonly sagaId: string;
  /** Why, for the history and the audit log. */
  readonly reason: string;
}
export const CancelSaga: RecordType<CancelSaga> = recordType<CancelSaga>({"type":"record","name":"CancelSaga","namespace":"onward.orders","doc":"Asks for a running saga to be undone. Past its pivot the saga goes on and the cancel is answered so.","fields":[{"name":"sagaId","type":"string","doc":"The saga; equals the record's key."},{"name":"reason","type":"string","doc":"Why, for the history and the audit log."}]});

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
