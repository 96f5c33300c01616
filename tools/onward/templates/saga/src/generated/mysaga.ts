// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '@onward/contracts';

/** Starts a my-saga: opens an account and charges its fee. */
export interface MySaga {
  /** The saga's id, and the account's. */
  readonly memberId: string;
  /** Where the member is written to. Personal data. */
  readonly email: string;
  /** The member's name. Personal data. */
  readonly name: string;
  /** The fee, in the smallest unit of the currency. */
  readonly feeMinor: number;
  /** ISO 4217 code, as EUR. */
  readonly currency: string;
  /** The payment provider's token for the card. Personal data. */
  readonly cardToken: string;
}
export const MySaga: RecordType<MySaga> = recordType<MySaga>({"type":"record","name":"MySaga","namespace":"onward.mysaga","doc":"Starts a my-saga: opens an account and charges its fee.","fields":[{"name":"memberId","type":"string","doc":"The saga's id, and the account's."},{"name":"email","type":"string","doc":"Where the member is written to.","pii":"subject"},{"name":"name","type":"string","doc":"The member's name.","pii":"subject"},{"name":"feeMinor","type":"long","doc":"The fee, in the smallest unit of the currency."},{"name":"currency","type":"string","doc":"ISO 4217 code, as EUR."},{"name":"cardToken","type":"string","doc":"The payment provider's token for the card.","pii":"subject"}]});
