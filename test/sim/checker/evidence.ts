/**
 * What the checker is given: what was committed, decoded, and the participants' books. It knows nothing of the engine but
 * these shapes, which are those of the topics' records.
 */
export interface Evidence {
  readonly transitions: readonly TransitionSeen[];
  /** The last state record of every saga: SHA-256 of its bytes, and of those of its history folded anew. */
  readonly states: readonly { readonly sagaId: string; readonly hash: string; readonly refolded: string; readonly closed: boolean; readonly outcome: string | null }[];
  /** Every state record, in the order of its partition. */
  readonly stateHashes: ReadonlyMap<string, readonly string[]>;
  readonly commands: readonly CommandSeen[];
  readonly outcomes: readonly OutcomeSeen[];
  /** Places of input records that were quarantined, or forwarded to another partition. */
  readonly quarantined: readonly PlaceSeen[];
  readonly forwarded: readonly PlaceSeen[];
  /** Every input record that was published, and whether it can be read at all. */
  readonly published: readonly (PlaceSeen & { readonly id: string; readonly sagaId: string; readonly readable: boolean })[];
  /** How far the inputs are consumed, by `topic/partition`. */
  readonly consumed: ReadonlyMap<string, number>;
  readonly openTransactions: readonly string[];
  readonly clientCommands: readonly { readonly commandId: string; readonly sagaId: string; readonly kind: 'start' | 'cancel' | 'signal' }[];
  readonly operatorCommands: readonly { readonly commandId: string; readonly sagaId: string; readonly kind: string }[];
  readonly effects: readonly EffectSeen[];
  readonly balances: ReadonlyMap<string, number>;
}

export interface PlaceSeen {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Its code, for a quarantined record. */
  readonly code?: string;
}

export interface TransitionSeen {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly sequence: number;
  readonly atMs: number;
  readonly cause: { readonly kind: string; readonly place: PlaceSeen | null };
  readonly events: readonly EventSeen[];
  readonly hashBefore: string | null;
  readonly hashAfter: string;
}

/** An event of a transition; which fields it has depends on its kind. */
export interface EventSeen {
  readonly kind: string;
  readonly step?: string | null;
  readonly action?: 'do' | 'undo';
  readonly attempt?: number;
  readonly outcome?: string;
  readonly edit?: number;
  readonly dueAtMs?: number | null;
  readonly deadlineAtMs?: number | null;
  readonly failure?: FailureSeen | null;
  readonly commandId?: string;
  readonly parent?: { readonly sagaId: string } | null;
  readonly by?: string;
  readonly policy?: string;
  readonly chosen?: string;
  readonly count?: number;
  readonly judgement?: string;
  readonly participant?: string;
  readonly fromVersion?: number;
  readonly value?: { readonly type: string; readonly value: unknown } | null;
}

export interface FailureSeen {
  readonly code: string;
  readonly kind: string;
  readonly causes: readonly FailureSeen[];
}

export interface CommandSeen {
  readonly id: string;
  readonly sagaId: string;
  readonly participant: string;
  readonly step: string;
  readonly action: 'do' | 'undo';
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly value: unknown;
}

export interface OutcomeSeen {
  readonly id: string;
  readonly sagaId: string;
  readonly commandId: string;
  readonly outcome: string;
  /** The failure's code. */
  readonly code: string | null;
}

export interface EffectSeen {
  readonly sagaId: string;
  readonly step: string;
  readonly did: readonly string[];
  readonly undid: readonly string[];
}

/** A broken rule. */
export interface Violation {
  /** `I-n` of the design, or the name of a rule of section 4. */
  readonly rule: string;
  readonly sagaId: string | null;
  readonly text: string;
}
