import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeBroker } from '../../../../test/support/fake-broker.js';
import { KafkaCluster } from './kafka-cluster.js';

/** A certificate of its own for 127.0.0.1, made by the JDK that the stack needs anyway. */
const folder = mkdtempSync(join(tmpdir(), 'onward-tls-'));
const caFile = join(folder, 'certificate.pem');
const storeFile = join(folder, 'store.p12');
const passphrase = 'only for this test';
let broker: FakeBroker;

beforeAll(async () => {
  const store = ['-keystore', storeFile, '-storepass', passphrase, '-alias', 'broker'];
  const key = ['-keyalg', 'EC', '-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1', '-storetype', 'PKCS12'];
  execFileSync('keytool', ['-genkeypair', ...store, ...key], { stdio: 'pipe' });
  execFileSync('keytool', ['-exportcert', '-rfc', ...store, '-file', caFile], { stdio: 'pipe' });
  broker = await FakeBroker.start({ tls: { pfx: readFileSync(storeFile), passphrase } });
}, 60_000);
afterAll(async () => {
  await broker.close();
  rmSync(folder, { recursive: true });
});

describe('over TLS', () => {
  it('a broker is connected whose certificate the file vouches for', async () => {
    const cluster = await KafkaCluster.connect({ brokers: [broker.address], clientId: 'test', tls: { caFile } });
    expect(await cluster.partitionCount('any')).toBe(4);
    cluster.disconnect();
  });

  it('any other broker is refused, with the reason', async () => {
    const connecting = KafkaCluster.connect({ brokers: [broker.address], clientId: 'test', tls: true });
    await expect(connecting).rejects.toMatchObject({ code: 'KAFKA_CONNECTION', message: expect.stringMatching(/certificate/) as string });
  });

  it('a client without TLS gets no answer', async () => {
    await expect(KafkaCluster.connect({ brokers: [broker.address], clientId: 'test' })).rejects.toMatchObject({ code: 'KAFKA_CONNECTION' });
  });
});
