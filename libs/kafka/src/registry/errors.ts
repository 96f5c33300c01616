/** Why a value can never be read, whatever is tried again: it belongs in quarantine (R14). */
export type UndecodableCode =
  | 'VALUE_MISSING'
  | 'NOT_REGISTRY_FRAMED'
  | 'UNKNOWN_SCHEMA_ID'
  | 'NOT_AVRO_SCHEMA'
  | 'UNEXPECTED_TYPE'
  | 'INCOMPATIBLE_SCHEMA'
  | 'NOT_THIS_AVRO';

/** A record's value cannot be read, and waiting will not change that. */
export class UndecodableValue extends Error {
  constructor(
    readonly code: UndecodableCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The registry did not give a definite answer. Pause what needs it and ask again; nothing is lost by waiting (R14). */
export class RegistryUnavailable extends Error {
  readonly code = 'REGISTRY_UNAVAILABLE';
}

/** The registry refuses a schema: it would break readers or writers of the subject. */
export class SchemaRefused extends Error {
  readonly code = 'SCHEMA_REFUSED';
}
