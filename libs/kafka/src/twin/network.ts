import type { ApiCall } from '../protocol/api-call.js';
import type { VirtualProcess } from './virtual-process.js';

/** A request that a process is about to send. */
export interface TwinRequest {
  /** Counts all requests to the twin. */
  readonly number: number;
  readonly process: VirtualProcess;
  readonly nodeId: number;
  /** The protocol's name: `Produce`, `EndTxn`, `Heartbeat`, … */
  readonly api: string;
  readonly call: ApiCall<unknown>;
}

/**
 * What becomes of a request that is not simply answered:
 * - `request-lost`: the connection breaks; the broker never sees it.
 * - `answer-lost`: the broker does it; the connection breaks before the answer.
 * - `late`: the connection breaks at once, and the broker does it when it arrives: after the client has sent it again, maybe.
 * - `request-silent`, `answer-silent`: as the first two, but nothing tells the client; its own time limit ends the connection.
 */
export type Fault = 'request-lost' | 'answer-lost' | 'late' | 'request-silent' | 'answer-silent';

export interface Delivery {
  /** How long the request is under way, milliseconds. Default 0: it is done inside the call that sends it. */
  readonly requestMs?: number;
  /** How long the answer is under way, milliseconds. Default 0. */
  readonly answerMs?: number;
  readonly fault?: Fault;
  /** The broker answers with this error code and does nothing. */
  readonly errorCode?: number;
}

/**
 * What lies between the processes and the brokers: every delay and every fault of a simulation is decided here. What one connection
 * carries stays in order, whatever the delays.
 */
export interface Network {
  deliver(request: TwinRequest): Delivery;
  /** How long a transaction's marker is under way to one of its partitions, milliseconds. Default 0. */
  markerMs?(transactionalId: string, topic: string, partition: number): number;
  /** The broker has answered, whether the answer arrives or not. */
  answered?(request: TwinRequest, answer: unknown): void;
}

/** Delivers everything, in no time. */
export const perfectNetwork: Network = { deliver: () => ({}) };
