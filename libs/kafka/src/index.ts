export * from './connection/index.js';
export * from './consumer/index.js';
export * from './producer/index.js';
export * from './protocol/index.js';
export * from './registry/index.js';
export * from './topology/index.js';
