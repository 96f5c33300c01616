import { SAGA_ID_BYTES_MAX, sagaIdOf } from './saga-id.js';

describe('a record key as saga id', () => {
  it.each([
    ['order-1', 'order-1'],
    ['ordre-é/7', 'ordre-é/7'],
    ['x'.repeat(SAGA_ID_BYTES_MAX), 'x'.repeat(SAGA_ID_BYTES_MAX)],
  ])('%s is taken as it is', (text, id) => expect(sagaIdOf(Buffer.from(text))).toBe(id));

  it('turns back into the same bytes, a byte order mark included: the partition follows from them', () => {
    const key = Buffer.from('\ufefforder-1');
    expect(Buffer.from(sagaIdOf(key) as string)).toEqual(key);
  });

  it.each([
    ['missing', null],
    ['empty', Buffer.alloc(0)],
    ['too long', Buffer.from('x'.repeat(SAGA_ID_BYTES_MAX + 1))],
    ['not UTF-8', Buffer.from([0xc3, 0x28])],
    ['with a line break', Buffer.from('a\nb')],
  ])('one that is %s is none', (_, key) => expect(sagaIdOf(key)).toBeUndefined());
});
