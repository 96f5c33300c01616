import type { CommandFacts, Known } from './decision.js';
import { release } from './release.js';
import { reserve } from './reserve.js';
import { ship } from './ship.js';
import type { ReservationState } from './warehouse.js';

const facts: CommandFacts = { idempotencyKey: 'k', doKey: null, now: 5 };
const undo: CommandFacts = { idempotencyKey: 'u', doKey: 'd', now: 5 };
const lines = [{ sku: 'A', quantity: 2 }];
const given = (state: ReservationState | 'none'): Known => ({
  reservation: state === 'none' ? undefined : { reservationId: 'r', state, lines },
  effect: undefined,
  doEffect: undefined,
  available: new Map([['A', 2]]),
  shipment: undefined,
});
const shipTo = { name: 'n', line1: 'l', line2: null, postcode: 'p', city: 'c', country: 'DE' };
const commands = {
  reserve: (known: Known) => reserve({ reservationId: 'r', orderId: 'o', lines }, facts, known),
  release: (known: Known) => release({ reservationId: 'r', reason: 'x' }, undo, known),
  ship: (known: Known) => ship({ shipmentId: 's', orderId: 'o', reservationId: 'r', shipTo }, facts, known),
};

describe('a reservation', () => {
  /** Command, state before, how it is answered, state after, pieces that become available. */
  it.each([
    ['reserve', 'none', 'done', 'reserved', -2],
    ['reserve', 'reserved', 'RESERVATION_EXISTS', undefined, 0],
    ['reserve', 'shipped', 'RESERVATION_EXISTS', undefined, 0],
    ['reserve', 'released', 'ALREADY_UNDONE', undefined, 0],
    ['release', 'none', 'done', 'released', 0],
    ['release', 'reserved', 'done', 'released', 2],
    ['release', 'shipped', 'ALREADY_SHIPPED', undefined, 0],
    ['release', 'released', 'done', 'released', 0],
    ['ship', 'none', 'NOT_RESERVED', undefined, 0],
    ['ship', 'reserved', 'done', 'shipped', 0],
    ['ship', 'shipped', 'NOT_RESERVED', undefined, 0],
    ['ship', 'released', 'NOT_RESERVED', undefined, 0],
  ] as const)('%s of one that is %s: %s', (command, before, answer, after, pieces) => {
    const { reply, reservation, stock } = commands[command](given(before));
    expect([reply.outcome === 'done' ? 'done' : reply.code, reservation?.state, stock?.get('A') ?? 0]).toEqual([answer, after, pieces]);
  });

  it('leaves a mark that refuses the reserve when its release comes first, and only then', () => {
    expect(commands.release(given('none')).effects?.map(({ idempotencyKey, kind, outcome }) => [idempotencyKey, kind, outcome])).toEqual([['u', 'release', 'nothing'], ['d', 'reserve', 'refused']]);
    const doEffect = commands.reserve(given('none')).effects?.[0];
    expect(commands.release({ ...given('reserved'), doEffect }).effects).toHaveLength(1);
  });

  it('says where the parcel goes to the carrier only', () => {
    expect(JSON.stringify(commands.ship(given('reserved')))).not.toContain('postcode');
  });
});
