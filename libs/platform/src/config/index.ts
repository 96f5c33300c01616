/** The configuration sections without the rest of the platform, for tools that start no server. */
export * from './configuration-error.js';
export * from './group-config.js';
export * from './http-config.js';
export * from './kafka-config.js';
export * from './load-config.js';
export * from './service-config.js';
export * from './store-config.js';
