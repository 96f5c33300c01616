import type { BrokerLink } from '../connection/broker-link.js';
import { KafkaConnectionError } from '../connection/kafka-error.js';
import type { ApiCall, Throttled } from '../protocol/api-call.js';
import { apiVersionsCall, type ApiVersionsAnswer } from '../protocol/api-versions.js';
import type { Delivery, Network, TwinRequest } from './network.js';
import type { VirtualTimer } from './timer-heap.js';
import type { VirtualProcess } from './virtual-process.js';
import type { VirtualTime } from './virtual-time.js';

/** What stands at the other end. */
export interface TwinEndpoint {
  readonly time: VirtualTime;
  readonly network: Network;
  nextRequestNumber(): number;
  /** Does what is asked for, or answers with the error code. A request that is held is answered by a promise. */
  handle(nodeId: number, call: ApiCall<unknown>, errorCode: number | undefined): unknown;
}

export interface TwinConnectionOptions {
  readonly process: VirtualProcess;
  readonly nodeId: number;
  readonly address: string;
  readonly requestTimeoutMs: number;
}

interface Exchange {
  readonly request: TwinRequest;
  readonly delivery: Delivery;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: KafkaConnectionError) => void;
  timeout: VirtualTimer | undefined;
}

/**
 * One connection of one process to one broker of the twin.
 *
 * 1. Requests arrive in the order they were sent, and the broker works off one at a time: what is behind a held one waits.
 * 2. What was sent is done, also when the connection or the process is gone by then.
 * 3. Nothing is answered after the connection has closed; a dead process is never answered at all.
 */
export class TwinConnection implements BrokerLink {
  readonly opened: Promise<ApiVersionsAnswer>;
  readonly #endpoint: TwinEndpoint;
  readonly #options: TwinConnectionOptions;
  readonly #unanswered = new Set<Exchange>();
  /** Arrived at the broker and not begun. */
  readonly #arrived: Exchange[] = [];
  #handling = false;
  #lastArrivalMs = 0;
  #lastAnswerMs = 0;
  /** Nothing gets through any more, in the direction that went silent. */
  #deaf = false;
  #mute = false;
  #closed = false;
  #retired = false;
  #inFlight = 0;

  constructor(endpoint: TwinEndpoint, options: TwinConnectionOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.opened = this.#exchange(apiVersionsCall({ name: 'onward-twin', version: '1' }));
    this.opened.catch(() => this.close());
  }

  get usable(): boolean {
    return !this.#closed;
  }

  async send<T extends Throttled>(call: ApiCall<T>): Promise<T> {
    this.#inFlight++;
    try {
      await this.opened;
      return await this.#exchange(call);
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
    this.#lose('The connection was closed');
  }

  #exchange<T>(call: ApiCall<T>): Promise<T> {
    const { process, nodeId, requestTimeoutMs } = this.#options;
    const { time, network } = this.#endpoint;
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(this.#lost('The connection was closed'));
      if (process.state === 'dead') return;
      const request: TwinRequest = { number: this.#endpoint.nextRequestNumber(), process, nodeId, api: call.apiName, call };
      const delivery = network.deliver(request);
      const exchange: Exchange = { request, delivery, resolve, reject, timeout: undefined };
      this.#unanswered.add(exchange);
      exchange.timeout = time.after(requestTimeoutMs + (call.heldMs ?? 0), () => this.#lose(`${call.apiName} was not answered`), process);
      this.#transmit(exchange);
    });
  }

  #transmit(exchange: Exchange): void {
    const { fault, requestMs = 0 } = exchange.delivery;
    const { time } = this.#endpoint;
    if (fault === 'request-silent') this.#deaf = true;
    if (this.#deaf) return;
    if (fault === 'late') time.after(0, () => this.#lose('The connection broke'), this.#options.process);
    const arrivalMs = Math.max(time.nowMs + requestMs, this.#lastArrivalMs);
    this.#lastArrivalMs = arrivalMs;
    if (arrivalMs <= time.nowMs) this.#arrive(exchange);
    else time.after(arrivalMs - time.nowMs, () => this.#arrive(exchange));
  }

  #arrive(exchange: Exchange): void {
    if (exchange.delivery.fault === 'request-lost') {
      this.#endpoint.time.after(0, () => this.#lose('The connection broke'), this.#options.process);
      return;
    }
    this.#arrived.push(exchange);
    if (!this.#handling) this.#handleNext();
  }

  #handleNext(): void {
    for (let exchange = this.#arrived.shift(); exchange !== undefined; exchange = this.#arrived.shift()) {
      const answer = this.#handle(exchange);
      if (!(answer instanceof Promise)) {
        this.#answer(exchange, answer);
        continue;
      }
      const held = exchange;
      this.#handling = true;
      void answer.then((value: unknown) => {
        this.#handling = false;
        this.#answer(held, value);
        this.#handleNext();
      });
      return;
    }
  }

  #handle({ request, delivery }: Exchange): unknown {
    return this.#endpoint.handle(request.nodeId, request.call, delivery.errorCode);
  }

  #answer(exchange: Exchange, answer: unknown): void {
    const { time, network } = this.#endpoint;
    const { fault, answerMs = 0 } = exchange.delivery;
    network.answered?.(exchange.request, answer);
    if (fault === 'answer-silent') this.#mute = true;
    if (this.#mute || this.#closed) return;
    this.#lastAnswerMs = Math.max(time.nowMs + answerMs, this.#lastAnswerMs);
    const deliver = (): void => {
      if (fault === 'answer-lost') this.#lose('The connection broke');
      else if (this.#unanswered.delete(exchange)) {
        exchange.timeout?.cancel();
        exchange.resolve(answer as never);
      }
    };
    time.after(this.#lastAnswerMs - time.nowMs, deliver, this.#options.process);
  }

  #lose(what: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const exchange of this.#unanswered) {
      exchange.timeout?.cancel();
      exchange.reject(this.#lost(what));
    }
    this.#unanswered.clear();
  }

  #lost(what: string): KafkaConnectionError {
    return new KafkaConnectionError(this.#options.address, what);
  }
}
