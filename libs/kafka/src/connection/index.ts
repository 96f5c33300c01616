export * from './kafka-cluster.js';
export * from './kafka-error.js';
export type * from './kafka-options.js';
