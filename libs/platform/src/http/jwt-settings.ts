import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The key that bearer tokens are checked with, and the algorithms that key may be used for: a token never picks its own. */
export interface JwtSettings {
  readonly key: KeyObject | Uint8Array;
  readonly algorithms: readonly string[];
}

/** HS256 needs a key as long as its hash (RFC 7518, section 3.2). */
const SECRET_BYTES_MIN = 32;

/** Settings of a shared secret in a file, without the line end an editor leaves; undefined if it cannot be read or is too short. */
export function secretSettings(path: string): JwtSettings | undefined {
  const content = read(path);
  if (content === undefined) return undefined;
  const key = Buffer.from(content.toString('utf8').trimEnd(), 'utf8');
  return key.length < SECRET_BYTES_MIN ? undefined : { key, algorithms: ['HS256'] };
}

/** Settings of a PEM public key; undefined if it cannot be read or is of a kind that JOSE has no signature for. */
export function publicKeySettings(path: string): JwtSettings | undefined {
  const content = read(path);
  // createPublicKey derives a public key from a private one: a service that was given a private key by mistake must not start.
  if (content === undefined || content.includes('PRIVATE KEY')) return undefined;
  try {
    const key = createPublicKey(content);
    const algorithms = algorithmsOf(key);
    return algorithms === undefined ? undefined : { key, algorithms };
  } catch {
    return undefined;
  }
}

function algorithmsOf(key: KeyObject): readonly string[] | undefined {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    case 'ec': {
      const algorithm = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }[key.asymmetricKeyDetails?.namedCurve ?? ''];
      return algorithm === undefined ? undefined : [algorithm];
    }
    default:
      return undefined;
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
