// Contracts for the type tests, as the generator makes them: types alone, nothing of them runs.
import type { CommandType, RecordType } from '@onward/saga';

export interface Order {
  readonly orderId: string;
  readonly totalMinor: number;
  readonly parcels: readonly Parcel[];
}
export interface Parcel {
  readonly sku: string;
}
export interface Approval {
  readonly by: string;
}
export declare const Order: RecordType<Order>;
export declare const Approval: RecordType<Approval>;

export interface OrderId {
  readonly orderId: string;
}
export interface ReservationId {
  readonly reservationId: string;
}
export interface ReleaseStock {
  readonly reservationId: string | null;
}
export interface Released {
  readonly released: boolean;
}
export interface RiskScore {
  readonly score: number;
}
export interface Price {
  readonly minor: number;
}
export interface ChargeCard {
  readonly reservationId: string;
  readonly totalMinor: number;
}
export interface Charged {
  readonly chargeId: string;
}
export interface Tracking {
  readonly trackingId: string;
}
export declare const Tracking: RecordType<Tracking>;

export declare const Reserve: CommandType<'Reserve', OrderId, ReservationId, 'OUT_OF_STOCK', 'WAREHOUSE_AWAY'>;
export declare const Release: CommandType<'Release', ReleaseStock, Released, never, 'WAREHOUSE_AWAY'>;
export declare const Score: CommandType<'Score', OrderId, RiskScore, 'CUSTOMER_UNKNOWN', 'SCORING_AWAY'>;
export declare const Quote: CommandType<'Quote', OrderId, Price, 'NOT_DELIVERED_THERE', 'CARRIER_AWAY'>;
export declare const Charge: CommandType<'Charge', ChargeCard, Charged, 'CARD_DECLINED', 'PROVIDER_AWAY'>;
export declare const Ship: CommandType<'Ship', Parcel, Tracking, 'ADDRESS_UNKNOWN', 'CARRIER_AWAY'>;
