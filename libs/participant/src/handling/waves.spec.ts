import { handlerGroups } from './waves.js';

const one = { order: 0 };
const two = { order: 1 };
let key = 0;
const item = (sagaId: string, handler: { order: number }, idempotencyKey = String((key += 1))): { sagaId: string; idempotencyKey: string; handler: { order: number } } => ({ sagaId, idempotencyKey, handler });

describe('the groups of a batch', () => {
  it('are one for each handler, in the order of the handlers, when every saga has one command', () => {
    const [a, b, c] = [item('a', two), item('b', one), item('c', two)];
    expect(handlerGroups([a, b, c])).toEqual([[b], [a, c]]);
  });

  it('keep several commands of one saga for one handler together, in order', () => {
    const batch = [item('a', one), item('b', one), item('a', one)];
    expect(handlerGroups(batch)).toEqual([batch]);
  });

  it('carry out an earlier command of a saga first when another handler has it', () => {
    const [a1, b, a2] = [item('a', two), item('b', one), item('a', one)];
    expect(handlerGroups([a1, b, a2])).toEqual([[b], [a1], [a2]]);
  });

  it('leave a repeated key for after the first was answered', () => {
    const [first, repeat] = [item('a', one, 'k'), item('a', one, 'k')];
    expect(handlerGroups([first, repeat])).toEqual([[first], [repeat]]);
  });

  it('are none for nothing', () => expect(handlerGroups([])).toEqual([]));
});
