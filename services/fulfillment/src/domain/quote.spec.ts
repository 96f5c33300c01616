import type { QuoteShipping } from '@onward/contracts';
import { quote } from './quote.js';

const shipTo = { name: 'Ada Example', line1: '1 Sample Street', line2: null, postcode: '10115', city: 'Berlin', country: 'DE' };
const parcel = (country: string, ...quantities: number[]): QuoteShipping => ({ orderId: 'o', lines: quantities.map((quantity, n) => ({ sku: `SKU-${n}`, quantity })), shipTo: { ...shipTo, country } });

describe('the price of a parcel', () => {
  it.each<[string, number[], number, number]>([
    ['DE', [1], 490, 2],
    ['DE', [2, 1], 590, 2],
    ['FR', [1], 990, 4],
    ['NZ', [1, 1], 2240, 10],
  ])('to %s with %j pieces', (country, quantities, amountMinor, days) => {
    expect(quote(parcel(country, ...quantities))).toEqual({ outcome: 'done', value: { orderId: 'o', price: { amountMinor, currency: 'EUR' }, carrier: 'Onward Post', days } });
  });

  it.each(['AQ', 'ZZ', 'XK', 'de', ''])('is refused to "%s"', (country) => {
    expect(quote(parcel(country, 1))).toMatchObject({ outcome: 'rejected', code: 'DESTINATION_NOT_SERVED' });
  });

  it.each([[[]], [[0]], [[1, -1]]])('is refused for %j pieces', (quantities) => {
    expect(quote(parcel('DE', ...quantities))).toMatchObject({ outcome: 'rejected', code: 'QUANTITY_INVALID' });
  });

  it('says nothing of the address', () => {
    expect(JSON.stringify([quote(parcel('DE', 1)), quote(parcel('AQ', 1))])).not.toContain('Sample');
  });
});
