/**
 * A refusal that a client of the HTTP interface is meant to see.
 * Answered as `{"error": {"code", "message"}}` with the status; any other error is answered as 500 without its message.
 */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HttpProblem';
  }
}
