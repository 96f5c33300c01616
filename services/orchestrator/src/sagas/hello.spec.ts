import { given, later, replied, started } from '@onward/saga/testing';
import { hello } from './hello.js';

const ada = { helloId: 'hello-1', name: 'Ada' };
const greeting = { text: 'Hello, Ada!', sentAt: 1 };

describe('hello', () => {
  it('greets once and results in the greeting', () => {
    const saga = given(hello, started(ada)).then('SagaStarted', { kind: 'CommandSent', step: 'greet', value: { value: { name: 'Ada', language: null } } });
    expect(saga.when(replied.done('greet', greeting)).status).toBe('completed');
    expect(saga.effects).toMatchObject([{ kind: 'outcome', outcome: 'completed', result: { value: greeting } }]);
  });

  it('tries again under the same key while the messenger is away', () => {
    const saga = given(hello, started(ada), replied.failed('greet', 'MESSENGER_UNAVAILABLE'));
    expect(saga.when(later('1s')).sent).toEqual(['do greet #2']);
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/hello-1/greet/do/0' }]);
    expect(saga.when(replied.done('greet', greeting)).status).toBe('completed');
  });

  it('ends without anything to undo when the name is refused', () => {
    const saga = given(hello, started({ ...ada, name: ' ' }), replied.rejected('greet', 'NAME_INVALID'));
    expect(saga.status).toBe('compensated');
    expect(saga.answered).toEqual(['c1 NAME_INVALID']);
    expect(saga.sent).toEqual([]);
  });
});
