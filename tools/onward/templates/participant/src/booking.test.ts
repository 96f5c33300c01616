import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { book, cancelBooking } from './booking.js';

const [KEY, NOW] = ['orders/trip-1/matinee/do/0', 1_700_000_000_000_000];

describe('booking', () => {
  it('books, and answers the same when it is asked again', () => {
    const first = book({ eventId: 'matinee', places: 2 }, KEY, NOW, undefined);
    assert.deepEqual(first.reply, { outcome: 'done', value: { eventId: 'matinee', places: 2, bookedAt: NOW } });
    assert.deepEqual(book({ eventId: 'matinee', places: 2 }, KEY, NOW + 1, first.booking), { reply: first.reply });
  });

  it('refuses what nobody can have', () => {
    for (const places of [0, -1, 11]) assert.equal(book({ eventId: 'matinee', places }, KEY, NOW, undefined).reply.outcome, 'rejected');
  });

  it('gives places back, once', () => {
    const { booking } = book({ eventId: 'matinee', places: 2 }, KEY, NOW, undefined);
    const cancelled = cancelBooking({ eventId: 'matinee' }, KEY, NOW, booking);
    assert.equal(cancelled.booking?.state, 'cancelled');
    assert.deepEqual(cancelBooking({ eventId: 'matinee' }, KEY, NOW, cancelled.booking), { reply: cancelled.reply });
  });

  it('refuses a booking whose cancellation came first', () => {
    const { booking } = cancelBooking({ eventId: 'matinee' }, KEY, NOW, undefined);
    assert.deepEqual(book({ eventId: 'matinee', places: 2 }, KEY, NOW, booking).reply, {
      outcome: 'rejected', code: 'ALREADY_UNDONE', message: 'The booking was cancelled before it came.', causes: [],
    });
  });
});
