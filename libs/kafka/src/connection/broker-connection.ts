import type { ApiCall, Throttled } from '../protocol/api-call.js';
import { apiVersionsCall, type ApiVersionsAnswer } from '../protocol/api-versions.js';
import { ErrorCode } from '../protocol/error-codes.js';
import type { BrokerLink, BrokerLinkOptions } from './broker-link.js';
import { KafkaAuthenticationError, KafkaConnectionError, KafkaError, KafkaMalformedAnswerError, KafkaUnsupportedError } from './kafka-error.js';
import { Connection, noDelaySocketFactory, silentLogger, type KafkajsConnection, type KafkajsProtocol } from './kafkajs.js';
import { stopIdleTimer } from './mend-idle-timer.js';

const SOFTWARE = { name: 'onward', version: '0.1.0' };

/**
 * One socket to one broker, from connect to close. The broker handles its requests in order, one by one.
 * It is never connected again: kafkajs keeps a half-read answer of the old socket, which would garble the new one's.
 * After a request that was not answered in time it is closed, as all later answers would wait behind that one.
 */
export class BrokerConnection implements BrokerLink {
  readonly address: string;
  readonly #options: BrokerLinkOptions;
  readonly #connection: KafkajsConnection;
  readonly #opened: Promise<ApiVersionsAnswer>;
  #authenticatedOnce = false;
  #closed = false;
  #inFlight = 0;
  #retired = false;

  constructor(options: BrokerLinkOptions) {
    this.address = `${options.host}:${options.port}`;
    this.#options = options;
    this.#connection = new Connection({
      host: options.host,
      port: options.port,
      clientId: options.clientId,
      ssl: options.tls,
      sasl: options.sasl === null ? null : { ...options.sasl },
      logger: silentLogger,
      socketFactory: (socketOptions) => noDelaySocketFactory(socketOptions).once('close', () => this.close()),
      connectionTimeout: options.connectTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      enforceRequestTimeout: true,
    });
    stopIdleTimer(this.#connection.requestQueue);
    this.#opened = this.#open();
    this.#opened.catch(() => this.close());
  }

  get opened(): Promise<ApiVersionsAnswer> {
    return this.#opened;
  }

  get usable(): boolean {
    if (this.#closed) return false;
    if (!this.#authenticatedOnce) return true;
    return this.#connection.isConnected() && (this.#options.sasl === null || this.#connection.isAuthenticated());
  }

  async send<T extends Throttled>(call: ApiCall<T>): Promise<T> {
    this.#inFlight++;
    try {
      await this.#opened;
      return await this.#send(call);
    } finally {
      this.#inFlight--;
      if (this.#retired && this.#inFlight === 0) this.close();
    }
  }

  retire(): void {
    this.#retired = true;
    if (this.#inFlight === 0) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const lost = new KafkaConnectionError(this.address, 'The connection was closed');
    const queue = this.#connection.requestQueue;
    // kafkajs takes a request in that is being encoded while the socket closes, and then never answers it nor lets it time out.
    queue.push = ({ entry }) => entry.reject(lost);
    queue.rejectAll(lost);
    queue.destroy();
    this.#connection.socket?.destroy();
  }

  async #open(): Promise<ApiVersionsAnswer> {
    try {
      await this.#connection.connect();
    } catch (error) {
      throw new KafkaConnectionError(this.address, 'The connection could not be made', { cause: error });
    }
    const versions = await this.#send(apiVersionsCall(SOFTWARE));
    if (versions.errorCode !== ErrorCode.NONE) {
      throw new KafkaUnsupportedError(`Broker ${this.address} is too old to say what it supports. Use Apache Kafka 4.0 or later.`);
    }
    if (this.#options.sasl !== null) await this.#authenticate(versions);
    this.#authenticatedOnce = true;
    return versions;
  }

  async #authenticate(versions: ApiVersionsAnswer): Promise<void> {
    this.#connection.setVersions(Object.fromEntries(versions.apis));
    this.#connection.setSupportAuthenticationProtocol(true);
    try {
      await this.#connection.authenticate();
    } catch (error) {
      // kafkajs wraps whatever went wrong as a failed authentication, a lost connection too. A broker that refuses answers before it closes.
      if (!this.#connection.isConnected()) throw new KafkaConnectionError(this.address, 'The connection was lost while authenticating', { cause: error });
      throw new KafkaAuthenticationError(this.address, { cause: error });
    }
  }

  async #send<T extends Throttled>(call: ApiCall<T>): Promise<T> {
    try {
      return await this.#connection.send(this.#protocol(call));
    } catch (error) {
      this.close();
      if (error instanceof KafkaError) throw error;
      throw new KafkaConnectionError(this.address, `${call.apiName} was not answered`, { cause: error });
    }
  }

  #protocol<T extends Throttled>(call: ApiCall<T>): KafkajsProtocol<T> {
    const { apiKey, apiName, apiVersion, heldMs = 0 } = call;
    return {
      request: {
        apiKey,
        apiName,
        apiVersion,
        encode: async () => {
          const buffer = call.encode();
          return { buf: buffer, buffer, size: () => buffer.length };
        },
      },
      response: {
        decode: async (payload) => {
          const value = this.#decode(call, payload);
          return { value, clientSideThrottleTime: value.throttleMs };
        },
        parse: async ({ value }) => value,
      },
      requestTimeout: this.#options.requestTimeoutMs + heldMs,
      logResponseError: false,
    };
  }

  #decode<T>(call: ApiCall<T>, payload: Buffer): T {
    try {
      return call.decode(payload);
    } catch (error) {
      throw new KafkaMalformedAnswerError(call.apiName, this.address, { cause: error });
    }
  }
}
