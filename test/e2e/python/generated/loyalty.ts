// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '@onward/contracts';

/** Starts a saga that grants points, and a bonus on top. */
export interface AwardPoints {
  /** The saga's id. */
  readonly awardId: string;
  /** Who gets them. */
  readonly memberId: string;
  /** How many. */
  readonly points: number;
  /** How many on top. */
  readonly bonus: number;
}
export const AwardPoints: RecordType<AwardPoints> = recordType<AwardPoints>({"type":"record","name":"AwardPoints","namespace":"onward.loyalty","doc":"Starts a saga that grants points, and a bonus on top.","fields":[{"name":"awardId","type":"string","doc":"The saga's id."},{"name":"memberId","type":"string","doc":"Who gets them."},{"name":"points","type":"long","doc":"How many."},{"name":"bonus","type":"long","doc":"How many on top."}]});

/** Adds points to a member's balance. */
export interface GrantPoints {
  /** Whose balance. */
  readonly memberId: string;
  /** How many, at least 1. */
  readonly points: number;
}
export const GrantPoints: RecordType<GrantPoints> = recordType<GrantPoints>({"type":"record","name":"GrantPoints","namespace":"onward.loyalty","doc":"Adds points to a member's balance.","fields":[{"name":"memberId","type":"string","doc":"Whose balance."},{"name":"points","type":"long","doc":"How many, at least 1."}]});

/** The points were added. */
export interface PointsGranted {
  /** Whose balance. */
  readonly memberId: string;
  /** How many. */
  readonly points: number;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly grantedAt: number;
}
export const PointsGranted: RecordType<PointsGranted> = recordType<PointsGranted>({"type":"record","name":"PointsGranted","namespace":"onward.loyalty","doc":"The points were added.","fields":[{"name":"memberId","type":"string","doc":"Whose balance."},{"name":"points","type":"long","doc":"How many."},{"name":"grantedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The points are gone, or never came. */
export interface PointsRevoked {
  /** Whose balance. */
  readonly memberId: string;
  /** How many were taken back; 0 when there were none. */
  readonly points: number;
}
export const PointsRevoked: RecordType<PointsRevoked> = recordType<PointsRevoked>({"type":"record","name":"PointsRevoked","namespace":"onward.loyalty","doc":"The points are gone, or never came.","fields":[{"name":"memberId","type":"string","doc":"Whose balance."},{"name":"points","type":"long","doc":"How many were taken back; 0 when there were none."}]});

/** Undoes GrantPoints. */
export interface RevokePoints {
  /** Whose balance. */
  readonly memberId: string;
}
export const RevokePoints: RecordType<RevokePoints> = recordType<RevokePoints>({"type":"record","name":"RevokePoints","namespace":"onward.loyalty","doc":"Undoes GrantPoints.","fields":[{"name":"memberId","type":"string","doc":"Whose balance."}]});
