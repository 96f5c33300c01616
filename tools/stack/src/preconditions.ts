import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from './stack-error.js';

const run = promisify(execFile);
const JAVA_MAJOR_MIN = 17;
/** Kafka's and PostgreSQL's first files, the registry, and room for a few thousand orders. */
const FREE_BYTES_MIN = 1024 ** 3;

/**
 * Finds a Java that can run the broker and the registry: `JAVA_HOME` first, then the PATH.
 * @returns the `java` command
 * @throws StackError `STACK_NO_JAVA`, `STACK_JAVA_TOO_OLD`
 */
export async function findJava(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const inHome = home === undefined ? undefined : join(home, 'bin', 'java');
  const java = inHome !== undefined && existsSync(inHome) ? inHome : 'java';
  let text: string;
  try {
    text = (await run(java, ['-version'])).stderr;
  } catch (cause) {
    throw new StackError('STACK_NO_JAVA', `Java was not found: install a JDK ${JAVA_MAJOR_MIN} or newer, or set JAVA_HOME to one.`, { cause });
  }
  const version = /version "(?:1\.)?(\d+)/.exec(text)?.[1];
  if (version === undefined || Number(version) < JAVA_MAJOR_MIN) {
    throw new StackError('STACK_JAVA_TOO_OLD', `Java ${version ?? 'of an unknown version'} is too old: install a JDK ${JAVA_MAJOR_MIN} or newer, or set JAVA_HOME to one.`);
  }
  return java;
}

/** @throws StackError `STACK_NO_MAVEN` */
export async function requireMaven(): Promise<void> {
  try {
    await run('mvn', ['--version']);
  } catch (cause) {
    throw new StackError('STACK_NO_MAVEN', 'Maven (mvn) was not found: install Maven 3.8 or newer; it downloads Kafka and the schema registry.', { cause });
  }
}

/** @throws StackError `STACK_DISK_FULL` */
export async function requireDisk(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const { bavail, bsize } = await statfs(dir);
  const freeBytes = bavail * bsize;
  if (freeBytes < FREE_BYTES_MIN) {
    const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 ** 2);
    throw new StackError('STACK_DISK_FULL', `Only ${mebibytes(freeBytes)} MiB are free where ${dir} is, and the stack needs ${mebibytes(FREE_BYTES_MIN)} MiB: free some space, or give another folder with --dir.`);
  }
}
