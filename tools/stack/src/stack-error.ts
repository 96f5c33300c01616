/** Why the local stack could not do what was asked: stable, for programs. */
export type StackErrorCode =
  | 'STACK_NO_JAVA'
  | 'STACK_JAVA_TOO_OLD'
  | 'STACK_NO_MAVEN'
  | 'STACK_DOWNLOAD_FAILED'
  | 'STACK_DISK_FULL'
  | 'STACK_PORT_IN_USE'
  | 'STACK_ALREADY_RUNNING'
  | 'STACK_DATA_WITHOUT_SECRETS'
  | 'STACK_PLATFORM_UNSUPPORTED'
  | 'STACK_NOT_BUILT'
  | 'STACK_PROCESS_FAILED'
  | 'STACK_BAD_ARGUMENT';

/** A failure of the local stack whose message is one sentence that says what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';

  constructor(
    readonly code: StackErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
