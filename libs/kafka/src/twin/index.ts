export type { Delivery, Fault, Network, TwinRequest } from './network.js';
export { perfectNetwork } from './network.js';
export { TwinBroker, type TwinBrokerOptions } from './twin-broker.js';
export type { TwinTopicOptions } from './twin-topics.js';
export { VirtualProcess } from './virtual-process.js';
export { VirtualTime, VirtualTimeError, type RunLimits, type VirtualTimeOptions } from './virtual-time.js';
