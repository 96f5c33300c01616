/** What a bearer of a token may do. Everything not opened by a role is closed. */
export const ROLES = ['viewer', 'operator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do besides itself: who acts or audits may also look. An operator is no auditor, nor the other way round. */
const IMPLIED: Readonly<Record<Role, readonly Role[]>> = { viewer: [], operator: ['viewer'], auditor: ['viewer'] };

/** Whether a bearer with `held` roles may do what any one of `needed` opens. */
export function mayAct(held: readonly Role[], needed: readonly Role[]): boolean {
  return held.some((role) => needed.includes(role) || IMPLIED[role].some((implied) => needed.includes(implied)));
}

/** Whether a text from a token names a role. */
export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
