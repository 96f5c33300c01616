// Generated from schemas/ by `npm run generate`. Not edited by hand.
export * from './bench.js';
export * from './contracts.js';
