import { z } from 'zod';
import { publicKeySettings, secretSettings, type JwtSettings } from '../http/jwt-settings.js';
import { text } from './variables.js';

/** `ONWARD_HTTP_HOST` (default: loopback only) and `ONWARD_HTTP_PORT` (default 0: any free port). */
export const httpConfig = z
  .object({
    ONWARD_HTTP_HOST: text('the address to listen on, as in 127.0.0.1', (value) => !/[\s/]/.test(value)).default('127.0.0.1'),
    ONWARD_HTTP_PORT: text('a port number from 0 to 65535 (0: any free port)', (value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535).default('0'),
  })
  .transform((env) => ({ host: env.ONWARD_HTTP_HOST, port: Number(env.ONWARD_HTTP_PORT) }));

const SECRET_FILE = 'a readable file with at least 32 bytes of shared secret for HS256 tokens (or set ONWARD_JWT_PUBLIC_KEY_FILE instead)';
const PUBLIC_KEY_FILE = 'a readable PEM file with an RSA, EC or Ed25519 public key (and ONWARD_JWT_SECRET_FILE not set)';

/** `ONWARD_JWT_SECRET_FILE` or `ONWARD_JWT_PUBLIC_KEY_FILE`, exactly one: what bearer tokens are checked with. The file is read once, here. */
export const jwtConfig = z
  .object({ ONWARD_JWT_SECRET_FILE: z.string().optional(), ONWARD_JWT_PUBLIC_KEY_FILE: z.string().optional() })
  .transform((env, context): JwtSettings => {
    const { ONWARD_JWT_SECRET_FILE: secretFile, ONWARD_JWT_PUBLIC_KEY_FILE: publicKeyFile } = env;
    const problem = (variable: string, message: string): never => {
      context.addIssue({ code: 'custom', path: [variable], message });
      return z.NEVER;
    };
    if (secretFile !== undefined && publicKeyFile !== undefined) return problem('ONWARD_JWT_PUBLIC_KEY_FILE', PUBLIC_KEY_FILE);
    if (publicKeyFile !== undefined) return publicKeySettings(publicKeyFile) ?? problem('ONWARD_JWT_PUBLIC_KEY_FILE', PUBLIC_KEY_FILE);
    if (secretFile === undefined) return problem('ONWARD_JWT_SECRET_FILE', SECRET_FILE);
    return secretSettings(secretFile) ?? problem('ONWARD_JWT_SECRET_FILE', SECRET_FILE);
  });
