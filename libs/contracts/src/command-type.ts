import type { RecordType } from './record-type.js';

/** One command of a participant's contract: what is asked, and every way it can be answered. */
export interface CommandType<Req = unknown, Done = unknown, Rejection extends string = string, Failure extends string = string> {
  /** Who carries it out: the service's name in the topology. */
  readonly participant: string;
  /** Avro full name of the request; the record's `ce_type`. */
  readonly name: string;
  readonly request: RecordType<Req>;
  /** What a reply *done* carries. */
  readonly done: RecordType<Done>;
  /** Codes of a final no. */
  readonly rejections: readonly Rejection[];
  /** Codes of a failure that may be tried again. `INTERNAL` is always possible and not listed. */
  readonly failures: readonly Failure[];
  /** Full name of the command this one takes back, if it is an undo. */
  readonly undoes: string | null;
}

/** Builds a command's contract; called by generated code. */
export function command<Req, Done, const Rejection extends string, const Failure extends string>(c: {
  participant: string;
  request: RecordType<Req>;
  done: RecordType<Done>;
  rejections: readonly Rejection[];
  failures: readonly Failure[];
  undoes: string | null;
}): CommandType<Req, Done, Rejection, Failure> {
  return { ...c, name: c.request.name };
}
