import { Inject, Injectable, SetMetadata, createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HttpProblem } from './http-problem.js';
import { mayAct, type Role } from './roles.js';
import type { Caller, TokenVerifier } from './token.js';

const ACCESS = 'onward:access';
type Access = 'public' | readonly Role[];

/** Opens a route (or all routes of a controller) to bearers of any one of these roles. */
export const Roles = (...roles: [Role, ...Role[]]) => SetMetadata(ACCESS, roles satisfies Access);

/** Opens a route to everybody, without a token. What it answers must tell nothing. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

/** Injects the {@link Caller} of a request into a handler's parameter. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => callerOf(context));

/** Injection token of the {@link TokenVerifier}. */
export const TOKEN_VERIFIER = Symbol('TOKEN_VERIFIER');

interface RequestWithCaller {
  headers: Record<string, string | string[] | undefined>;
  caller?: Caller;
}

/**
 * Closes HTTP by default: a route without `@Roles` or `@Public` is refused to everybody.
 * Handlers of messages that come over Kafka are none of its business: the broker's access list guards those.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TOKEN_VERIFIER) private readonly verify: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<RequestWithCaller>();
    const caller = await this.verify(bearerToken(request.headers['authorization']));
    if (access === undefined || !mayAct(caller.roles, access)) {
      throw new HttpProblem(403, 'AUTH_ROLE_MISSING', access === undefined ? 'Nobody may do this.' : `This needs the role ${access.join(' or ')}.`);
    }
    request.caller = caller;
    return true;
  }
}

function callerOf(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<RequestWithCaller>();
  if (caller === undefined) throw new Error('@CurrentCaller() on a @Public() route: there is no caller to inject.');
  return caller;
}

/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1; the scheme's case does not matter). */
function bearerToken(header: string | string[] | undefined): string {
  const token = typeof header === 'string' ? /^bearer +([\w\-.~+/]+=*)$/i.exec(header)?.[1] : undefined;
  if (token === undefined) {
    throw new HttpProblem(401, 'AUTH_TOKEN_MISSING', 'Send a token in the header "Authorization: Bearer <token>".');
  }
  return token;
}
