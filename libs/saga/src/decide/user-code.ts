import type { AnyRecord, TypedValue } from '../contract.js';
import { thrownMessage } from '../failure.js';
import type { Recorded } from '../plan.js';
import type { OpenSaga } from '../state.js';

/** What a user function gave: a value of its record, or why there is none. */
export type UserResult = { readonly value: TypedValue } | { readonly code: UserCode; readonly message: string };

/** Codes of failures of user functions: it threw, or its value is none of its record. */
export type UserCode = 'USER_CODE_THREW' | 'USER_VALUE_INVALID';

/** Runs a function of the plan's author; whatever it does, a result comes back. */
export function runUserCode(type: AnyRecord, code: () => unknown): UserResult {
  try {
    const value = code();
    const wrong = type.check?.(value);
    if (wrong !== undefined) {
      return { code: 'USER_VALUE_INVALID', message: `What was returned is no ${type.name}: ${wrong}` };
    }
    return { value: { type: type.name, value } };
  } catch (thrown) {
    return { code: 'USER_CODE_THREW', message: thrownMessage(thrown) };
  }
}

/** What the functions of a plan see of a saga. */
export function recordedOf(saga: OpenSaga): Recorded {
  return { sagaId: saga.sagaId, ...saga.data };
}
