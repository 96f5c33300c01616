// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';

/** It did not work this time; the same command may be sent again. */
export interface CommandFailed {
  /** Stable code, one of those the command's contract declares, or INTERNAL. */
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  /** What led to it where somebody else was asked in turn; the oldest first. */
  readonly causes: readonly Failure[];
}
export const CommandFailed: RecordType<CommandFailed> = recordType<CommandFailed>({"type":"record","name":"CommandFailed","namespace":"onward.common","doc":"It did not work this time; the same command may be sent again.","fields":[{"name":"code","type":"string","doc":"Stable code, one of those the command's contract declares, or INTERNAL."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"causes","type":{"type":"array","items":{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]}},"doc":"What led to it where somebody else was asked in turn; the oldest first.","default":[]}]});

/** A participant's final no: the business refuses, asking again gives the same answer. */
export interface CommandRejected {
  /** Stable code, one of those the command's contract declares. */
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  /** What led to it where somebody else was asked in turn; the oldest first. */
  readonly causes: readonly Failure[];
}
export const CommandRejected: RecordType<CommandRejected> = recordType<CommandRejected>({"type":"record","name":"CommandRejected","namespace":"onward.common","doc":"A participant's final no: the business refuses, asking again gives the same answer.","fields":[{"name":"code","type":"string","doc":"Stable code, one of those the command's contract declares."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"causes","type":{"type":"array","items":{"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]}},"doc":"What led to it where somebody else was asked in turn; the oldest first.","default":[]}]});

/** What went wrong, as a tree: a failure knows the failures that led to it. */
export interface Failure {
  /** Stable code: the participant's own, or one of the engine's. */
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  /** rejected, failed, timeout, threw or cancelled. */
  readonly kind: string;
  /** Step path; null for the saga as a whole. */
  readonly step: null | string;
  /** Attempt of the step, from 1 on. */
  readonly attempt: null | number;
  /** Who was asked. */
  readonly participant: null | string;
  /** Earlier attempts of the same step, or the failed parts of a whole; the oldest first. */
  readonly causes: readonly Failure[];
}
export const Failure: RecordType<Failure> = recordType<Failure>({"type":"record","name":"Failure","namespace":"onward.common","doc":"What went wrong, as a tree: a failure knows the failures that led to it.","fields":[{"name":"code","type":"string","doc":"Stable code: the participant's own, or one of the engine's."},{"name":"message","type":"string","doc":"A sentence for a person."},{"name":"kind","type":"string","doc":"rejected, failed, timeout, threw or cancelled."},{"name":"step","type":["null","string"],"doc":"Step path; null for the saga as a whole.","default":null},{"name":"attempt","type":["null","int"],"doc":"Attempt of the step, from 1 on.","default":null},{"name":"participant","type":["null","string"],"doc":"Who was asked.","default":null},{"name":"causes","type":{"type":"array","items":"onward.common.Failure"},"doc":"Earlier attempts of the same step, or the failed parts of a whole; the oldest first.","default":[]}]});

/** An amount of money. Never a floating point number. */
export interface Money {
  /** In the currency's minor unit (cents, pence, yen). */
  readonly amountMinor: number;
  /** ISO 4217 alphabetic code, upper case. */
  readonly currency: string;
}
export const Money: RecordType<Money> = recordType<Money>({"type":"record","name":"Money","namespace":"onward.common","doc":"An amount of money. Never a floating point number.","fields":[{"name":"amountMinor","type":"long","doc":"In the currency's minor unit (cents, pence, yen)."},{"name":"currency","type":"string","doc":"ISO 4217 alphabetic code, upper case."}]});

/** Where a parcel goes. */
export interface PostalAddress {
  /** The recipient. Personal data. */
  readonly name: string;
  /** Street and number. Personal data. */
  readonly line1: string;
  /** Further address line. Personal data. */
  readonly line2: null | string;
  /** Postal code. Personal data. */
  readonly postcode: string;
  /** City. Personal data. */
  readonly city: string;
  /** ISO 3166-1 alpha-2 code, upper case. Personal data. */
  readonly country: string;
}
export const PostalAddress: RecordType<PostalAddress> = recordType<PostalAddress>({"type":"record","name":"PostalAddress","namespace":"onward.common","doc":"Where a parcel goes.","fields":[{"name":"name","type":"string","doc":"The recipient.","pii":"subject"},{"name":"line1","type":"string","doc":"Street and number.","pii":"subject"},{"name":"line2","type":["null","string"],"doc":"Further address line.","default":null,"pii":"subject"},{"name":"postcode","type":"string","doc":"Postal code.","pii":"subject"},{"name":"city","type":"string","doc":"City.","pii":"subject"},{"name":"country","type":"string","doc":"ISO 3166-1 alpha-2 code, upper case.","pii":"subject"}]});
