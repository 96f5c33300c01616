// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';
import type { Money, PostalAddress } from './common.js';

/** The carrier has the parcel. */
export interface ParcelShipped {
  /** The parcel. */
  readonly shipmentId: string;
  /** The reservation that was shipped. */
  readonly reservationId: string;
  /** Who carries it. */
  readonly carrier: string;
  /** The carrier's reference. */
  readonly trackingNumber: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly shippedAt: number;
}
export const ParcelShipped: RecordType<ParcelShipped> = recordType<ParcelShipped>({"type":"record","name":"ParcelShipped","namespace":"onward.fulfillment","doc":"The carrier has the parcel.","fields":[{"name":"shipmentId","type":"string","doc":"The parcel."},{"name":"reservationId","type":"string","doc":"The reservation that was shipped."},{"name":"carrier","type":"string","doc":"Who carries it."},{"name":"trackingNumber","type":"string","doc":"The carrier's reference."},{"name":"shippedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** Asks what a parcel costs and when it arrives. Changes nothing. */
export interface QuoteShipping {
  /** The order. */
  readonly orderId: string;
  /** What goes into the parcel. */
  readonly lines: readonly StockLine[];
  /** Where it goes. */
  readonly shipTo: PostalAddress;
}
export const QuoteShipping: RecordType<QuoteShipping> = recordType<QuoteShipping>({"type":"record","name":"QuoteShipping","namespace":"onward.fulfillment","doc":"Asks what a parcel costs and when it arrives. Changes nothing.","fields":[{"name":"orderId","type":"string","doc":"The order."},{"name":"lines","type":{"type":"array","items":{"type":"record","name":"StockLine","namespace":"onward.fulfillment","doc":"Some pieces of one product.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."}]}},"doc":"What goes into the parcel."},{"name":"shipTo","type":{"type":"record","name":"PostalAddress","namespace":"onward.common","doc":"Where a parcel goes.","fields":[{"name":"name","type":"string","doc":"The recipient.","pii":"subject"},{"name":"line1","type":"string","doc":"Street and number.","pii":"subject"},{"name":"line2","type":["null","string"],"doc":"Further address line.","default":null,"pii":"subject"},{"name":"postcode","type":"string","doc":"Postal code.","pii":"subject"},{"name":"city","type":"string","doc":"City.","pii":"subject"},{"name":"country","type":"string","doc":"ISO 3166-1 alpha-2 code, upper case.","pii":"subject"}]},"doc":"Where it goes."}]});

/** Puts reserved pieces back. The undo of ReserveStock; also right when nothing was reserved. */
export interface ReleaseStock {
  /** One reservation of one order: chosen by who asks, unique. */
  readonly reservationId: string;
  /** Why. */
  readonly reason: string;
}
export const ReleaseStock: RecordType<ReleaseStock> = recordType<ReleaseStock>({"type":"record","name":"ReleaseStock","namespace":"onward.fulfillment","doc":"Puts reserved pieces back. The undo of ReserveStock; also right when nothing was reserved.","fields":[{"name":"reservationId","type":"string","doc":"One reservation of one order: chosen by who asks, unique."},{"name":"reason","type":"string","doc":"Why."}]});

/** Sets pieces aside for an order, all lines or none. */
export interface ReserveStock {
  /** One reservation of one order: chosen by who asks, unique. */
  readonly reservationId: string;
  /** The order. */
  readonly orderId: string;
  /** What to set aside. */
  readonly lines: readonly StockLine[];
}
export const ReserveStock: RecordType<ReserveStock> = recordType<ReserveStock>({"type":"record","name":"ReserveStock","namespace":"onward.fulfillment","doc":"Sets pieces aside for an order, all lines or none.","fields":[{"name":"reservationId","type":"string","doc":"One reservation of one order: chosen by who asks, unique."},{"name":"orderId","type":"string","doc":"The order."},{"name":"lines","type":{"type":"array","items":{"type":"record","name":"StockLine","namespace":"onward.fulfillment","doc":"Some pieces of one product.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."}]}},"doc":"What to set aside."}]});

