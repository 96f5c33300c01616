import { greet } from './greet.js';

const facts = { idempotencyKey: 'k', now: 5 };

describe('a greeting', () => {
  it.each([
    [null, 'Hello, Ada!'],
    ['en', 'Hello, Ada!'],
    ['de', 'Hallo, Ada!'],
    ['tlh', 'Hello, Ada!'],
  ])('in the language %j: %s', (language, text) => {
    expect(greet({ name: 'Ada', language }, facts, undefined)).toEqual({ reply: { outcome: 'done', value: { text, sentAt: 5 } }, greeting: { idempotencyKey: 'k', text, sentAt: 5 } });
  });

  it('is sent once, and told again as it was', () => {
    const sent = { idempotencyKey: 'k', text: 'Hello, Ada!', sentAt: 1 };
    expect(greet({ name: 'Ada', language: 'de' }, facts, sent)).toEqual({ reply: { outcome: 'done', value: { text: 'Hello, Ada!', sentAt: 1 } } });
  });

  it.each(['', '  ', 'a'.repeat(201)])('needs a name, which "%s" is not', (name) => {
    expect(greet({ name, language: null }, facts, undefined).reply).toMatchObject({ outcome: 'rejected', code: 'NAME_INVALID' });
  });
});
