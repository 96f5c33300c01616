import { saga } from '@onward/saga';
import { AwardPoints, loyalty } from './generated/index.js';

/** Points, and a bonus on top: both or neither. */
export const awardPoints = saga('award-points', { version: 1, domain: 'orders', input: AwardPoints, idField: 'awardId' })
  .step('grant', {
    command: loyalty.GrantPoints,
    send: (s) => ({ memberId: s.input.memberId, points: s.input.points }),
    undo: { command: loyalty.RevokePoints, send: (s) => ({ memberId: s.input.memberId }) },
  })
  .step('bonus', {
    command: loyalty.GrantPoints,
    send: (s) => ({ memberId: s.grant.memberId, points: s.input.bonus }),
    undo: { command: loyalty.RevokePoints, send: (s) => ({ memberId: s.input.memberId }) },
  })
  .build();
