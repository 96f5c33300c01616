import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';

/** What can be written for a team. */
export type Kind = 'saga' | 'participant';

/** A name in the forms that files and code need. */
export interface Name {
  /** `open-membership` */
  readonly kebab: string;
  /** `openMembership` */
  readonly camel: string;
  /** `OpenMembership` */
  readonly pascal: string;
  /** `openmembership`: the last part of its records' namespace. */
  readonly flat: string;
}

const FORM = {
  saga: { pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, example: 'open-membership', say: 'lower-case words joined by hyphens' },
  participant: { pattern: /^[a-z][a-z0-9]*$/, example: 'loyalty', say: 'one lower-case word: it names topics, a principal and a database' },
} as const;
const LENGTH_MAX = 40;

/** Words of the language, and what the written files import: a constant of that name would not compile. */
const WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof ' +
    'interface let new null package private protected public return static super switch this throw true try typeof var void while with yield undefined ' +
    'saga payment customers command retry test book done rejected sql'
  ).split(' '),
);

/**
 * Checks a name and gives its forms.
 * @param taken - services that the suite already has
 * @throws CliError (exit status 2) `NAME_INVALID`, `NAME_TAKEN`
 */
export function parseName(kind: Kind, text: string, taken: ReadonlySet<string>): Name {
  const { pattern, example, say } = FORM[kind];
  if (!pattern.test(text) || text.length > LENGTH_MAX) {
    throw new CliError('NAME_INVALID', `"${text}" cannot name a ${kind}: write ${say}, at most ${LENGTH_MAX} characters, as "${example}".`, ExitCode.invalid);
  }
  if (kind === 'participant' && taken.has(text)) {
    throw new CliError('NAME_TAKEN', `"${text}" is one of the suite's own principals (${[...taken].sort().join(', ')}): choose another name.`, ExitCode.invalid);
  }
  const words = text.split('-').map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
  const pascal = words.join('');
  const camel = `${pascal[0]?.toLowerCase()}${pascal.slice(1)}`;
  if (WORDS.has(camel)) throw new CliError('NAME_INVALID', `"${text}" is a word that the code needs for something else: choose another name, as "${example}".`, ExitCode.invalid);
  return { kebab: text, camel, pascal, flat: text.replaceAll('-', '') };
}
