// Generated from schemas/ by `npm run generate`. Not edited by hand.
export * from './audit.js';
export * from './common.js';
export * from './contracts.js';
export * from './customers.js';
export * from './fulfillment.js';
export * from './orders.js';
export * from './payment.js';
