import { jest } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { fulfillment, fulfillmentContract, ShippingQuoted, type StockLine } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import { outcomeOf, ParticipantFixture } from '../../../test/support/participant-fixture.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { FulfillmentCommands } from './handlers/fulfillment-commands.js';
import { ShippingQuotes } from './handlers/shipping-quotes.js';

jest.setTimeout(60_000);

const SHIP_TO = { name: 'A', line1: 'B', line2: null, postcode: '1', city: 'C', country: 'DE' };
const SEEDED = 100_000_000;

describe('fulfillment', () => {
  let fixture: ParticipantFixture;

  beforeEach(async () => {
    fixture = await ParticipantFixture.open(fulfillmentContract, [new FulfillmentCommands(), new ShippingQuotes()], fileURLToPath(new URL('../migrations/', import.meta.url)));
    await fixture.rows.query(`INSERT INTO product VALUES ('RARE', 'Rare', 3)`);
  });
  afterEach(() => fixture.close());

  const books = (quantity: number): StockLine[] => [{ sku: 'SKU-BOOK', quantity }];
  const reserve = (id: string, lines = books(2), options: { sagaId?: string } = {}): Promise<ConsumedRecord> =>
    fixture.command(fulfillment.ReserveStock, { reservationId: id, orderId: id, lines }, { sagaId: id, step: 'reserve', ...options });
  const release = (id: string): Promise<ConsumedRecord> =>
    fixture.command(fulfillment.ReleaseStock, { reservationId: id, reason: 'test' }, { sagaId: id, step: 'reserve', action: 'undo' });
  const ship = (id: string, shipmentId = `parcel-${id}`, step = 'ship'): Promise<ConsumedRecord> =>
    fixture.command(fulfillment.ShipParcel, { shipmentId, orderId: id, reservationId: id, shipTo: SHIP_TO }, { sagaId: id, step });
  const handle = async (...commands: Promise<ConsumedRecord>[]): Promise<string[]> => (await fixture.handle(await Promise.all(commands))).map(outcomeOf);
  const available = async (sku: string): Promise<number> => Number((await fixture.rows.query<{ available: string }>('SELECT available FROM product WHERE sku = $1', [sku])).rows[0]?.available);

  it('reserves, and ships what is reserved, once', async () => {
    expect(await handle(reserve('a'), ship('a'), ship('a', 'parcel-2', 'ship-again'), ship('b'))).toEqual(['done', 'done', 'rejected NOT_RESERVED', 'rejected NOT_RESERVED']);
    expect([await available('SKU-BOOK'), await fixture.count('shipment')]).toEqual([SEEDED - 2, 1]);
    const { rows } = await fixture.rows.query('SELECT carrier, tracking_number FROM shipment');
    expect(rows[0]).toEqual({ carrier: 'Onward Post', tracking_number: expect.stringMatching(/^OP[0-9A-F]{16}$/) as string });
    expect((await fixture.takeAllEvents()).map(({ type, sequence }) => [type, sequence])).toEqual([
      ['onward.fulfillment.StockReserved', 1],
      ['onward.fulfillment.ParcelShipped', 2],
    ]);
  });

  it('reserves all lines or none, and says why not', async () => {
    expect(
      await handle(
        reserve('a', [...books(1), { sku: 'RARE', quantity: 2 }]),
        reserve('b', [...books(1), { sku: 'RARE', quantity: 1 }, { sku: 'RARE', quantity: 1 }]),
        reserve('c', [...books(1), { sku: 'NONE', quantity: 1 }]),
        reserve('d', [{ sku: 'RARE', quantity: 1 }, { sku: 'SKU-LAMP', quantity: 0 }]),
        reserve('e', []),
      ),
    ).toEqual(['done', 'rejected OUT_OF_STOCK', 'rejected UNKNOWN_PRODUCT', 'rejected QUANTITY_INVALID', 'rejected QUANTITY_INVALID']);
    expect([await available('SKU-BOOK'), await available('RARE')]).toEqual([SEEDED - 1, 1]);
  });

  it('puts back what was reserved, and what is put back can be reserved by the next in the same batch', async () => {
    const rare = [{ sku: 'RARE', quantity: 3 }];
    expect(await handle(reserve('a', rare), reserve('b', rare), release('a'), reserve('c', rare), release('a'))).toEqual(['done', 'rejected OUT_OF_STOCK', 'done', 'done', 'done']);
    expect(await available('RARE')).toBe(0);
  });

  it('quotes the shipping of an order among its reservations, and keeps nothing of it', async () => {
    const quote = (id: string, country: string): Promise<ConsumedRecord> =>
      fixture.command(fulfillment.QuoteShipping, { orderId: id, lines: books(2), shipTo: { ...SHIP_TO, country } }, { sagaId: id, step: 'quote' });
    const replies = await fixture.handle(await Promise.all([quote('a', 'DE'), reserve('a'), quote('b', 'AQ')]));
    expect(replies.map(outcomeOf)).toEqual(['done', 'done', 'rejected DESTINATION_NOT_SERVED']);
    expect(ShippingQuoted.decode((replies[0]?.value as Buffer).subarray(5))).toEqual({ orderId: 'a', price: { amountMinor: 540, currency: 'EUR' }, carrier: 'Onward Post', days: 2 });
    expect([await fixture.count('fulfillment_effect'), await fixture.count('reservation')]).toEqual([1, 1]);
  });

  it('refuses a reservation that comes after its release (R8)', async () => {
    expect(await handle(release('a'))).toEqual(['done']);
    expect(await handle(reserve('a'))).toEqual(['rejected ALREADY_UNDONE']);
    expect(await handle(release('b'), reserve('b'))).toEqual(['done', 'rejected ALREADY_UNDONE']);
    expect(await available('SKU-BOOK')).toBe(SEEDED);
  });

  it('does not release what is shipped', async () => {
    expect(await handle(reserve('a'), ship('a'), release('a'))).toEqual(['done', 'done', 'rejected ALREADY_SHIPPED']);
  });

  it('gives ids to one command only', async () => {
    expect(await handle(reserve('a'), reserve('a', books(1), { sagaId: 'other' }), ship('a', 'parcel'), reserve('b'), ship('b', 'parcel'))).toEqual([
      'done',
      'rejected RESERVATION_EXISTS',
      'done',
      'done',
      'rejected SHIPMENT_EXISTS',
    ]);
  });

  it('gives the same answers again when the stored replies were pruned (R9)', async () => {
    const commands = [reserve('a'), ship('a'), release('b'), reserve('c'), release('c')];
    const first = await fixture.handle(await Promise.all(commands));
    await fixture.rows.query('DELETE FROM onward_inbox');
    expect(await fixture.handle(await Promise.all(commands))).toEqual(first);
    expect([await available('SKU-BOOK'), await fixture.count('shipment')]).toEqual([SEEDED - 2, 1]);
  });

  it('loses no piece when all partitions want the same products at once, and none waits for another for ever', async () => {
    const random = seededRandom(4711);
    const skus = ['SKU-BOOK', 'SKU-CHAIR', 'SKU-LAMP', 'RARE'];
    const line = (): StockLine => ({ sku: skus[Math.floor(random() * skus.length)] as string, quantity: 1 + Math.floor(random() * 3) });
    const partition = async (number: number): Promise<void> => {
      for (let round = 0; round < 8; round += 1) {
        const ids = Array.from({ length: 12 }, (_, i) => `${number}-${round}-${i}`);
        const reserved = await Promise.all(ids.map((id) => reserve(id, [line(), line()])));
        const undone = await Promise.all(ids.filter(() => random() < 0.5).map((id) => release(id)));
        await fixture.handle([...reserved, ...undone.slice(0, 3)], 1, number);
        await fixture.handle(undone, 1, number);
      }
    };
    await Promise.all([0, 1, 2, 3].map(partition));
    const { rows } = await fixture.rows.query(`
      SELECT p.sku, p.available + coalesce(sum(l.quantity), 0) AS total FROM product p
      LEFT JOIN (SELECT unnest(skus) AS sku, unnest(quantities) AS quantity FROM reservation WHERE state = 'reserved') l USING (sku)
      GROUP BY p.sku, p.available ORDER BY p.sku`);
    expect(rows.map(({ sku, total }: { sku: string; total: string }) => [sku, Number(total)])).toEqual([['RARE', 3], ['SKU-BOOK', SEEDED], ['SKU-CHAIR', SEEDED], ['SKU-LAMP', SEEDED]]);
    expect(fixture.logged).toEqual([]);
  });
});
