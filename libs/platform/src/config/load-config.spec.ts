import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { httpConfig, jwtConfig } from './http-config.js';
import { kafkaConfig } from './kafka-config.js';
import { loadConfig } from './load-config.js';
import { serviceConfig } from './service-config.js';
import { databaseConfig, registryConfig } from './store-config.js';

const folder = mkdtempSync(join(tmpdir(), 'onward-config-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

function problemsOf(load: () => unknown): Record<string, string> {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return Object.fromEntries(error.problems.map(({ variable, kind }) => [variable, kind]));
    throw error;
  }
  return {};
}

describe('loadConfig', () => {
  it('yields the typed value of every section', () => {
    const config = loadConfig(
      { kafka: kafkaConfig, registry: registryConfig, database: databaseConfig, http: httpConfig, service: serviceConfig },
      {
        ONWARD_BROKERS: 'one:9092, [::1]:9093',
        ONWARD_SASL_USERNAME: 'audit',
        ONWARD_SASL_PASSWORD: 'p',
        ONWARD_INSTANCE: 'b',
        ONWARD_REGISTRY_URL: 'http://127.0.0.1:8081/apis/ccompat/v7/',
        ONWARD_DATABASE_URL: 'postgresql://u:p@h/d',
      },
    );
    expect(config).toEqual({
      kafka: { brokers: ['one:9092', '[::1]:9093'], clientId: 'audit-b', sasl: { mechanism: 'scram-sha-512', username: 'audit', password: 'p' } },
      registry: { url: 'http://127.0.0.1:8081/apis/ccompat/v7' },
      database: { url: 'postgresql://u:p@h/d' },
      http: { host: '127.0.0.1', port: 0 },
      service: { instance: 'b', logLevel: 'info' },
    });
  });

  it('names every missing and every wrong variable of all sections at once', () => {
    const found = problemsOf(() =>
      loadConfig(
        { kafka: kafkaConfig, registry: registryConfig, http: httpConfig, service: serviceConfig },
        { ONWARD_SASL_USERNAME: 'audit', ONWARD_HTTP_PORT: '65536', ONWARD_LOG_LEVEL: 'loud', ONWARD_TLS_CA_FILE: join(folder, 'none.pem') },
      ),
    );
    expect(found).toEqual({
      ONWARD_BROKERS: 'missing',
      ONWARD_SASL_PASSWORD: 'missing',
      ONWARD_TLS: 'missing',
      ONWARD_TLS_CA_FILE: 'wrong',
      ONWARD_REGISTRY_URL: 'missing',
      ONWARD_HTTP_PORT: 'wrong',
      ONWARD_LOG_LEVEL: 'wrong',
    });
  });

  it('says what a variable must be and never what it was', () => {
    expect(() => loadConfig({ database: databaseConfig }, { ONWARD_DATABASE_URL: 'mysql://user:hunter2@host/db' })).toThrow(
      'ONWARD_DATABASE_URL is wrong: it must be a PostgreSQL connection string',
    );
    expect(() => loadConfig({ database: databaseConfig }, { ONWARD_DATABASE_URL: 'mysql://user:hunter2@host/db' })).not.toThrow('hunter2');
  });

  it('takes an empty variable as one that is not set', () => {
    expect(problemsOf(() => loadConfig({ kafka: kafkaConfig }, { ONWARD_BROKERS: '', ONWARD_TLS: '' }))).toEqual({ ONWARD_BROKERS: 'missing' });
  });

  it.each(['localhost', 'localhost:0', 'localhost:65536', 'http://localhost:9092', 'a:1,b'])('refuses %p as brokers', (brokers) => {
    expect(problemsOf(() => loadConfig({ kafka: kafkaConfig }, { ONWARD_BROKERS: brokers }))).toEqual({ ONWARD_BROKERS: 'wrong' });
  });
});

describe('jwtConfig', () => {
  const load = (environment: Record<string, string>) => loadConfig({ jwt: jwtConfig }, environment).jwt;
  const pem = (pair: { publicKey: { export(options: { type: 'spki'; format: 'pem' }): unknown } }) => String(pair.publicKey.export({ type: 'spki', format: 'pem' }));

  it('pins the algorithms to the kind of key', () => {
    expect(load({ ONWARD_JWT_SECRET_FILE: file('secret', `${'s'.repeat(32)}\n`) })).toMatchObject({ algorithms: ['HS256'] });
    const ec = file('ec.pem', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })));
    expect(load({ ONWARD_JWT_PUBLIC_KEY_FILE: ec }).algorithms).toEqual(['ES256']);
    const ed = file('ed.pem', pem(generateKeyPairSync('ed25519')));
    expect(load({ ONWARD_JWT_PUBLIC_KEY_FILE: ed }).algorithms).toContain('EdDSA');
  });

  it('refuses a secret that is too short, a private key, both, and neither', () => {
    const secret = file('good', 's'.repeat(32));
    const privateKey = file('private.pem', String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })));
    expect(problemsOf(() => load({ ONWARD_JWT_SECRET_FILE: file('short', 's'.repeat(31)) }))).toEqual({ ONWARD_JWT_SECRET_FILE: 'wrong' });
    expect(problemsOf(() => load({ ONWARD_JWT_PUBLIC_KEY_FILE: privateKey }))).toEqual({ ONWARD_JWT_PUBLIC_KEY_FILE: 'wrong' });
    expect(problemsOf(() => load({ ONWARD_JWT_PUBLIC_KEY_FILE: privateKey, ONWARD_JWT_SECRET_FILE: secret }))).toEqual({ ONWARD_JWT_PUBLIC_KEY_FILE: 'wrong' });
    expect(problemsOf(() => load({}))).toEqual({ ONWARD_JWT_SECRET_FILE: 'missing' });
  });
});
