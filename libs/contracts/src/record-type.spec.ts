import { Money, PlaceOrder, SchemaMismatch } from './index.js';

const order: PlaceOrder = {
  orderId: 'o-1',
  customerId: 'c-1',
  email: null,
  lines: [{ sku: 'SKU-1', quantity: 2, unitPrice: { amountMinor: 500, currency: 'EUR' } }],
  total: { amountMinor: 1000, currency: 'EUR' },
  cardToken: 'tok_ok',
  shipTo: { name: 'A', line1: 'B', line2: null, postcode: '1', city: 'C', country: 'DE' },
  placedAt: 1_700_000_000_000_000,
};

describe('a generated record', () => {
  it('reads what it wrote', () => {
    expect({ ...PlaceOrder.decode(PlaceOrder.encode(order)) }).toEqual(order);
  });

  it.each([1, 65_000, 65_536, 200_000])('reads what it wrote, with a text of %i letters in it', (length) => {
    const long = { ...order, customerId: 'x'.repeat(length) };
    expect({ ...PlaceOrder.decode(PlaceOrder.encode(long)) }).toEqual(long);
  });

  it('writes values that stay as they are while others are written', () => {
    const first = PlaceOrder.encode(order);
    PlaceOrder.encode({ ...order, orderId: 'o-2' });
    expect(PlaceOrder.decode(first).orderId).toBe('o-1');
  });

  it('carries a schema that needs no other', () => {
    expect(JSON.stringify(PlaceOrder.schema)).toContain('"name":"Money"');
    expect(PlaceOrder.name).toBe('onward.orders.PlaceOrder');
  });

  it('names the wrong field, what it should be and what it is', () => {
    const wrong = { ...order, lines: [{ ...order.lines[0], quantity: 'two' }] } as unknown as PlaceOrder;
    expect(PlaceOrder.issues(wrong)).toEqual([{ path: 'lines.0.quantity', expected: 'int', actual: '"two"' }]);
    expect(() => PlaceOrder.encode(wrong)).toThrow(SchemaMismatch);
    expect(() => PlaceOrder.encode(wrong)).toThrow('lines.0.quantity should be int, is "two"');
  });

  it('checks a value in one sentence', () => {
    expect(PlaceOrder.check(order)).toBeUndefined();
    expect(PlaceOrder.check({ ...order, cardToken: 7 })).toBe('onward.orders.PlaceOrder: cardToken should be string, is 7');
  });

  it('names a missing field and an unknown one', () => {
    const { total: _, ...missing } = order;
    expect(PlaceOrder.issues(missing)[0]).toMatchObject({ path: 'total', actual: 'missing' });
    expect(Money.issues({ amountMinor: 1, currency: 'EUR', cents: 2 })).toHaveLength(1);
  });
});
