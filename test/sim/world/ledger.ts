/** Double-entry bookkeeping: every posting takes from one account what it gives to another. */
export class Ledger {
  readonly balances = new Map<string, number>();
  postings = 0;

  post(from: string, to: string, amount: number): void {
    this.postings += 1;
    this.balances.set(from, (this.balances.get(from) ?? 0) - amount);
    this.balances.set(to, (this.balances.get(to) ?? 0) + amount);
  }
}

/** What participants know of one step of one saga. */
export interface Effect {
  readonly sagaId: string;
  readonly step: string;
  /** Idempotency keys under which it was done, and undone: one each, if all is well. */
  readonly did: string[];
  readonly undid: string[];
  /** Keys of dos whose undo came: such a do that comes after it is refused. */
  readonly refused: Set<string>;
  amount: number;
}

/** The participants' books. The checker reads them; the orchestrator never does. */
export class Books {
  readonly ledger = new Ledger();
  readonly effects = new Map<string, Effect>();

  effect(sagaId: string, step: string): Effect {
    const ref = `${sagaId}|${step}`;
    let effect = this.effects.get(ref);
    if (effect === undefined) {
      effect = { sagaId, step, did: [], undid: [], refused: new Set(), amount: 0 };
      this.effects.set(ref, effect);
    }
    return effect;
  }
}
