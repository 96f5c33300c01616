import type { Script } from '@onward/saga/testing';
import type { Ending } from './endings.js';

/** What a plan's recording needs beside the endings that every plan has. */
export interface PlanScripts {
  /** What happens in all of its endings, such as its input and its signals. */
  readonly base?: Script;
  readonly more?: readonly Ending[];
}

const order = {
  orderId: 'order-golden',
  customerId: 'customer-ada',
  email: null,
  lines: [{ sku: 'SKU-BOOK', quantity: 2, unitPrice: { amountMinor: 1700, currency: 'EUR' } }],
  total: { amountMinor: 3400, currency: 'EUR' },
  cardToken: 'tok_ok',
  shipTo: { name: 'Ada', line1: '1 Sample Street', line2: null, postcode: '10115', city: 'Berlin', country: 'DE' },
  placedAt: null,
};

/** By plan, such as `place-order@1`. */
export const SCRIPTS: Readonly<Record<string, PlanScripts>> = {
  'place-order@1': { base: { input: order } },
};
