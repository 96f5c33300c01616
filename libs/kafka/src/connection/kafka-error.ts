import { errorName } from '../protocol/error-codes.js';

interface KafkaErrorOptions {
  cause?: unknown;
}

/** What every error of this package is: a stable `code`, a sentence that says what to do, and the cause. */
export class KafkaError extends Error {
  /** Stable name of the kind of error. */
  readonly code: string;

  constructor(code: string, message: string, options: KafkaErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No answer: the connection could not be made, was lost, or the broker did not answer in time. What was sent may have been done. */
export class KafkaConnectionError extends KafkaError {
  constructor(
    readonly broker: string,
    what: string,
    options: KafkaErrorOptions = {},
  ) {
    const reason = options.cause instanceof Error ? `: ${options.cause.message}` : '';
    super('KAFKA_CONNECTION', `${what} (broker ${broker})${reason}. If it stays so, check the broker and the network.`, options);
  }
}

/** The broker refused the credentials. */
export class KafkaAuthenticationError extends KafkaError {
  constructor(broker: string, options: KafkaErrorOptions = {}) {
    super('KAFKA_AUTHENTICATION', `Broker ${broker} refused the credentials. Check the SASL mechanism, user name and password.`, options);
  }
}

/** The broker answered with an error code. */
export class KafkaApiError extends KafkaError {
  constructor(
    /** Name of the request. */
    readonly api: string,
    readonly brokerCode: number,
    /** What it was asked for: a topic and partition, a group, a transactional id. */
    readonly subject: string,
    detail: string | null = null,
    options: KafkaErrorOptions = {},
  ) {
    super(
      'KAFKA_API',
      `${api} for ${subject} was answered with ${errorName(brokerCode)} (${brokerCode})${detail === null || detail === '' ? '' : `: ${detail}`}.`,
      options,
    );
  }

  /** The protocol's name of the error code. */
  get brokerCodeName(): string {
    return errorName(this.brokerCode);
  }
}

/** The broker's answer could not be read. */
export class KafkaMalformedAnswerError extends KafkaError {
  constructor(api: string, broker: string, options: KafkaErrorOptions = {}) {
    super('KAFKA_MALFORMED_ANSWER', `The answer of broker ${broker} to ${api} could not be read. Check that it is a Kafka broker.`, options);
  }
}

/** The brokers lack something that this package needs. */
export class KafkaUnsupportedError extends KafkaError {
  constructor(message: string) {
    super('KAFKA_UNSUPPORTED_BROKER', message);
  }
}

/** The cluster object was disconnected by its owner. */
export class KafkaClosedError extends KafkaError {
  constructor() {
    super('KAFKA_CLOSED', 'The connection to Kafka was closed by its owner. Connect again to go on.');
  }
}
