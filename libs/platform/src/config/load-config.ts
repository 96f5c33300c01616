import type { z } from 'zod';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';

/** A part of a service's configuration: a schema over environment variables that yields the value the service uses. */
export type ConfigSection = z.ZodType<unknown, Record<string, unknown>>;

/** What `loadConfig` yields for named sections. */
export type ConfigOf<Sections extends Record<string, ConfigSection>> = { readonly [Name in keyof Sections]: z.output<Sections[Name]> };

/**
 * Reads a service's configuration from the environment, and only from there.
 * A variable that is set to the empty string counts as not set.
 *
 * @throws ConfigurationError that names every missing and every wrong variable of all sections at once.
 */
export function loadConfig<Sections extends Record<string, ConfigSection>>(
  sections: Sections,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ConfigOf<Sections> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const problems = new Map<string, ConfigurationProblem>();
  const values: Record<string, unknown> = {};
  for (const [name, section] of Object.entries(sections)) {
    const parsed = section.safeParse(present);
    if (parsed.success) {
      values[name] = parsed.data;
      continue;
    }
    for (const issue of parsed.error.issues) {
      const variable = String(issue.path[0]);
      if (!problems.has(variable)) {
        problems.set(variable, { variable, kind: variable in present ? 'wrong' : 'missing', expected: issue.message });
      }
    }
  }
  if (problems.size > 0) throw new ConfigurationError([...problems.values()]);
  return values as ConfigOf<Sections>;
}
