import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePrivate } from '../../tools/stack/src/secrets.js';

it('a file that is written by many at once is there, whole, as it was written last', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onward-private-'));
  try {
    const file = join(folder, 'stack.json');
    const texts = Array.from({ length: 50 }, (_, i) => JSON.stringify({ write: i, filler: 'x'.repeat(i * 100) }));
    await Promise.all(texts.map((text) => writePrivate(file, text)));
    expect(await readFile(file, 'utf8')).toBe(texts.at(-1));
  } finally {
    await rm(folder, { recursive: true });
  }
});
