// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { command, type CommandType } from '@onward/contracts';
import type { ServiceContract } from '@onward/contracts';
import { Book, Booked, BookingCancelled, CancelBooking } from './mydesk.js';

function byName(commands: Readonly<Record<string, CommandType>>): Readonly<Record<string, CommandType>> {
  return Object.fromEntries(Object.values(commands).map((c) => [c.name, c]));
}

/** The commands of mydesk. */
export const mydesk = {
  Book: command({ participant: 'mydesk', request: Book, done: Booked, rejections: ["PLACES_INVALID","ALREADY_UNDONE"], failures: [], undoes: null }),
  CancelBooking: command({ participant: 'mydesk', request: CancelBooking, done: BookingCancelled, rejections: [], failures: [], undoes: 'onward.mydesk.Book' }),
} as const;
/** Everything mydesk takes and tells. */
export const mydeskContract: ServiceContract = {
  service: 'mydesk',
  commands: byName(mydesk),
  accepts: {  },
  outcomes: [],
  events: [Booked, BookingCancelled],
  state: [],
  log: [],
};

/** Every service's contract. */
export const serviceContracts: readonly ServiceContract[] = [mydeskContract];
