-- Payments, what was done to them, and the double-entry ledger.

CREATE TABLE payment (
  payment_id text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('open', 'authorized', 'captured', 'refunded', 'voided')),
  currency text CHECK (currency ~ '^[A-Z]{3}$'),
  -- Minor units.
  authorized_minor bigint NOT NULL CHECK (authorized_minor >= 0),
  captured_minor bigint NOT NULL CHECK (captured_minor BETWEEN 0 AND authorized_minor),
  authorization_id text,
  capture_refused boolean NOT NULL
);

-- What each command came to, by its idempotency key, and the marks of undos that came before their do. Never pruned (R8, R9).
CREATE TABLE payment_effect (
  idempotency_key text PRIMARY KEY,
  payment_id text NOT NULL REFERENCES payment,
  kind text NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
  outcome text NOT NULL CHECK (outcome IN ('done', 'nothing', 'declined', 'refused')),
  code text,
  reference text,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  -- Microseconds since 1970.
  at bigint NOT NULL
);
-- I1: money moves at most once for each kind.
CREATE UNIQUE INDEX payment_effect_once ON payment_effect (payment_id, kind) WHERE outcome = 'done';

CREATE TABLE ledger_entry (
  group_id text NOT NULL,
  -- A check rather than a table of accounts: a foreign key would have every transaction lock the same three rows.
  account text NOT NULL CHECK (account IN ('cardholder', 'hold', 'merchant')),
  payment_id text NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  PRIMARY KEY (group_id, account)
);
CREATE INDEX ledger_entry_payment ON ledger_entry (payment_id);

-- I5: every group that a statement inserts sums to zero, in each currency. Once a statement, over all its rows: a constraint trigger
-- would run once a row. A group that is inserted in two statements is therefore refused.
CREATE FUNCTION ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM inserted GROUP BY group_id, currency HAVING sum(amount_minor) <> 0) THEN
    RAISE EXCEPTION 'a ledger group does not sum to zero' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_balances AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION ledger_balances();

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: correct it with new entries' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE VIEW ledger_balance AS
  SELECT account, currency, sum(amount_minor) AS balance_minor FROM ledger_entry GROUP BY account, currency;
