import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { downloadsDir, packageDir } from './layout.js';
import { requireMaven } from './preconditions.js';
import { StackError } from './stack-error.js';

const run = promisify(execFile);

/** The Java parts on disk. */
export interface Downloads {
  /** Kafka's jars, sorted, as a class path. */
  readonly kafkaClassPath: string;
  readonly registryJar: string;
}

/**
 * The Java parts, from the cache or else from Maven.
 * @throws StackError `STACK_NO_MAVEN`, `STACK_DOWNLOAD_FAILED`, `STACK_DISK_FULL`
 */
export async function provideDownloads(onProgress: (text: string) => void): Promise<Downloads> {
  const dir = downloadsDir();
  if (!existsSync(dir)) {
    await requireMaven();
    onProgress('downloading Kafka and the schema registry with Maven (150 MB, once)');
    await download(dir);
  }
  const jars = (await readdir(join(dir, 'kafka'))).filter((name) => name.endsWith('.jar')).sort();
  const registryJar = (await readdir(join(dir, 'registry'))).find((name) => name.endsWith('-runner.jar'));
  if (jars.length === 0 || registryJar === undefined) {
    throw new StackError('STACK_DOWNLOAD_FAILED', `The downloads in ${dir} are not complete: delete that folder and start again.`);
  }
  return { kafkaClassPath: jars.map((jar) => join(dir, 'kafka', jar)).join(':'), registryJar: join(dir, 'registry', registryJar) };
}

async function download(dir: string): Promise<void> {
  try {
    await run('sh', [join(packageDir, 'download.sh'), dir], { maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    const output = `${(cause as { stdout?: string }).stdout ?? ''}${(cause as { stderr?: string }).stderr ?? ''}`;
    if (/No space left on device/.test(output)) {
      throw new StackError('STACK_DISK_FULL', `The disk is full: free 1 GiB where ${dir} is and start again.`, { cause });
    }
    const reason = /\[ERROR\] (.*)/.exec(output)?.[1] ?? (cause as Error).message;
    throw new StackError('STACK_DOWNLOAD_FAILED', `Maven could not download Kafka and the schema registry: ${reason}`, { cause });
  }
}
