import type { AnyRecord, TypedValue } from '../contract.js';
import { failure, thrownMessage, type Failure } from '../failure.js';

/** Codes of failures of user functions: it threw, or what it gave is nothing that was asked for. */
export type UserCode = 'USER_CODE_THREW' | 'USER_VALUE_INVALID';

/** What a user function gave, or why there is nothing. */
export type UserResult<T> = { readonly value: T } | { readonly code: UserCode; readonly message: string };

/**
 * Runs a function of the plan's author; whatever it does, a result comes back.
 *
 * @param wrong - says in a sentence what is wrong with a value
 */
export function runUserCode<T = unknown>(code: () => unknown, wrong: (value: unknown) => string | undefined): UserResult<T> {
  try {
    const value = code();
    const reason = wrong(value);
    return reason === undefined ? { value: value as T } : { code: 'USER_VALUE_INVALID', message: reason };
  } catch (thrown) {
    return { code: 'USER_CODE_THREW', message: thrownMessage(thrown) };
  }
}

/** Runs a function that makes a record's value. */
export function runForRecord(type: AnyRecord, code: () => unknown): UserResult<TypedValue> {
  const made = runUserCode(code, (value) => {
    const wrong = type.check?.(value);
    return wrong === undefined ? undefined : `What was returned is no ${type.name}: ${wrong}`;
  });
  return 'value' in made ? { value: { type: type.name, value: made.value } } : made;
}

/** The failure of a function that gave nothing. */
export function threw({ code, message }: { readonly code: UserCode; readonly message: string }, where: Parameters<typeof failure>[3] = {}): Failure {
  return failure('threw', code, message, where);
}
