export * from './outbound-record.js';
export * from './partition-for.js';
export * from './producer-errors.js';
export * from './record-producer.js';
export * from './transactional-producer.js';
