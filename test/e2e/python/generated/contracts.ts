// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { command, type CommandType } from '@onward/contracts';
import type { ServiceContract } from '@onward/contracts';
import { GrantPoints, PointsGranted, PointsRevoked, RevokePoints } from './loyalty.js';

function byName(commands: Readonly<Record<string, CommandType>>): Readonly<Record<string, CommandType>> {
  return Object.fromEntries(Object.values(commands).map((c) => [c.name, c]));
}

/** The commands of loyalty. */
export const loyalty = {
  GrantPoints: command({ participant: 'loyalty', request: GrantPoints, done: PointsGranted, rejections: ["LIMIT_EXCEEDED","ALREADY_UNDONE"], failures: ["MEMBER_LOCKED"], undoes: null }),
  RevokePoints: command({ participant: 'loyalty', request: RevokePoints, done: PointsRevoked, rejections: [], failures: ["MEMBER_LOCKED"], undoes: 'onward.loyalty.GrantPoints' }),
} as const;
/** Everything loyalty takes and tells. */
export const loyaltyContract: ServiceContract = {
  service: 'loyalty',
  commands: byName(loyalty),
  accepts: {  },
  outcomes: [],
  events: [],
  state: [],
  log: [],
};

/** Every service's contract. */
export const serviceContracts: readonly ServiceContract[] = [loyaltyContract];
