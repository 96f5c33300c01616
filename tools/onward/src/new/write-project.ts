import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { CHECKOUT, CODE_GENERATOR, templateDir } from './checkout.js';
import type { Kind, Name } from './names.js';

/** How a template, which compiles where it stands, refers to the checkout. */
const CHECKOUT_FROM_TEMPLATE = '../../../..';
/** Not copied: made in the new project, from its schemas. */
const GENERATED = join('src', 'generated');

/**
 * Writes a project into a folder that is empty or not there yet.
 *
 * @returns the files it wrote, relative to the folder
 * @throws CliError (exit status 2) `FOLDER_NOT_EMPTY`, `FOLDER_IN_CHECKOUT`, `FOLDER_UNWRITABLE`
 */
export function writeProject(kind: Kind, name: Name, folder: string): string[] {
  const target = makeEmpty(folder);
  const template = templateDir(kind);
  const fill = filler(kind, name, relative(target, realpathSync(CHECKOUT)));
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|[\\/])(node_modules|dist)([\\/]|$)/.test(file) && !file.startsWith(GENERATED));
  const written = files.map((file) => {
    // npm leaves a file of its real name out of packages.
    const path = fill(file === 'gitignore' ? '.gitignore' : file);
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), fill(readFileSync(join(template, file), 'utf8')));
    return path;
  });
  const generate = [CODE_GENERATOR, '--schemas', join(target, 'schemas'), '--out', join(target, GENERATED), '--import', '@onward/contracts'];
  execFileSync(process.execPath, generate, { stdio: ['ignore', 'ignore', 'inherit'] });
  return [...written, ...readdirSync(join(target, GENERATED)).map((file) => join(GENERATED, file))].sort();
}

function makeEmpty(folder: string): string {
  let target: string;
  try {
    if (isIn(CHECKOUT, folder)) throw inCheckout(folder);
    mkdirSync(folder, { recursive: true });
    target = realpathSync(folder);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('FOLDER_UNWRITABLE', `Cannot make the folder ${folder}: ${(cause as Error).message}`, ExitCode.invalid, { cause });
  }
  if (isIn(realpathSync(CHECKOUT), target)) throw inCheckout(folder);
  if (readdirSync(target).length > 0) throw new CliError('FOLDER_NOT_EMPTY', `${folder} is not empty: name a folder that is, or is not there yet, with --dir.`, ExitCode.invalid);
  return target;
}

function isIn(parent: string, folder: string): boolean {
  return `${folder}${sep}`.startsWith(`${parent}${sep}`);
}

function inCheckout(folder: string): CliError {
  return new CliError('FOLDER_IN_CHECKOUT', `${folder} is inside Onward's own checkout: name a folder beside it with --dir.`, ExitCode.invalid);
}

/** Puts a name, and the way to the checkout, where the template's own stand. */
function filler(kind: Kind, name: Name, checkout: string): (text: string) => string {
  const words: Readonly<Record<string, string>> = {
    [CHECKOUT_FROM_TEMPLATE]: checkout,
    ...(kind === 'saga' ? { 'my-saga': name.kebab, mySaga: name.camel, MySaga: name.pascal, mysaga: name.flat } : { mydesk: name.flat, Mydesk: name.pascal }),
  };
  // In one pass: a chosen name may contain the template's.
  const pattern = new RegExp(Object.keys(words).map((word) => word.replaceAll('.', '\\.')).join('|'), 'g');
  return (text) => text.replace(pattern, (word) => words[word] as string);
}
