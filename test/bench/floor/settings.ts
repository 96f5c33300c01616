import type { SASLOptions } from 'kafkajs';

/** What the floor's processes are told when they start. */
export interface FloorSettings {
  readonly brokers: string[];
  readonly sasl?: SASLOptions;
  /** Before every topic, group and transactional id of this run. */
  readonly prefix: string;
  readonly sizes: RecordSizes;
}

/**
 * Bytes of a record's value. Set them to what the suite's records of each kind weigh with their headers; the floor sends no headers.
 */
export interface RecordSizes {
  readonly startBytes: number;
  readonly eventBytes: number;
  readonly stateBytes: number;
  readonly commandBytes: number;
  readonly replyBytes: number;
  readonly outcomeBytes: number;
}

/** For a floor that is measured alone: what the suite's records weighed when this was written. */
export const FLOOR_SIZES_DEFAULT: RecordSizes = { startBytes: 270, eventBytes: 620, stateBytes: 195, commandBytes: 435, replyBytes: 470, outcomeBytes: 430 };

export const STEPS = 3;

/** The same topics as the suite's, under a prefix of their own. */
export function floorTopics(prefix: string) {
  return {
    start: `${prefix}.start`,
    commands: `${prefix}.commands`,
    replies: `${prefix}.replies`,
    events: `${prefix}.events`,
    state: `${prefix}.state`,
    outcomes: `${prefix}.outcomes`,
  };
}

/** A record's value: the step it is about in the first byte, then nothing but weight. */
export function weigh(step: number, bytes: number): Buffer {
  const value = Buffer.alloc(Math.max(1, bytes), 0x2e);
  value[0] = step;
  return value;
}
