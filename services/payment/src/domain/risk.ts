import type { payment, ScoreRisk } from '@onward/contracts';
import { done, rejected, type Reply } from '@onward/participant';
import { isPayable } from './ledger.js';

/** What every order begins with. */
const SCORE_BASE = 10;
const SCORE_MAX = 100;

/** Where customers usually order from: the member states of the European Union, of EFTA, and the United Kingdom (ISO 3166-1 alpha-2). */
const USUAL_COUNTRIES: ReadonlySet<string> = new Set([
  'AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GR', 'HR', 'HU', 'IE', 'IS', 'IT', 'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO',
  'PL', 'PT', 'RO', 'SE', 'SI', 'SK',
]);

interface Rule {
  readonly reason: string;
  readonly points: number;
  readonly applies: (order: ScoreRisk) => boolean;
}

/**
 * The built-in scorer's rules; their points are added to {@link SCORE_BASE}. The prefixes of customer ids are for trying things out:
 *
 * | order                                    | points |
 * |------------------------------------------|--------|
 * | customer id begins with `risky-`         |     80 |
 * | customer id begins with `new-`           |     20 |
 * | 10,000.00 or more (minor units / 100)    |     60 |
 * | 1,000.00 or more                         |     30 |
 * | goes to a country that is not a usual one|     30 |
 */
const RULES: readonly Rule[] = [
  { reason: 'CUSTOMER_KNOWN_RISK', points: 80, applies: ({ customerId }) => customerId.startsWith('risky-') },
  { reason: 'CUSTOMER_NEW', points: 20, applies: ({ customerId }) => customerId.startsWith('new-') },
  { reason: 'AMOUNT_VERY_HIGH', points: 60, applies: ({ amount }) => amount.amountMinor >= 1_000_000 },
  { reason: 'AMOUNT_HIGH', points: 30, applies: ({ amount }) => amount.amountMinor >= 100_000 && amount.amountMinor < 1_000_000 },
  { reason: 'DESTINATION_UNUSUAL', points: 30, applies: ({ shipToCountry }) => !USUAL_COUNTRIES.has(shipToCountry) },
];

/** Scores an order by the rules alone. Pure: has no effect and needs no undo. */
export function scoreRisk(order: ScoreRisk): Reply<typeof payment.ScoreRisk> {
  if (!isPayable(order.amount)) return rejected('AMOUNT_INVALID', 'The amount must be positive, in a currency of three capital letters.');
  const found = RULES.filter(({ applies }) => applies(order));
  const score = found.reduce((sum, { points }) => sum + points, SCORE_BASE);
  return done({ orderId: order.orderId, score: Math.min(score, SCORE_MAX), reasons: found.map(({ reason }) => reason) });
}
