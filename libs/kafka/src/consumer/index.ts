export * from './fetch-decode.js';
export * from './offset-lookup.js';
export type * from './record.js';
export * from './topic-reader.js';
