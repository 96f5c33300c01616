/** The built-in carrier. */
export const CARRIER = 'Onward Post';

/** What the carrier asks for, and how long it takes. */
export interface Zone {
  /** For the first piece of a parcel, in euro cents. */
  readonly firstPieceMinor: number;
  /** For each further piece, in euro cents. */
  readonly furtherPieceMinor: number;
  /** Working days. */
  readonly days: number;
}

const HOME: Zone = { firstPieceMinor: 490, furtherPieceMinor: 50, days: 2 };
const EUROPE: Zone = { firstPieceMinor: 990, furtherPieceMinor: 100, days: 4 };
const WORLD: Zone = { firstPieceMinor: 1990, furtherPieceMinor: 250, days: 10 };

const HOME_COUNTRY = 'DE';
const EUROPEAN_COUNTRIES: ReadonlySet<string> = new Set([
  'AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GR', 'HR', 'HU', 'IE', 'IS', 'IT', 'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO',
  'PL', 'PT', 'RO', 'SE', 'SI', 'SK',
]);
/** Antarctica has no carrier. */
const UNSERVED_COUNTRIES: ReadonlySet<string> = new Set(['AQ']);
/** Codes that ISO 3166-1 leaves to its users: no country has them. */
const UNASSIGNED_CODE = /^(?:AA|Q[M-Z]|X[A-Z]|ZZ)$/;

/** The tariff to a country, by its ISO 3166-1 alpha-2 code; `undefined` where the carrier does not go. */
export function zoneOf(country: string): Zone | undefined {
  if (!/^[A-Z]{2}$/.test(country) || UNASSIGNED_CODE.test(country) || UNSERVED_COUNTRIES.has(country)) return undefined;
  if (country === HOME_COUNTRY) return HOME;
  return EUROPEAN_COUNTRIES.has(country) ? EUROPE : WORLD;
}
