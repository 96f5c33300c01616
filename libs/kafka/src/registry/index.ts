export * from './errors.js';
export * from './wire-format.js';
export * from './schema-registry.js';
export * from './decoder.js';
export * from './subjects.js';