/** Hands the reserved pieces to the carrier. */
export interface ShipParcel {
  /** One parcel of one order: chosen by who asks, unique. */
  readonly shipmentId: string;
  /** The order. */
  readonly orderId: string;
  /** The reservation that is shipped. */
  readonly reservationId: string;
  /** Where it goes. Personal data. */
  readonly shipTo: PostalAddress;
}
export const ShipParcel: RecordType<ShipParcel> = recordType<ShipParcel>({"type":"record","name":"ShipParcel","namespace":"onward.fulfillment","doc":"Hands the reserved pieces to the carrier.","fields":[{"name":"shipmentId","type":"string","doc":"One parcel of one order: chosen by who asks, unique."},{"name":"orderId","type":"string","doc":"The order."},{"name":"reservationId","type":"string","doc":"The reservation that is shipped."},{"name":"shipTo","type":{"type":"record","name":"PostalAddress","namespace":"onward.common","doc":"Where a parcel goes.","fields":[{"name":"name","type":"string","doc":"The recipient.","pii":"subject"},{"name":"line1","type":"string","doc":"Street and number.","pii":"subject"},{"name":"line2","type":["null","string"],"doc":"Further address line.","default":null,"pii":"subject"},{"name":"postcode","type":"string","doc":"Postal code.","pii":"subject"},{"name":"city","type":"string","doc":"City.","pii":"subject"},{"name":"country","type":"string","doc":"ISO 3166-1 alpha-2 code, upper case.","pii":"subject"}]},"doc":"Where it goes.","pii":"subject"}]});

/** What the parcel costs and when it arrives. */
export interface ShippingQuoted {
  /** The order. */
  readonly orderId: string;
  /** What the carrier asks for. */
  readonly price: Money;
  /** The carrier. */
  readonly carrier: string;
  /** Working days until it arrives. */
  readonly days: number;
}
export const ShippingQuoted: RecordType<ShippingQuoted> = recordType<ShippingQuoted>({"type":"record","name":"ShippingQuoted","namespace":"onward.fulfillment","doc":"What the parcel costs and when it arrives.","fields":[{"name":"orderId","type":"string","doc":"The order."},{"name":"price","type":{"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]},"doc":"What the carrier asks for."},{"name":"carrier","type":"string","doc":"The carrier."},{"name":"days","type":"int","doc":"Working days until it arrives."}]});

/** Some pieces of one product. */
export interface StockLine {
  /** Stock keeping unit. */
  readonly sku: string;
  /** Pieces, at least 1. */
  readonly quantity: number;
}
export const StockLine: RecordType<StockLine> = recordType<StockLine>({"type":"record","name":"StockLine","namespace":"onward.fulfillment","doc":"Some pieces of one product.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."}]});

/** Nothing is set aside any more. */
export interface StockReleased {
  /** One reservation of one order: chosen by who asks, unique. */
  readonly reservationId: string;
  /** What was put back; empty when there was nothing. */
  readonly lines: readonly StockLine[];
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly releasedAt: number;
}
export const StockReleased: RecordType<StockReleased> = recordType<StockReleased>({"type":"record","name":"StockReleased","namespace":"onward.fulfillment","doc":"Nothing is set aside any more.","fields":[{"name":"reservationId","type":"string","doc":"One reservation of one order: chosen by who asks, unique."},{"name":"lines","type":{"type":"array","items":{"type":"record","name":"StockLine","namespace":"onward.fulfillment","doc":"Some pieces of one product.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."}]}},"doc":"What was put back; empty when there was nothing."},{"name":"releasedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The pieces are set aside. */
export interface StockReserved {
  /** One reservation of one order: chosen by who asks, unique. */
  readonly reservationId: string;
  /** What was set aside. */
  readonly lines: readonly StockLine[];
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly reservedAt: number;
}
export const StockReserved: RecordType<StockReserved> = recordType<StockReserved>({"type":"record","name":"StockReserved","namespace":"onward.fulfillment","doc":"The pieces are set aside.","fields":[{"name":"reservationId","type":"string","doc":"One reservation of one order: chosen by who asks, unique."},{"name":"lines","type":{"type":"array","items":{"type":"record","name":"StockLine","namespace":"onward.fulfillment","doc":"Some pieces of one product.","fields":[{"name":"sku","type":"string","doc":"Stock keeping unit."},{"name":"quantity","type":"int","doc":"Pieces, at least 1."}]}},"doc":"What was set aside."},{"name":"reservedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});
