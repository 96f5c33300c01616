export * from './lane.js';
export * from './lane-errors.js';
export * from './lane-processor.js';
