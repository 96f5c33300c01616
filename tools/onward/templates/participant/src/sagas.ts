import { saga } from '@onward/saga';
import { mydesk, TryMydesk } from './generated/index.js';

/** To try the participant with: places in the afternoon and in the evening, both or neither. */
export const tryMydesk = saga('try-mydesk', { version: 1, domain: 'orders', input: TryMydesk, idField: 'tripId' })
  .step('matinee', {
    command: mydesk.Book,
    send: (s) => ({ eventId: 'matinee', places: s.input.matinee }),
    undo: { command: mydesk.CancelBooking, send: () => ({ eventId: 'matinee' }) },
  })
  .step('evening', {
    command: mydesk.Book,
    send: (s) => ({ eventId: 'evening', places: s.input.evening }),
    undo: { command: mydesk.CancelBooking, send: () => ({ eventId: 'evening' }) },
  })
  .build();
