import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The checkout of Onward that this command belongs to: this module is in `src/new` or `dist/new` of `tools/onward`. */
export const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');

/** Projects as they are written, with names that stand for the chosen one. */
export function templateDir(kind: 'saga' | 'participant'): string {
  return join(CHECKOUT, 'tools/onward/templates', kind);
}

/** Makes types from schemas. */
export const CODE_GENERATOR = join(CHECKOUT, 'tools/codegen/generate.mjs');
export const SUITE_TOPOLOGY = join(CHECKOUT, 'schemas/topology.yaml');
