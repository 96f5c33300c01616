import type { CommandType } from './command-type.js';
import type { RecordType } from './record-type.js';

/** Everything one service takes and tells, as declared in `schemas/<service>/contract.yaml`. */
export interface ServiceContract {
  readonly service: string;
  /** Participants: what can be asked of them, by full name. */
  readonly commands: Readonly<Record<string, CommandType>>;
  /** Records a service accepts on `<sender>.commands.<service>` that are not participant commands, by sender. */
  readonly accepts: Readonly<Record<string, readonly RecordType<unknown>[]>>;
  /** Records on `<service>.outcomes.<client>`. */
  readonly outcomes: readonly RecordType<unknown>[];
  /** Records on `<service>.events`. */
  readonly events: readonly RecordType<unknown>[];
  /** Fixed records on `<service>.state`; snapshots derived from plans come on top. */
  readonly state: readonly RecordType<unknown>[];
  /** Records on `<service>.log`. */
  readonly log: readonly RecordType<unknown>[];
}
