import { jest } from '@jest/globals';
import { KafkaCluster } from '../../libs/kafka/src/connection/kafka-cluster.js';
import { RequestQueue } from '../../libs/kafka/src/connection/kafkajs.js';
import { testStack } from '../support/stack.js';

jest.setTimeout(60_000);

/**
 * kafkajs 2.2.4 (RequestQueue#scheduleCheckPendingRequests): after its first answer, an idle connection woke up every millisecond for
 * ever, about 5 % of a core each, and on Node 24 the process warned of a negative timeout.
 */
it('an idle connection does nothing at all', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const wake = jest.spyOn(RequestQueue.prototype, 'checkPendingRequests');
  const cluster = await KafkaCluster.connect(testStack().kafka('admin'));
  try {
    await cluster.refreshMetadata([]);
    wake.mockClear();
    await new Promise((resolve) => setTimeout(resolve, 300)); // what is observed is idleness, so it has to last
    expect(wake).toHaveBeenCalledTimes(0);
    expect(warnings.filter(({ name }) => name === 'TimeoutNegativeWarning')).toEqual([]);
  } finally {
    cluster.disconnect();
    wake.mockRestore();
    process.off('warning', onWarning);
  }
});
