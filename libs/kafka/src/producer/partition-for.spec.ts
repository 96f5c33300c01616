import { murmur2, partitionFor } from './partition-for.js';

// The Java client's own vectors: org.apache.kafka.common.utils.UtilsTest#testMurmur2
it.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of "%s" is what the Java client computes', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

it('the partition of a key is its hash without the sign, modulo the count', () => {
  expect(partitionFor('21', 12)).toBe((-973932308 & 0x7fffffff) % 12);
  expect(partitionFor(Buffer.from('21'), 12)).toBe(partitionFor('21', 12));
  expect(partitionFor('', 5)).toBeGreaterThanOrEqual(0);
});
