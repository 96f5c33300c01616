import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { AvroSchema, RecordType } from '@onward/contracts';
import avro from 'avsc';
import { RegistryUnavailable, SchemaRefused, UndecodableValue } from './errors.js';
import { frame } from './wire-format.js';

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

export interface RegistryOptions {
  /** Confluent-compatible base, as `http://127.0.0.1:8081/apis/ccompat/v7`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** For one HTTP request. Default 5000. */
  readonly timeoutMs?: number;
}

/** Subject of a record on a topic: topic and record name, so that one topic carries many records (TopicRecordNameStrategy). */
export function subjectOf(topic: string, recordName: string): string {
  return `${topic}-${recordName}`;
}

const REQUEST_TIMEOUT_MS = 5_000;
const SCHEMA_NOT_FOUND = 40403;
/** Name of the client's error for what it got and cannot make a schema of. */
const UNREADABLE_SCHEMA = 'ConfluentSchemaRegistryArgumentError';
/** An id is written before a record that bears it can be read, so "no such id" cannot turn right soon; asked again after this. */
const UNKNOWN_ID_TTL_MS = 30_000;
/** The client keeps one set of retry options for the whole process (a shared default it assigns into): never vary it. */
const RETRY = { retries: 3, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 };

/**
 * Schemas by id and ids by schema, over `@kafkajs/confluent-schema-registry`.
 * What was found once is kept for the life of the process: a running service does not need the registry for schemas it has met.
 */
export class AvroRegistry {
  readonly #client: SchemaRegistry;
  readonly #options: RegistryOptions;
  readonly #types = new Map<number, avro.Type | UndecodableValue>();
  readonly #unknownSince = new Map<number, number>();
  readonly #ids = new Map<string, Promise<number>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#client = new SchemaRegistry({
      host: options.url,
      retry: RETRY,
      middlewares: [timeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS)],
      ...(options.username !== undefined ? { auth: { username: options.username, password: options.password ?? '' } } : {}),
    });
  }

  /**
   * Registers a record's schema for a topic, once a process, and returns its id. A new subject is set to FULL_TRANSITIVE.
   * @throws SchemaRefused when the subject's compatibility forbids it; RegistryUnavailable when there is no answer.
   */
  register(topic: string, type: { readonly name: string; readonly schema: AvroSchema }): Promise<number> {
    const subject = subjectOf(topic, type.name);
    const known = this.#ids.get(subject);
    if (known) return known;
    const asked = this.#register(subject, type.schema);
    this.#ids.set(subject, asked);
    asked.catch(() => this.#ids.delete(subject));
    return asked;
  }

  async #register(subject: string, schema: AvroSchema): Promise<number> {
    try {
      const { id } = await this.#client.register({ type: SchemaType.AVRO, schema: JSON.stringify(schema) }, { subject, compatibility: COMPATIBILITY.FULL_TRANSITIVE });
      return id;
    } catch (cause) {
      if (statusOf(cause) === 409 || statusOf(cause) === 422) {
        throw new SchemaRefused(`The registry refuses the schema of ${subject}: ${messageOf(cause)}. A schema may only change in ways that old and new readers both understand (FULL_TRANSITIVE): add fields with defaults, or make a new record.`, { cause });
      }
      if (cause instanceof Error && cause.name === 'ConfluentSchemaRegistryCompatibilityError') {
        throw new SchemaRefused(`The subject ${subject} exists with another compatibility than FULL_TRANSITIVE: ${messageOf(cause)}. Set it to FULL_TRANSITIVE in the registry.`, { cause });
      }
      throw this.#unavailable(cause);
    }
  }

  /** A function that writes a record's values for a topic in the wire format. Registers the schema first. */
  async encoder<T>(topic: string, type: RecordType<T>): Promise<(value: T) => Buffer> {
    const id = await this.register(topic, type);
    return (value) => frame(id, type.encode(value));
  }

  /**
   * The writer's schema of an id, or `undefined` when the registry definitely has none.
   * @throws UndecodableValue `NOT_AVRO_SCHEMA` when what it has under this id is of another kind, or cannot be read as Avro;
   * RegistryUnavailable on anything that is not a definite answer.
   */
  async writerType(id: number): Promise<avro.Type | undefined> {
    const known = this.#types.get(id) ?? (await this.#ask(id));
    if (known instanceof UndecodableValue) throw known;
    return known;
  }

  async #ask(id: number): Promise<avro.Type | UndecodableValue | undefined> {
    if (id <= 0 || this.#isUnknown(id)) return undefined; // registries count from 1
    const found = await this.#client.getSchema(id).catch((cause: unknown) => this.#judge(id, cause));
    if (found === undefined) {
      this.#unknownSince.set(id, performance.now());
      return undefined;
    }
    const type = found instanceof UndecodableValue ? found : ownType(id, found);
    this.#types.set(id, type);
    return type;
  }

  /** The client hides the registry's answer behind a message, and any proxy can say 404 or 200: ask for the answer itself. */
  async #judge(id: number, cause: unknown): Promise<UndecodableValue | undefined> {
    const unreadable = cause instanceof Error && cause.name === UNREADABLE_SCHEMA;
    if (unreadable || statusOf(cause) === 404) {
      const { status, body } = await this.#answerFor(id);
      if (status === 404 && body?.error_code === SCHEMA_NOT_FOUND) return undefined;
      if (unreadable && status === 200 && typeof body?.schema === 'string') return notAvro(id, cause);
    }
    throw this.#unavailable(cause);
  }

  #isUnknown(id: number): boolean {
    const since = this.#unknownSince.get(id);
    if (since === undefined) return false;
    if (performance.now() - since < UNKNOWN_ID_TTL_MS) return true;
    this.#unknownSince.delete(id);
    return false;
  }

  async #answerFor(id: number): Promise<{ status?: number; body?: { error_code?: number; schema?: unknown } | null }> {
    const { url, username, password, timeoutMs = REQUEST_TIMEOUT_MS } = this.#options;
    const headers = username === undefined ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
    try {
      const response = await fetch(`${url}/schemas/ids/${id}`, { headers, signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.status, body: (await response.json()) as { error_code?: number; schema?: unknown } | null };
    } catch {
      return {};
    }
  }

  #unavailable(cause: unknown): RegistryUnavailable {
    return new RegistryUnavailable(`The schema registry at ${this.#options.url} gave no definite answer: ${messageOf(cause)}. Check that it runs and that ONWARD_REGISTRY_URL is right.`, { cause });
  }
}

/** The client makes types with its own copy of avsc, and gives something else for JSON and Protobuf schemas. */
function ownType(id: number, found: unknown): avro.Type | UndecodableValue {
  try {
    return avro.Type.forSchema(JSON.parse(JSON.stringify((found as avro.Type).schema({ exportAttrs: true }))) as avro.Schema);
  } catch (cause) {
    return notAvro(id, cause);
  }
}

function notAvro(id: number, cause: unknown): UndecodableValue {
  return new UndecodableValue('NOT_AVRO_SCHEMA', `Schema ${id} is not an Avro schema that can be read: ${messageOf(cause)}. Write the value with an Avro schema.`, { cause });
}

function timeout(timeoutMs: number): Middleware {
  return () => ({ prepareRequest: async (next) => (await next()).enhance({ timeout: timeoutMs }) });
}

function statusOf(error: unknown): number | undefined {
  return (error as { status?: number } | undefined)?.status;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
