import type { customers, SendGreeting } from '@onward/contracts';
import { done, rejected, type Reply } from '@onward/participant';
import { isName } from './account.js';

/** A greeting that was sent. */
export interface Greeting {
  readonly idempotencyKey: string;
  readonly text: string;
  /** Microseconds since 1970. */
  readonly sentAt: number;
}

const LANGUAGE_DEFAULT = 'en';
const GREETINGS: ReadonlyMap<string, (name: string) => string> = new Map([
  ['en', (name) => `Hello, ${name}!`],
  ['de', (name) => `Hallo, ${name}!`],
  ['es', (name) => `¡Hola, ${name}!`],
  ['fr', (name) => `Bonjour, ${name} !`],
]);

/** What is to happen; no greeting when it was sent before or is refused. */
export interface GreetingDecision {
  readonly reply: Reply<typeof customers.SendGreeting>;
  readonly greeting?: Greeting;
}

/** Greets somebody, once a command. */
export function greet({ name, language }: SendGreeting, { idempotencyKey, now }: { readonly idempotencyKey: string; readonly now: number }, sent: Greeting | undefined): GreetingDecision {
  if (sent !== undefined) return { reply: done({ text: sent.text, sentAt: sent.sentAt }) };
  if (!isName(name)) return { reply: rejected('NAME_INVALID', 'The name must not be blank, nor longer than 200 characters.') };
  const text = (GREETINGS.get(language ?? LANGUAGE_DEFAULT) ?? GREETINGS.get(LANGUAGE_DEFAULT)!)(name);
  return { reply: done({ text, sentAt: now }), greeting: { idempotencyKey, text, sentAt: now } };
}
