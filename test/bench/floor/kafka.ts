import { createRequire } from 'node:module';
import net from 'node:net';
import kafkajs, { type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import type { FloorSettings } from './settings.js';

/** A broker may hold a fetch this long when there is nothing to send. */
const FETCH_WAIT_MS = 500;
/** Generous: everything starts at once on one machine. */
const CONNECT_TIMEOUT_MS = 30_000;
/** The floor's processes are stopped (SIGSTOP) while the suite is measured, and must still be members afterwards. */
const SESSION_TIMEOUT_MS = 30 * 60 * 1000;

/**
 * kafkajs as it is, with the retry pause that suits transactions back to back (its default of 300 ms would be all that is measured),
 * and with coordinators looked up once: it asks for them again before every transactional request.
 */
export function connect(settings: FloorSettings, role: string): Kafka {
  cacheCoordinators();
  return new kafkajs.Kafka({
    clientId: `${settings.prefix}-${role}`,
    brokers: settings.brokers,
    ...(settings.sasl && { sasl: settings.sasl }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: CONNECT_TIMEOUT_MS,
    logLevel: kafkajs.logLevel.NOTHING,
    socketFactory: ({ host, port, onConnect }) => net.connect({ host, port, noDelay: true }, onConnect),
    retry: { initialRetryTime: 5, multiplier: 1.5, factor: 0.2, retries: 30, maxRetryTime: 1000 },
  });
}

/** A member of a group of its own; resolves when it has its partitions. */
export async function consume(kafka: Kafka, groupId: string, topics: string[], onBatch: (batch: EachBatchPayload['batch']) => void): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId, readUncommitted: false, maxWaitTimeInMs: FETCH_WAIT_MS, sessionTimeout: SESSION_TIMEOUT_MS });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) throw payload.error;
  });
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      onBatch(batch);
      return Promise.resolve();
    },
  });
  await joined;
  return consumer;
}

interface ClusterClass {
  prototype: { findGroupCoordinator(query: { groupId: string; coordinatorType?: number }): Promise<unknown> };
}

let cached = false;
function cacheCoordinators(): void {
  if (cached) return;
  cached = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/cluster/index.js') as ClusterClass;
  const find = prototype.findGroupCoordinator;
  const known = new Map<string, Promise<unknown>>();
  prototype.findGroupCoordinator = function (query) {
    const name = `${query.coordinatorType ?? 0}/${query.groupId}`;
    let coordinator = known.get(name);
    if (coordinator === undefined) {
      coordinator = find.call(this, query);
      coordinator.catch(() => known.delete(name));
      known.set(name, coordinator);
    }
    return coordinator;
  };
}
