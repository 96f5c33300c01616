import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { KafkaCluster, type KafkaOptions } from '../connection/index.js';
import { BatchConsumer, type BatchConsumerObserver, type BatchConsumerOptions, type BatchHandler } from './batch-consumer.js';

export interface KafkaServerOptions extends BatchConsumerOptions {
  readonly kafka: KafkaOptions;
}

/**
 * The Nest transport of a participant: `app.connectMicroservice({ strategy: new KafkaServer(...) })`. It reads in batches, as one
 * database transaction serves many commands, which Nest's own Kafka transport has no place for.
 *
 * `listen` reports an error when it cannot start; later ones go to the observer.
 */
export class KafkaServer extends Server implements CustomTransportStrategy {
  #cluster: KafkaCluster | undefined;
  #consumer: BatchConsumer | undefined;

  constructor(
    private readonly options: KafkaServerOptions,
    private readonly handler: BatchHandler,
    private readonly observer: BatchConsumerObserver,
  ) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.#cluster = await KafkaCluster.connect(this.options.kafka);
      this.#consumer = await BatchConsumer.start(this.#cluster, this.options, this.handler, this.observer);
    } catch (error) {
      this.#cluster?.disconnect();
      callback(error);
      return;
    }
    callback();
  }

  async close(): Promise<void> {
    await this.#consumer?.stop();
    this.#cluster?.disconnect();
  }

  /** Partitions that are open now; for health checks. */
  get partitions(): number[] {
    return this.#consumer?.partitions ?? [];
  }

  /** It has no events to listen to: see `BatchConsumerObserver`. */
  on(): never {
    throw new TypeError('KafkaServer has no events. Give it an observer.');
  }

  unwrap<T>(): T {
    return this.#consumer as T;
  }
}
