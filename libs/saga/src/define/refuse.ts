import { SagaDefinitionError, type SagaDefinitionCode } from '../errors.js';

/** Throws a {@link SagaDefinitionError}. */
export function refuse(code: SagaDefinitionCode, message: string): never {
  throw new SagaDefinitionError(code, message);
}

/** A node as the sentences of errors name it: `Step "reserve"`. */
export function ownerOf(kind: string, path: string): string {
  const word = kind === 'child' ? 'Child saga' : `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  return `${word} "${path}"`;
}
