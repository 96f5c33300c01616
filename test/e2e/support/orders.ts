import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlaceOrder } from '@onward/contracts';

/** What becomes of an order that the fixtures stand for; a risky one waits for a person. */
export type OrderKind = 'ok' | 'declined' | 'unknown-product' | 'risky';

export function fixturePath(kind: OrderKind): string {
  return fileURLToPath(new URL(`../../fixtures/order-${kind}.json`, import.meta.url));
}

const fixtures = new Map<OrderKind, Omit<PlaceOrder, 'orderId'>>();

/** An order that ends as its kind says. */
export function order(kind: OrderKind, orderId: string): PlaceOrder {
  let fixture = fixtures.get(kind);
  if (fixture === undefined) {
    fixture = JSON.parse(readFileSync(fixturePath(kind), 'utf8')) as Omit<PlaceOrder, 'orderId'>;
    fixtures.set(kind, fixture);
  }
  return { ...fixture, placedAt: fixture.placedAt ?? null, email: fixture.email ?? null, orderId };
}

/** Of ten orders seven ship, two are declined and one asks for a product that nobody has. */
export function kindOf(index: number): OrderKind {
  const place = index % 10;
  return place < 7 ? 'ok' : place < 9 ? 'declined' : 'unknown-product';
}
