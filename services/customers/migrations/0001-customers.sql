-- Accounts, what was done to them, and what was sent to whom.

CREATE TABLE account (
  account_id text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('open', 'active', 'closed')),
  -- Personal data, and the code of the verification message: forgotten when the account is closed.
  email text,
  name text,
  code text,
  CHECK ((state = 'closed') = (email IS NULL)),
  CHECK ((email IS NULL) = (name IS NULL) AND (email IS NULL) = (code IS NULL))
);

-- What each command came to, by its idempotency key, and the marks of undos that came before their do. Never pruned (R8, R9).
CREATE TABLE account_effect (
  idempotency_key text PRIMARY KEY,
  account_id text NOT NULL REFERENCES account,
  kind text NOT NULL CHECK (kind IN ('open', 'activate', 'close')),
  -- nothing: there was nothing to close; refused: a mark
  outcome text NOT NULL CHECK (outcome IN ('done', 'nothing', 'refused')),
  -- Microseconds since 1970.
  at bigint NOT NULL
);
-- I1: an account is opened, activated and closed at most once.
CREATE UNIQUE INDEX account_effect_once ON account_effect (account_id, kind) WHERE outcome = 'done';

-- What the built-in messenger was given to send, one row a message. Never pruned (R9).
CREATE TABLE message (
  idempotency_key text PRIMARY KEY,
  account_id text NOT NULL REFERENCES account,
  template text NOT NULL,
  sequence integer NOT NULL CHECK (sequence >= 1),
  message_id text NOT NULL UNIQUE,
  -- Microseconds since 1970.
  sent_at bigint NOT NULL,
  -- I1: nobody is written the same thing twice.
  UNIQUE (account_id, template, sequence)
);

-- Greetings that were sent, one row each. Never pruned (R9).
CREATE TABLE greeting (
  idempotency_key text PRIMARY KEY,
  text text NOT NULL,
  -- Microseconds since 1970.
  sent_at bigint NOT NULL
);
