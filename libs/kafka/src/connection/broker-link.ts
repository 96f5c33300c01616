import type { ApiCall, Throttled } from '../protocol/api-call.js';
import type { ApiVersionsAnswer } from '../protocol/api-versions.js';

export interface BrokerLinkOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly tls: Record<string, unknown> | null;
  readonly sasl: { mechanism: string; username: string; password: string } | null;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** One connection to one broker. This is the seam: everything above it runs unchanged on the in-memory twin of a broker. */
export interface BrokerLink {
  /** Resolves when authenticated, with what the broker can do. */
  readonly opened: Promise<ApiVersionsAnswer>;
  /** False once it was lost or closed, or its SASL session is about to end: a new one is needed. */
  readonly usable: boolean;
  /**
   * Sends a request and reads its answer. Requests are sent in the order of the calls, and handled one by one.
   *
   * @throws KafkaConnectionError when there is no answer; the broker may have done what it was asked.
   * @throws KafkaMalformedAnswerError
   */
  send<T extends Throttled>(call: ApiCall<T>): Promise<T>;
  /** Closes it when the requests under way are answered; no more may be sent. */
  retire(): void;
  /** Closes it at once; requests without an answer fail. */
  close(): void;
}

/** Begins to connect. */
export type OpenBrokerLink = (options: BrokerLinkOptions) => BrokerLink;
