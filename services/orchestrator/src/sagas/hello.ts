import { customers, GreetingSent, SayHello } from '@onward/contracts';
import { saga } from '@onward/saga';

/** The smallest saga: one greeting. Kill any process in its middle, and it still goes out exactly once. */
export const hello = saga('hello', { version: 1, domain: 'orders', input: SayHello, idField: 'helloId' })
  .step('greet', { command: customers.SendGreeting, send: (s) => ({ name: s.input.name, language: null }), harmless: true })
  .build({ result: GreetingSent, from: (s) => s.greet });
