import { SagaDefinitionError } from '../errors.js';

/** What a definition was refused with, as `CODE: sentence`; `nothing` when it was not. */
export function refusal(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    if (error instanceof SagaDefinitionError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}
