/**
 * The only place that reaches into kafkajs 2.2.4, which is CommonJS and has no types for its insides: its connection, which
 * frames requests, keeps their time limits and authenticates with SASL. The types below are of what is used and no more.
 */
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

export interface KafkajsRequestQueue {
  readonly pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  scheduleCheckPendingRequests(): void;
  checkPendingRequests(): void;
  push(request: { entry: { reject(error: Error): void } }): void;
  rejectAll(error: Error): void;
  destroy(): void;
}

export interface KafkajsProtocol<T> {
  request: { apiKey: number; apiName: string; apiVersion: number; encode(): Promise<{ buf: Buffer; buffer: Buffer; size(): number }> };
  response: { decode(payload: Buffer): Promise<{ value: T; clientSideThrottleTime: number }>; parse(decoded: { value: T }): Promise<T> };
  requestTimeout?: number;
  logResponseError: false;
}

export interface KafkajsConnection {
  readonly socket?: Socket;
  readonly requestQueue: KafkajsRequestQueue;
  connect(): Promise<true>;
  isConnected(): boolean;
  isAuthenticated(): boolean;
  setVersions(versions: Record<number, { minVersion: number; maxVersion: number }>): void;
  setSupportAuthenticationProtocol(supported: boolean): void;
  authenticate(): Promise<void>;
  send<T>(protocol: KafkajsProtocol<T>): Promise<T>;
}

export interface KafkajsSocketOptions {
  host: string;
  port: number;
  ssl: Record<string, unknown> | null;
  onConnect: () => void;
}

export interface KafkajsConnectionOptions {
  host: string;
  port: number;
  clientId: string;
  ssl: Record<string, unknown> | null;
  sasl: { mechanism: string; username: string; password: string } | null;
  logger: unknown;
  socketFactory: (options: KafkajsSocketOptions) => Socket;
  connectionTimeout: number;
  requestTimeout: number;
  enforceRequestTimeout: true;
}

const require = createRequire(import.meta.url);

/** kafkajs's connection to one broker: one socket. */
export const Connection = require('kafkajs/src/network/connection.js') as new (options: KafkajsConnectionOptions) => KafkajsConnection;

/** The class of every connection's queue of requests. */
export const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as { readonly prototype: KafkajsRequestQueue };

const defaultSocketFactory = (
  require('kafkajs/src/network/socketFactory.js') as () => (options: KafkajsSocketOptions) => Socket
)();

/** kafkajs leaves Nagle's algorithm on, which holds small requests back for up to 40 ms. */
export const noDelaySocketFactory = (options: KafkajsSocketOptions): Socket => defaultSocketFactory(options).setNoDelay(true);

const ignore = (): void => {};
/** kafkajs logs every error that it also throws: its log is dropped. */
export const silentLogger = { info: ignore, error: ignore, warn: ignore, debug: ignore, namespace: (): unknown => silentLogger };
