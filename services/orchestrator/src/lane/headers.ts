import type { ConsumedRecord } from '@onward/kafka';

const HEADER_BYTES_MAX = 1024;

/** An input is not what it should be: no attempt at it can succeed. */
export class Unacceptable extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A header's text; `undefined` for one that is missing, empty or too long. */
export function textHeader({ headers }: Pick<ConsumedRecord, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || value.length === 0 || value.length > HEADER_BYTES_MAX ? undefined : value.toString('utf8');
}

/** @throws Unacceptable `HEADER_MISSING` */
export function header(record: Pick<ConsumedRecord, 'headers'>, name: string): string {
  const value = textHeader(record, name);
  if (value === undefined) throw new Unacceptable('HEADER_MISSING', `The header ${name} is missing, empty or too long.`);
  return value;
}

/** @throws Unacceptable `HEADER_MISSING`, `HEADER_INVALID` */
export function headerOneOf<T extends string>(record: Pick<ConsumedRecord, 'headers'>, name: string, allowed: readonly T[]): T {
  const value = header(record, name);
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new Unacceptable('HEADER_INVALID', `The header ${name} must be one of ${allowed.join(', ')}.`);
  return found;
}

/** The header `ce_attempt`. @throws Unacceptable `HEADER_MISSING`, `HEADER_INVALID` */
export function attemptHeader(record: Pick<ConsumedRecord, 'headers'>): number {
  const attempt = Number(header(record, 'ce_attempt'));
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw new Unacceptable('HEADER_INVALID', 'The header ce_attempt must be a whole number from 1 on.');
  return attempt;
}
