import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A block of code of a page: its language, what else stands on its first line, and the heading it stands under. */
export interface CodeBlock {
  readonly language: string;
  readonly info: string;
  readonly text: string;
  readonly heading: string;
}

/** The blocks of code of a page in docs/guide, in their order. */
export function readGuide(page: string): CodeBlock[] {
  return readPage(fileURLToPath(new URL(`../../../docs/guide/${page}`, import.meta.url)));
}

/** The blocks of code of a Markdown file, in their order. @throws Error when one does not end */
export function readPage(page: string): CodeBlock[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const blocks: CodeBlock[] = [];
  let heading = '';
  for (let n = 0; n < lines.length; n += 1) {
    const line = lines[n] as string;
    const opened = /^```(\w+) ?(.*)$/.exec(line);
    if (opened === null) {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      continue;
    }
    const end = lines.indexOf('```', n);
    if (end < 0) throw new Error(`${page}: the block at line ${n + 1} does not end.`);
    blocks.push({ language: opened[1] as string, info: opened[2] as string, text: `${lines.slice(n + 1, end).join('\n')}\n`, heading });
    n = end;
  }
  return blocks;
}
