/**
 * The shapes a saga needs of a participant's contract. They are structural: generated contracts produce objects of
 * these shapes and neither side imports the other.
 */

/** An Avro schema as JSON: a type name, a union, or a definition. */
export type AvroSchema = string | readonly AvroSchema[] | { readonly [attribute: string]: unknown };

/** A named Avro record and the TypeScript type of its values. */
export interface RecordType<T> {
  /** Avro full name, such as `onward.orders.PlaceOrder`. */
  readonly name: string;
  /** The record's self-contained definition: every named type it uses is defined inside it. */
  readonly schema: AvroSchema;
  /**
   * Says in a sentence what is wrong with a value, or `undefined` when it can be encoded. What user functions return
   * goes through it, so that a value that cannot be encoded parks its saga and never reaches the lane.
   */
  readonly check?: (value: unknown) => string | undefined;
  /** Carries `T` for the compiler; never present at run time. */
  readonly __type?: T;
}

/** A command of a participant: what is asked, what *done* answers, and how it can go wrong. */
export interface CommandType<Name extends string, Request, Done, Rejection extends string = string, Failed extends string = string> {
  /** The participant's principal: replies are taken only from its topic. */
  readonly participant: string;
  /** Avro full name of the request. */
  readonly name: Name;
  readonly request: RecordType<Request>;
  readonly done: RecordType<Done>;
  /** Codes of `CommandRejected` this command can answer: the business refuses, final. */
  readonly rejections: readonly Rejection[];
  /** Codes of `CommandFailed` this command can answer: it did not work this time. */
  readonly failures: readonly Failed[];
}

/** What another saga needs to know of a saga type to run it as its child. A plan has its own at `plan.contract`. */
export interface SagaContract<Domain extends string, Input, Result> {
  /** The saga type's name, such as `settle-payment`. */
  readonly name: string;
  /** Where it runs: the principal of its orchestrator. */
  readonly domain: Domain;
  readonly input: RecordType<Input>;
  /** What its parent is answered with. */
  readonly result: RecordType<Result>;
}

/** The contract of a saga type whose plan is not at hand: one of another domain. */
export function sagaContract<const Domain extends string, Input, Result>(
  contract: SagaContract<Domain, Input, Result>,
): SagaContract<Domain, Input, Result> {
  return contract;
}

/** A command whose types do not matter to the reader: what a plan holds. */
export type AnyCommand = CommandType<string, unknown, unknown>;
/** A record whose type does not matter to the reader. */
export type AnyRecord = RecordType<unknown>;

/** A value with the full name of its Avro record: how values stand in events, effects and the state. */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}
