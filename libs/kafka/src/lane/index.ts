export * from './lane.js';
export * from './lane-errors.js';
export type * from './lane-options.js';
export * from './lane-processor.js';
