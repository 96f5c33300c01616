import { accessSync, constants } from 'node:fs';
import { z } from 'zod';

/** A variable of text; `expected` continues "it must be" when it is missing or does not pass `check`. */
export function text(expected: string, check: (value: string) => boolean = () => true) {
  return z.string({ error: expected }).refine(check, { error: expected });
}

/** A variable that takes one of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** A variable that names a file this process can read. */
export function readableFile(what: string) {
  return text(`the path of ${what} that this process can read`, (path) => {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A variable of comma-separated parts, spaces around them ignored, at least one. */
export function commaList(expected: string, check: (part: string) => boolean = () => true) {
  return z
    .string({ error: expected })
    .transform((value) => value.split(',').map((part) => part.trim()).filter((part) => part !== ''))
    .refine((parts) => parts.length > 0 && parts.every(check), { error: expected });
}

/** Whether a text is a URL of one of the given protocols (written with their colon). */
export function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

/**
 * A rule over several variables, reported at `variable`. It is judged even when other variables are at fault,
 * so that one start names everything.
 */
export function rule<Env>(variable: string, expected: string, holds: (env: Partial<Env>) => boolean) {
  return z.refine<Env>((env) => holds(env as Partial<Env>), { path: [variable], error: expected, when: () => true });
}
