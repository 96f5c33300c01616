import { Reader, Writer } from './wire.js';

const written = (write: (w: Writer) => unknown): string => {
  const writer = new Writer();
  write(writer);
  return writer.toBuffer().toString('hex');
};
const reader = (hex: string): Reader => new Reader(Buffer.from(hex, 'hex'));

describe('the wire types', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [0xffffffff, 'ffffffff0f'],
  ])('write and read the unsigned varint %d', (value, hex) => {
    expect(written((w) => w.uvarint(value))).toBe(hex);
    expect(reader(hex).uvarint()).toBe(value);
  });

  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [-64, '7f'],
    [2147483647, 'feffffff0f'],
    [-2147483648, 'ffffffff0f'],
  ])('write and read the zigzag varint %d', (value, hex) => {
    expect(written((w) => w.varint(value))).toBe(hex);
    expect(reader(hex).varint()).toBe(value);
  });

  it.each([0n, -1n, 1n, 2n ** 40n, -(2n ** 40n), 2n ** 63n - 1n, -(2n ** 63n)])('write and read the varlong %d', (value) => {
    expect(reader(written((w) => w.varlong(value))).varlong()).toBe(value);
  });

  it('write and read numbers, strings and arrays', () => {
    const hex = written((w) => w.i8(-2).i16(-3).i32(-4).i64(-5n).bool(true).string('añ').string(null).bytes(null).array([1, 2], (n) => w.i8(n)).array(null, () => {}));
    expect(hex).toBe('fefffdfffffffcfffffffffffffffb010461c3b1000003010200');
    const r = reader(hex);
    expect([r.i8(), r.i16(), r.i32(), r.i64(), r.bool()]).toEqual([-2, -3, -4, -5n, true]);
    expect([r.string(), r.nullableString(), r.nullableBytes(), r.array(() => r.i8()), r.nullableArray(() => r.i8())]).toEqual(['añ', null, null, [1, 2], null]);
    r.end();
  });

  it('grow the writer over its first size', () => {
    const writer = new Writer(16);
    for (let i = 0; i < 10_000; i++) writer.i32(i);
    expect(writer.length).toBe(40_000);
    expect(writer.toBuffer().readInt32BE(39_996)).toBe(9_999);
  });

  it('read the tags that are known and skip the others', () => {
    const seen: number[] = [];
    const r = reader('0300020102050299990701ff00');
    r.tags({ 0: (body) => seen.push(body.i16()) });
    expect(seen).toEqual([0x0102]);
    expect(r.left).toBe(1);
  });

  it.each([
    ['a number that is cut off', (r: Reader) => r.i32(), '000000'],
    ['a varint that never ends', (r: Reader) => r.uvarint(), 'ffffffffffff'],
    ['a varlong that never ends', (r: Reader) => r.varlong(), 'ffffffffffffffffffffff'],
    ['a string longer than what is left', (r: Reader) => r.string(), '0561'],
    ['null where a value must be', (r: Reader) => r.string(), '00'],
    ['an array that claims more elements than there are bytes', (r: Reader) => r.array(() => r.i8()), 'ffffffff0f00'],
    ['bytes left over', (r: Reader) => r.end(), '00'],
    ['a negative length', (r: Reader) => r.take(-1), '00'],
  ])('refuse %s', (_what, read, hex) => {
    expect(() => read(reader(hex))).toThrow(RangeError);
  });
});
