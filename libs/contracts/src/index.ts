export * from './record-type.js';
export * from './command-type.js';
export * from './service-contract.js';
export * from './generated/index.js';
