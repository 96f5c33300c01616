/** What went wrong with a topology: stable, for programs. */
export type TopologyErrorCode =
  | 'TOPOLOGY_FILE_UNREADABLE'
  | 'TOPOLOGY_INVALID'
  | 'TOPOLOGY_UNKNOWN_SERVICE'
  | 'TOPOLOGY_TOPIC_MISSING'
  | 'TOPOLOGY_PARTITION_COUNT'
  | 'TOPOLOGY_ACLS_NOT_SEEN';

/** A topology that cannot be read, or that the broker's topics contradict. The message says what to do. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';

  constructor(
    readonly code: TopologyErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
