import { decodeOffsetMetadata, encodeOffsetMetadata } from './offset-metadata.js';

describe('offset metadata', () => {
  it('reads back what it wrote', () => {
    for (const written of [{ owner: 'orders-0', attempt: 0 }, { owner: 'orders-eu.west_1', attempt: 12 }]) {
      expect(decodeOffsetMetadata(encodeOffsetMetadata(written))).toEqual(written);
    }
  });

  it('takes what others committed for no owner at all', () => {
    for (const foreign of [null, undefined, '', 'committed by a tool', 'onward/2 0 orders-0', 'onward/1 x orders-0', 'onward/1 0 ']) {
      expect(decodeOffsetMetadata(foreign)).toBeUndefined();
    }
  });

  it('refuses an owner that could not be read back', () => {
    expect(() => encodeOffsetMetadata({ owner: 'two words', attempt: 0 })).toThrow(RangeError);
    expect(() => encodeOffsetMetadata({ owner: 'orders-0', attempt: -1 })).toThrow(RangeError);
  });
});
