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
export interface Tracking {
  readonly trackingId: string;
}

export declare const Order: RecordType<Order>;
export declare const Approval: RecordType<Approval>;
export declare const Tracking: RecordType<Tracking>;

export declare const Reserve: CommandType<'Reserve', { readonly orderId: string }, { readonly reservationId: string }, 'OUT_OF_STOCK', 'WAREHOUSE_AWAY'>;
export declare const Release: CommandType<'Release', { readonly reservationId: string | null }, { readonly released: boolean }, never, 'WAREHOUSE_AWAY'>;
export declare const Score: CommandType<'Score', { readonly orderId: string }, { readonly score: number }, 'CUSTOMER_UNKNOWN', 'SCORING_AWAY'>;
export declare const Quote: CommandType<'Quote', { readonly orderId: string }, { readonly minor: number }, 'NOT_DELIVERED_THERE', 'CARRIER_AWAY'>;
export declare const Charge: CommandType<'Charge', { readonly reservationId: string; readonly totalMinor: number }, { readonly chargeId: string }, 'CARD_DECLINED', 'PROVIDER_AWAY'>;
export declare const Ship: CommandType<'Ship', { readonly sku: string }, Tracking, 'ADDRESS_UNKNOWN', 'CARRIER_AWAY'>;
