import { KafkaCluster } from '@onward/kafka';
import type { KafkaConnection } from './connection.js';

/** Connects, acts, and disconnects whatever came of it. */
export async function withCluster<T>(connection: KafkaConnection, act: (cluster: KafkaCluster) => Promise<T>): Promise<T> {
  const cluster = await KafkaCluster.connect(connection);
  try {
    return await act(cluster);
  } finally {
    cluster.disconnect();
  }
}
