/**
 * An in-memory twin of a Kafka cluster, processes that can be killed and paused, and virtual time: for simulations of everything that
 * is built on this package, in one process, milliseconds a run, in the same order each time.
 */
export type { Delivery, Fault, Network, TwinRequest } from './network.js';
export { perfectNetwork } from './network.js';
export { TwinBroker, type TwinBrokerOptions } from './twin-broker.js';
export type { TwinTopicOptions } from './twin-topics.js';
export { VirtualProcess } from './virtual-process.js';
export { VirtualTime, VirtualTimeError, type RunLimits, type VirtualTimeOptions } from './virtual-time.js';
