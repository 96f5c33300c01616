/** Another owner has claimed this partition's store: what this one still wants to write is stale (R7). */
export class StoreFenced extends Error {
  readonly code = 'STORE_FENCED';
  constructor(readonly partition: number) {
    super(`The local store of partition ${partition} was claimed by a later owner; nothing was written. The lane gives the partition up and restores it if it gets it again.`);
  }
}
