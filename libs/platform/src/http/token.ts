import { createSecretKey } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import { HttpProblem } from './http-problem.js';
import type { JwtSettings } from './jwt-settings.js';
import { isRole, type Role } from './roles.js';

/** The `aud` claim of every token that is meant for this suite. */
export const TOKEN_AUDIENCE = 'onward';

/** Who makes a request, by a token that was checked. */
export interface Caller {
  readonly subject: string;
  readonly roles: readonly Role[];
}

/** Checks a bearer token: signature by the configured key, `exp`, `aud`, `sub`; roles are read from its `roles` claim (RFC 7519). */
export type TokenVerifier = (token: string) => Promise<Caller>;

/** @throws HttpProblem (from the verifier) 401 `AUTH_TOKEN_EXPIRED` or `AUTH_TOKEN_INVALID`. */
export function tokenVerifier(settings: JwtSettings): TokenVerifier {
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, settings.key, {
        algorithms: [...settings.algorithms],
        audience: TOKEN_AUDIENCE,
        requiredClaims: ['exp', 'sub'],
      });
      const roles: unknown = payload['roles'];
      return { subject: payload.sub ?? '', roles: Array.isArray(roles) ? roles.filter(isRole) : [] };
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) {
        throw new HttpProblem(401, 'AUTH_TOKEN_EXPIRED', 'The bearer token has expired: get a new one.', { cause });
      }
      throw new HttpProblem(401, 'AUTH_TOKEN_INVALID', 'The bearer token is not valid here: its signature, audience or claims do not fit.', { cause });
    }
  };
}

/** Signs a token with a shared secret, for a development stack: production tokens come from the identity provider of whoever runs the suite. */
export async function signDevelopmentToken(options: { secret: string; subject: string; role: Role; ttlSeconds: number }): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return new SignJWT({ roles: [options.role] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(options.subject)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + options.ttlSeconds)
    .sign(createSecretKey(Buffer.from(options.secret.trimEnd(), 'utf8')));
}
