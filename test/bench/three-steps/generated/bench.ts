// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '@onward/contracts';

/** Starts a saga of three commands to the bench's participant. */
export interface StartThreeSteps {
  /** The saga's id. */
  readonly reference: string;
}
export const StartThreeSteps: RecordType<StartThreeSteps> = recordType<StartThreeSteps>({"type":"record","name":"StartThreeSteps","namespace":"onward.bench","doc":"Starts a saga of three commands to the bench's participant.","fields":[{"name":"reference","type":"string","doc":"The saga's id."}]});

/** Asks for nothing but an answer. */
export interface Work {
  /** The saga's id. */
  readonly reference: string;
  /** Which of the three it is, from 1. */
  readonly part: number;
}
export const Work: RecordType<Work> = recordType<Work>({"type":"record","name":"Work","namespace":"onward.bench","doc":"Asks for nothing but an answer.","fields":[{"name":"reference","type":"string","doc":"The saga's id."},{"name":"part","type":"int","doc":"Which of the three it is, from 1."}]});

/** The answer. */
export interface WorkDone {
  /** The saga's id. */
  readonly reference: string;
  /** Which of the three it is, from 1. */
  readonly part: number;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly doneAt: number;
}
export const WorkDone: RecordType<WorkDone> = recordType<WorkDone>({"type":"record","name":"WorkDone","namespace":"onward.bench","doc":"The answer.","fields":[{"name":"reference","type":"string","doc":"The saga's id."},{"name":"part","type":"int","doc":"Which of the three it is, from 1."},{"name":"doneAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});
