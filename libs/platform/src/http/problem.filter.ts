import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from 'pino';
import { HttpProblem } from './http-problem.js';

/** The part of an Express response that an error needs. */
interface ErrorResponse {
  readonly headersSent: boolean;
  destroy(): void;
  setHeader(name: string, value: string): void;
  status(status: number): { json(body: unknown): void };
}

/** Answers every error as `{"error": {"code", "message"}}` and keeps what went wrong inside out of the answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    if (problem.status >= 500) this.logger.error({ err: error, code: problem.code }, 'a request failed');
    const response = host.switchToHttp().getResponse<ErrorResponse>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // RFC 6750, section 3: a 401 names the scheme to come back with.
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="onward"');
    response.status(problem.status).json({ error: { code: problem.code, message: problem.message } });
  }
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusOfParserError(error);
  switch (status) {
    case 404:
      return new HttpProblem(404, 'HTTP_NOT_FOUND', 'There is nothing at this address.');
    case 413:
      return new HttpProblem(413, 'HTTP_BODY_TOO_LARGE', 'The body is larger than this service takes.');
    case undefined:
      return new HttpProblem(500, 'HTTP_INTERNAL', 'The service failed to answer; its log says why.');
    default:
      return status < 500
        ? new HttpProblem(status, 'HTTP_BAD_REQUEST', error instanceof HttpException ? error.message : 'The request cannot be read.')
        : new HttpProblem(status, 'HTTP_INTERNAL', 'The service failed to answer; its log says why.');
  }
}

/** Body parsers throw plain errors with a `status`. */
function statusOfParserError(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
