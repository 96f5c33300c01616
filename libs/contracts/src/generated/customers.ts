// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '../record-type.js';

/** The account is active. */
export interface AccountActivated {
  /** The account. */
  readonly accountId: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly activatedAt: number;
}
export const AccountActivated: RecordType<AccountActivated> = recordType<AccountActivated>({"type":"record","name":"AccountActivated","namespace":"onward.customers","doc":"The account is active.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"activatedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The account is closed, and the personal data in it forgotten. */
export interface AccountClosed {
  /** The account. */
  readonly accountId: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly closedAt: number;
}
export const AccountClosed: RecordType<AccountClosed> = recordType<AccountClosed>({"type":"record","name":"AccountClosed","namespace":"onward.customers","doc":"The account is closed, and the personal data in it forgotten.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"closedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The account is open and not active yet. */
export interface AccountOpened {
  /** The account. */
  readonly accountId: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly openedAt: number;
}
export const AccountOpened: RecordType<AccountOpened> = recordType<AccountOpened>({"type":"record","name":"AccountOpened","namespace":"onward.customers","doc":"The account is open and not active yet.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"openedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** Makes an open account usable. */
export interface ActivateAccount {
  /** The account. */
  readonly accountId: string;
  /** The code of the verification message as the customer gave it back; null when who asks knows the customer already. */
  readonly code: null | string;
}
export const ActivateAccount: RecordType<ActivateAccount> = recordType<ActivateAccount>({"type":"record","name":"ActivateAccount","namespace":"onward.customers","doc":"Makes an open account usable.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"code","type":["null","string"],"doc":"The code of the verification message as the customer gave it back; null when who asks knows the customer already.","default":null}]});

/** Closes an account for good. Also right when it is not open; an opening that comes late is then refused. */
export interface CloseAccount {
  /** The account. */
  readonly accountId: string;
  /** Why. */
  readonly reason: string;
}
export const CloseAccount: RecordType<CloseAccount> = recordType<CloseAccount>({"type":"record","name":"CloseAccount","namespace":"onward.customers","doc":"Closes an account for good. Also right when it is not open; an opening that comes late is then refused.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"reason","type":"string","doc":"Why."}]});

/** Somebody was greeted. */
export interface GreetingSent {
  /** The greeting as it was sent. Personal data. */
  readonly text: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly sentAt: number;
}
export const GreetingSent: RecordType<GreetingSent> = recordType<GreetingSent>({"type":"record","name":"GreetingSent","namespace":"onward.customers","doc":"Somebody was greeted.","fields":[{"name":"text","type":"string","doc":"The greeting as it was sent.","pii":"subject"},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The account's owner was written to. */
export interface MessageSent {
  /** The account. */
  readonly accountId: string;
  /** What was written. */
  readonly template: string;
  /** Which message of this template, from 1 on. */
  readonly sequence: number;
  /** The messenger's reference. */
  readonly messageId: string;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly sentAt: number;
}
export const MessageSent: RecordType<MessageSent> = recordType<MessageSent>({"type":"record","name":"MessageSent","namespace":"onward.customers","doc":"The account's owner was written to.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"template","type":"string","doc":"What was written."},{"name":"sequence","type":"int","doc":"Which message of this template, from 1 on."},{"name":"messageId","type":"string","doc":"The messenger's reference."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** Opens an account, to be activated later. */
export interface OpenAccount {
  /** One account: chosen by who asks, unique. */
  readonly accountId: string;
  /** Where the customer is written to. Personal data. */
  readonly email: string;
  /** The customer's name. Personal data. */
  readonly name: string;
}
export const OpenAccount: RecordType<OpenAccount> = recordType<OpenAccount>({"type":"record","name":"OpenAccount","namespace":"onward.customers","doc":"Opens an account, to be activated later.","fields":[{"name":"accountId","type":"string","doc":"One account: chosen by who asks, unique."},{"name":"email","type":"string","doc":"Where the customer is written to.","pii":"subject"},{"name":"name","type":"string","doc":"The customer's name.","pii":"subject"}]});

/** Greets somebody, once a command. */
export interface SendGreeting {
  /** Who is greeted. Personal data. */
  readonly name: string;
  /** ISO 639-1 code, lower case; English when null or not spoken. */
  readonly language: null | string;
}
export const SendGreeting: RecordType<SendGreeting> = recordType<SendGreeting>({"type":"record","name":"SendGreeting","namespace":"onward.customers","doc":"Greets somebody, once a command.","fields":[{"name":"name","type":"string","doc":"Who is greeted.","pii":"subject"},{"name":"language","type":["null","string"],"doc":"ISO 639-1 code, lower case; English when null or not spoken.","default":null}]});

/** Writes to an account's owner, once a template and sequence. */
export interface SendMessage {
  /** The account. */
  readonly accountId: string;
  /** What to write: verification, reminder, welcome or farewell; more may follow. */
  readonly template: string;
  /** Which message of this template, from 1 on. */
  readonly sequence: number;
}
export const SendMessage: RecordType<SendMessage> = recordType<SendMessage>({"type":"record","name":"SendMessage","namespace":"onward.customers","doc":"Writes to an account's owner, once a template and sequence.","fields":[{"name":"accountId","type":"string","doc":"The account."},{"name":"template","type":"string","doc":"What to write: verification, reminder, welcome or farewell; more may follow."},{"name":"sequence","type":"int","doc":"Which message of this template, from 1 on."}]});
