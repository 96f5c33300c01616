import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectionSettings } from './connection.js';

const folder = mkdtempSync(join(tmpdir(), 'onward-cli-'));
const inside = join(folder, 'services', 'deep');
mkdirSync(inside, { recursive: true });
mkdirSync(join(folder, '.onward'));
writeFileSync(
  join(folder, '.onward', 'stack.json'),
  JSON.stringify({ brokers: ['127.0.0.1:9092'], registryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7', registry: { username: 'r', password: 's' }, principals: { client: { username: 'client', password: 'p' } } }),
);

describe('where a command connects to', () => {
  it('is the local stack of the nearest folder above, as the principal asked for', () => {
    const settings = new ConnectionSettings({}, inside);
    expect(settings.kafka('client')).toMatchObject({ brokers: ['127.0.0.1:9092'], sasl: { mechanism: 'scram-sha-512', username: 'client', password: 'p' } });
    expect(settings.registry()).toEqual({ url: 'http://127.0.0.1:8081/apis/ccompat/v7', username: 'r', password: 's' });
    expect(() => settings.kafka('operator')).toThrow('no principal "operator"');
  });

  it('is the stack whose file ONWARD_STACK names', () => {
    const elsewhere = new ConnectionSettings({ ONWARD_STACK: join(folder, '.onward', 'stack.json') }, '/');
    expect(elsewhere.kafka('client').brokers).toEqual(['127.0.0.1:9092']);
    expect(() => new ConnectionSettings({ ONWARD_STACK: 'none.json' }, folder).kafka('client')).toThrow('There is no stack at none.json, which ONWARD_STACK names');
  });

  it('is what the environment says, if it says something', () => {
    const settings = new ConnectionSettings({ ONWARD_BROKERS: 'k:9', ONWARD_TLS: 'on', ONWARD_SASL_USERNAME: 'me', ONWARD_SASL_PASSWORD: 'q', ONWARD_REGISTRY_URL: 'https://r' }, inside);
    expect(settings.kafka('client')).toMatchObject({ brokers: ['k:9'], tls: true, sasl: { username: 'me' } });
    expect(settings.registry()).toEqual({ url: 'https://r' });
  });

  it('is said to be missing, or wrong, in a sentence', () => {
    expect(() => new ConnectionSettings({}, '/').kafka('client')).toThrow('No stack runs here: start one with `npm start`');
    expect(() => new ConnectionSettings({ ONWARD_BROKERS: 'nonsense' }, inside).kafka('client')).toThrow('ONWARD_BROKERS is wrong');
  });
});
