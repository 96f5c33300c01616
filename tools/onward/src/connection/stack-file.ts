import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CliError } from '../cli-error.js';

const credentials = z.object({ username: z.string(), password: z.string() });

/** What a local stack writes about itself, for whoever may read that file. */
const stackSchema = z.object({
  brokers: z.array(z.string()).min(1),
  registryUrl: z.string(),
  registry: credentials,
  principals: z.record(z.string(), credentials),
  databases: z.record(z.string(), z.string()).default({}),
  jwtSecretFile: z.string().optional(),
  topologyFiles: z.array(z.string()).default([]),
  partitions: z.number().optional(),
});
export type StackFile = z.output<typeof stackSchema>;

/** Where the local stack writes it, below the project's folder. */
export const STACK_FILE = join('.onward', 'stack.json');

/**
 * The local stack of the nearest folder at or above `folder` that has one; undefined if there is none.
 * @throws CliError `STACK_FILE_UNREADABLE`
 */
export function findStackFile(folder: string): StackFile | undefined {
  const found = readStackFile(join(folder, STACK_FILE));
  const above = dirname(folder);
  return found ?? (above === folder ? undefined : findStackFile(above));
}

/**
 * The stack that a file describes; undefined if there is no such file.
 * @throws CliError `STACK_FILE_UNREADABLE`
 */
export function readStackFile(path: string): StackFile | undefined {
  const content = read(path);
  if (content === undefined) return undefined;
  try {
    return stackSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new CliError('STACK_FILE_UNREADABLE', `${path} is not what a running stack writes: stop the stack and start it again with \`npm start\`.`, undefined, { cause });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' || (cause as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw new CliError('STACK_FILE_UNREADABLE', `Cannot read ${path}: run this as the user who started the stack.`, undefined, { cause });
  }
}
