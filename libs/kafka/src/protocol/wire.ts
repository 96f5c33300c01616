/**
 * Kafka's wire types, as the flexible versions of its messages use them (KIP-482): compact strings, bytes and arrays carry
 * their length + 1 as an unsigned varint (0 = null), and every structure ends with tagged fields.
 * Numbers are big-endian. Offsets and producer ids are bigint, as they do not fit a double.
 */

const INITIAL_SIZE_BYTES = 256;

/** Appends wire types to one growing buffer. */
export class Writer {
  #buffer: Buffer;
  #at = 0;

  constructor(sizeHintBytes = INITIAL_SIZE_BYTES) {
    this.#buffer = Buffer.allocUnsafe(Math.max(sizeHintBytes, 16));
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  i8(value: number): this {
    this.#reserve(1);
    this.#at = this.#buffer.writeInt8(value, this.#at);
    return this;
  }

  i16(value: number): this {
    this.#reserve(2);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
    return this;
  }

  i32(value: number): this {
    this.#reserve(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#at = this.#buffer.writeUInt32BE(value, this.#at);
    return this;
  }

  i64(value: bigint): this {
    this.#reserve(8);
    this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
    return this;
  }

  bool(value: boolean): this {
    return this.i8(value ? 1 : 0);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** Unsigned varint, up to 32 bits. */
  uvarint(value: number): this {
    this.#reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
    return this;
  }

  /** Zigzag varint, as records use it for lengths and offset deltas. */
  varint(value: number): this {
    return this.uvarint((value << 1) ^ (value >> 31));
  }

  /** Zigzag varint of up to 64 bits, as records use it for timestamp deltas. */
  varlong(value: bigint): this {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 0x7fn) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#at++] = Number(rest);
    return this;
  }

  /** Compact nullable bytes. */
  bytes(value: Uint8Array | null): this {
    return value === null ? this.uvarint(0) : this.uvarint(value.length + 1).raw(value);
  }

  /** UTF-8 bytes without their length. */
  text(value: string, lengthBytes: number): this {
    this.#reserve(lengthBytes);
    this.#at += this.#buffer.write(value, this.#at, 'utf8');
    return this;
  }

  /** Compact nullable string. */
  string(value: string | null): this {
    if (value === null) return this.uvarint(0);
    const lengthBytes = Buffer.byteLength(value);
    return this.uvarint(lengthBytes + 1).text(value, lengthBytes);
  }

  /** Compact nullable array; `each` writes one element, its own tagged fields included. */
  array<T>(list: readonly T[] | null, each: (element: T) => unknown): this {
    if (list === null) return this.uvarint(0);
    this.uvarint(list.length + 1);
    for (const element of list) each(element);
    return this;
  }

  /** An empty section of tagged fields. */
  noTags(): this {
    return this.uvarint(0);
  }

  /** Overwrites four bytes written before, for lengths and checksums known only afterwards. */
  patchU32(at: number, value: number): this {
    this.#buffer.writeUInt32BE(value, at);
    return this;
  }

  /** Starts over in the same memory: what `toBuffer` gave before is overwritten. */
  reset(): this {
    this.#at = 0;
    return this;
  }

  /** What was written, without a copy: it changes when the writer is used again. */
  toBuffer(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

/** Decoders of the tagged fields a caller wants; the others are skipped. */
export type TagReaders = Readonly<Record<number, (body: Reader) => void>>;

/**
 * Reads wire types from a buffer. Every read past the end, and every impossible length, throws a `RangeError`: what arrives from
 * outside never makes the reader allocate more than the bytes that are there.
 */
export class Reader {
  #at = 0;

  constructor(readonly buffer: Buffer) {}

  /** Position from the start of the buffer. */
  get at(): number {
    return this.#at;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.buffer.length - this.#at;
  }

  i8(): number {
    return this.buffer.readInt8(this.#skip(1));
  }

  i16(): number {
    return this.buffer.readInt16BE(this.#skip(2));
  }

  i32(): number {
    return this.buffer.readInt32BE(this.#skip(4));
  }

  u32(): number {
    return this.buffer.readUInt32BE(this.#skip(4));
  }

  i64(): bigint {
    return this.buffer.readBigInt64BE(this.#skip(8));
  }

  bool(): boolean {
    return this.i8() !== 0;
  }

  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.#skip(1)]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('A varint is longer than 5 bytes.');
  }

  varint(): number {
    const raw = this.uvarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  varlong(): bigint {
    let raw = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.buffer[this.#skip(1)]!;
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n));
    }
    throw new RangeError('A varlong is longer than 10 bytes.');
  }

  /** A view of the next `length` bytes, not a copy. */
  take(length: number): Buffer {
    const at = this.#skip(length);
    return this.buffer.subarray(at, at + length);
  }

  nullableBytes(): Buffer | null {
    const length = this.uvarint();
    return length === 0 ? null : this.take(length - 1);
  }

  bytes(): Buffer {
    return present(this.nullableBytes());
  }

  nullableString(): string | null {
    return this.nullableBytes()?.toString('utf8') ?? null;
  }

  string(): string {
    return present(this.nullableString());
  }

  nullableArray<T>(each: () => T): T[] | null {
    const length = this.uvarint();
    if (length === 0) return null;
    // An element has at least one byte: a length above what is left is a lie, refused before it is allocated for.
    if (length - 1 > this.left) throw new RangeError(`An array claims ${length - 1} elements in ${this.left} bytes.`);
    const list: T[] = [];
    for (let i = 1; i < length; i++) list.push(each());
    return list;
  }

  array<T>(each: () => T): T[] {
    return present(this.nullableArray(each));
  }

  /** Reads a section of tagged fields. */
  tags(known: TagReaders = {}): void {
    for (let count = this.uvarint(); count > 0; count--) {
      const tag = this.uvarint();
      const body = new Reader(this.take(this.uvarint()));
      known[tag]?.(body);
    }
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.left !== 0) throw new RangeError(`${this.left} bytes are left over.`);
  }

  #skip(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.buffer.length) {
      throw new RangeError(`${length} bytes are wanted and ${this.left} are left.`);
    }
    this.#at = at + length;
    return at;
  }
}

function present<T>(value: T | null): T {
  if (value === null) throw new RangeError('A field that must be present is null.');
  return value;
}
