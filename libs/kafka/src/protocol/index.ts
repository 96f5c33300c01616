export * from './error-codes.js';
export type { IsolationLevel } from './list-offsets.js';
export type { GroupMembership } from './txn-offset-commit.js';
