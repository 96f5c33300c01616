/** A failure as it is recorded: what went wrong, and what led to it. */
export interface FailureNode {
  readonly code: string;
  readonly message: string;
  readonly kind: string;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly participant: string | null;
  readonly causes: readonly FailureNode[];
}

/**
 * A failure with its causes below it, one a line:
 * ```
 * authorize: CARD_DECLINED, rejected by payment (attempt 1): The card was declined.
 * └─ …
 * ```
 */
export function failureTree(failure: FailureNode, indent = ''): string[] {
  return [`${indent}${describeFailure(failure)}`, ...branches(failure.causes, indent)];
}

function branches(causes: readonly FailureNode[], indent: string): string[] {
  return causes.flatMap((cause, index) => {
    const last = index === causes.length - 1;
    return [`${indent}${last ? '└─' : '├─'} ${describeFailure(cause)}`, ...branches(cause.causes, `${indent}${last ? '   ' : '│  '}`)];
  });
}

const KINDS: Readonly<Record<string, string>> = {
  rejected: 'rejected',
  failed: 'failed',
  timeout: 'no answer',
  threw: 'its code threw',
  cancelled: 'cancelled',
};

function describeFailure(failure: FailureNode): string {
  const kind = KINDS[failure.kind] ?? failure.kind;
  const who = failure.participant === null ? kind : `${kind} ${failure.kind === 'timeout' ? 'from' : 'by'} ${failure.participant}`;
  const attempt = failure.attempt === null ? '' : ` (attempt ${failure.attempt})`;
  return `${failure.step === null ? '' : `${failure.step}: `}${failure.code}, ${who}${attempt}${failure.message === '' ? '' : `: ${failure.message}`}`;
}
