export * from './state-store.js';
export * from './partition-store.js';
export * from './errors.js';
