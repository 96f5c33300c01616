import { rfc3339 } from './headers.js';

describe('a time in a header', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1_700_000_000_123_456, '2023-11-14T22:13:20.123456Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
  ])('%i microseconds reads %s', (micros, text) => expect(rfc3339(micros)).toBe(text));
});
