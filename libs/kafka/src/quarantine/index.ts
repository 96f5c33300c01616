export * from './quarantine-record.js';
