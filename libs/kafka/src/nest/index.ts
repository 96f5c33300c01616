export * from './batch-consumer.js';
export * from './kafka-server.js';
export * from './lane-server.js';
