// Generated from schemas/ by `npm run generate`. Not edited by hand.
export * from './contracts.js';
export * from './mydesk.js';
