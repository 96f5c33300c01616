import { jest } from '@jest/globals';
import { connect, createServer, type AddressInfo } from 'node:net';
import { KafkaCluster } from '../../libs/kafka/src/connection/kafka-cluster.js';
import { testStack } from '../support/stack.js';

jest.setTimeout(60_000);

/**
 * kafkajs 2.2.4 (Connection#processData) kept the bytes of an answer that was cut off with its socket, and put the first answer of the
 * next socket behind them: nothing was ever understood again.
 */
it('a connection that is lost in the middle of an answer is followed by one that works', async () => {
  const options = testStack().kafka('admin');
  const [host, port] = options.brokers[0]!.split(':') as [string, string];
  let cutNextAnswer = false;
  const server = createServer((client) => {
    const broker = connect(Number(port), host);
    client.pipe(broker);
    client.on('error', () => broker.destroy());
    broker.on('error', () => client.destroy());
    broker.on('data', (chunk) => {
      if (!cutNextAnswer) return void client.write(chunk);
      cutNextAnswer = false;
      client.end(chunk.subarray(0, 6));
      broker.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The broker advertises its own address, so only the connection of the first contact passes through here: it is the one that is cut.
  for (let round = 0; round < 3; round++) {
    cutNextAnswer = true;
    await expect(KafkaCluster.connect({ ...options, brokers: [address] })).rejects.toThrow('was not answered');
    const cluster = await KafkaCluster.connect({ ...options, brokers: [address] });
    await cluster.refreshMetadata([]);
    cluster.disconnect();
  }
  await new Promise((resolve) => server.close(resolve));
});
