/**
 * Lets this process run the TypeScript sources, workspace packages included, and plants one bug in them when it is told to:
 * a text that stands exactly once in one file is replaced while the file is loaded. Nothing on disk changes, and nothing in the
 * product knows of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const planted = process.env.ONWARD_SIM_PLANTED === undefined ? [] : JSON.parse(process.env.ONWARD_SIM_PLANTED);
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (!warning.message.includes('stripTypeScriptTypes')) console.error(warning);
});

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL !== undefined) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source))) return next(source.href, context);
    }
    return next(specifier, { ...context, conditions: ['source', ...context.conditions] });
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const file = fileURLToPath(url);
    const source = stripTypeScriptTypes(plant(file, readFileSync(file, 'utf8')), { mode: 'transform' });
    return { format: 'module', source, shortCircuit: true };
  },
});

function plant(file, source) {
  let text = source;
  for (const { path, find, replace } of planted) {
    if (file !== join(ROOT, path)) continue;
    const parts = text.split(find);
    if (parts.length !== 2) {
      console.error(`sim: the text of a planted bug stands ${parts.length - 1} times in ${path}: ${find}`);
      process.exit(3);
    }
    text = parts.join(replace);
  }
  return text;
}
