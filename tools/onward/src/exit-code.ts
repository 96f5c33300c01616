/** What the exit status of `onward` says. Stable: scripts rely on it. */
export const ExitCode = {
  /** Done; with `--wait`: the saga completed. */
  ok: 0,
  /** Something did not work: no connection, no rights, a broker that refuses. */
  error: 1,
  /** The command line or the file is wrong; nothing was sent. */
  invalid: 2,
  /** `--wait`: the saga ended without completing (compensated or rejected). */
  sagaNotCompleted: 3,
  /** The time passed and the saga has not ended, or the command is not answered; it goes on. */
  timedOut: 4,
  /** There is no such saga. */
  notFound: 5,
  /** The orchestrator refused what was asked; the saga is as it was. */
  refused: 6,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** For `onward --help`. */
export const EXIT_CODES_HELP = `Exit status:
  0  done; with --wait: the saga completed
  1  something did not work (no connection, no rights, …)
  2  the command line or a file is wrong; nothing was sent
  3  with --wait: the saga was compensated or rejected
  4  the time passed before the saga ended, or before a command was answered
  5  there is no such saga
  6  the orchestrator refused the command; the saga is as it was`;
