/** One environment variable that keeps a service from starting. Never holds the variable's value: it may be a secret. */
export interface ConfigurationProblem {
  readonly variable: string;
  readonly kind: 'missing' | 'wrong';
  /** What the variable must be, as it continues the words "it must be". */
  readonly expected: string;
}

/** Exit status of a process that was configured wrongly (`EX_CONFIG` of sysexits.h). */
export const CONFIGURATION_EXIT_CODE = 78;

/** The environment does not describe a runnable service. The message names every variable at fault, once. */
export class ConfigurationError extends Error {
  readonly code = 'CONFIGURATION_INVALID';

  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(
      [
        'The configuration is not complete. Set these environment variables and start again:',
        ...problems.map(({ variable, kind, expected }) =>
          kind === 'missing' ? `  ${variable} is not set: it must be ${expected}` : `  ${variable} is wrong: it must be ${expected}`,
        ),
      ].join('\n'),
    );
    this.name = 'ConfigurationError';
  }
}
