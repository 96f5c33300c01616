import kafkajs, { type Admin, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { tlsOptions, type KafkaOptions } from '../connection/kafka-options.js';
import { RequestQueue } from '../connection/kafkajs.js';
import { stopIdleTimer } from '../connection/mend-idle-timer.js';

/** kafkajs makes an administrator's connections itself, so the mend goes on the class. */
RequestQueue.prototype.scheduleCheckPendingRequests = function (): void {
  stopIdleTimer(this);
  this.scheduleCheckPendingRequests();
};

/**
 * A connected administration client; disconnect it when done. Only topology work and tests need one: no service is an administrator.
 * @throws KafkaJSError when no broker can be reached or the credentials are refused
 */
export async function connectAdmin(options: KafkaOptions): Promise<Admin> {
  const ssl = tlsOptions(options.tls);
  const config: KafkaConfig = {
    clientId: options.clientId,
    brokers: [...options.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 50, multiplier: 1.5, factor: 0.2, retries: 10, maxRetryTime: 2000 },
    ...(options.sasl === undefined ? {} : { sasl: { ...options.sasl } as SASLOptions }),
    ...(ssl === null ? {} : { ssl }),
  };
  const admin = new kafkajs.Kafka(config).admin();
  await admin.connect();
  return admin;
}
