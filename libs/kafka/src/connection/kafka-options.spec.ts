import { parseBroker, tlsOptions } from './kafka-options.js';

it.each([
  ['kafka-1.example.org:9092', 'kafka-1.example.org', 9092],
  ['127.0.0.1:1', '127.0.0.1', 1],
  ['[::1]:9092', '::1', 9092],
])('%s is a broker address', (address, host, port) => {
  expect(parseBroker(address)).toEqual({ host, port });
});

it.each(['kafka', 'kafka:', ':9092', 'kafka:0', 'kafka:65536', 'kafka:x', '::1:9092', 'http://kafka:9092'])('%s is not', (address) => {
  expect(() => parseBroker(address)).toThrow(`"${address}" is not a broker address.`);
});

it('TLS is off, on with the system’s authorities, or on with files', () => {
  expect(tlsOptions(undefined)).toBeNull();
  expect(tlsOptions(true)).toEqual({});
  expect(() => tlsOptions({ caFile: '/no/such/file.pem' })).toThrow('/no/such/file.pem');
});
