export * from './fetch-decode.js';
export * from './offset-lookup.js';
export type * from './record.js';
export * from './topic-reader.js';
export type { PartitionOpening } from './group-reader.js';
export { GroupFailedError, PartitionStoppedError, type PartitionStopReason } from './group-error.js';
export { decodeOffsetMetadata, encodeOffsetMetadata, type OffsetMetadata } from './offset-metadata.js';
