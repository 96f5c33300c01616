import { inspect } from 'node:util';
import { KafkaApiError, KafkaAuthenticationError, KafkaConnectionError } from '@onward/kafka';
import { CliError } from './cli-error.js';
import { ExitCode } from './exit-code.js';

/** An error as the command line tells it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** One sentence that says what to do, for anything a command can end with. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof CliError) return { code: error.code, message: error.message, exitCode: error.exitCode };
  if (error instanceof KafkaAuthenticationError) {
    return failed(error.code, 'The broker does not take this principal\'s password. Start the stack again with `npm start`, or correct ONWARD_SASL_USERNAME and ONWARD_SASL_PASSWORD.');
  }
  if (error instanceof KafkaConnectionError) {
    return failed(error.code, `No Kafka broker answers at ${error.broker}. Start the stack with \`npm start\`, or correct ONWARD_BROKERS.`);
  }
  if (error instanceof KafkaApiError) return failed(error.code, apiSentence(error));
  const code = (error as { code?: unknown } | null)?.code;
  return failed(typeof code === 'string' ? code : 'UNEXPECTED', error instanceof Error ? error.message : String(error));
}

/** The whole error with its causes, for `--debug`. */
export function debugReport(error: unknown): string {
  return inspect(error, { depth: 8, colors: false });
}

function failed(code: string, message: string): ErrorReport {
  return { code, message, exitCode: ExitCode.error };
}

function apiSentence(error: KafkaApiError): string {
  if (error.brokerCodeName.endsWith('_AUTHORIZATION_FAILED')) {
    return `This principal has no right to do that with ${error.subject}. Use a principal that has it, or grant it with \`onward topology apply\`.`;
  }
  if (error.brokerCodeName === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return `There is no ${error.subject} that this principal may see. Make the topics and rights with \`onward topology apply\`.`;
  }
  return error.message;
}
