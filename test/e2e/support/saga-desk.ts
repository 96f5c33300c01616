import { CancelSaga, EmailVerified, Enroll, ManualApproval, SayHello, type PlaceOrder, type RecordType, type SagaOutcome } from '@onward/contracts';
import { ValueDecoder } from '@onward/kafka';
import { query, readEffects } from './effects.js';
import { order, type OrderKind } from './orders.js';
import { commandIdOf, type Suite } from './suite.js';

/** Starts ready sagas as a client, tells them things, and reads what became of them. */
export class SagaDesk {
  constructor(private readonly suite: Suite) {}

  hello(ids: readonly string[], name = 'Ada'): Promise<void> {
    return this.suite.send(SayHello, ids.map((helloId) => ({ sagaId: helloId, value: { helloId, name }, commandId: commandIdOf(helloId) })));
  }

  enroll(id: string, email = 'ada@example.org'): Promise<void> {
    return this.suite.send(Enroll, [{ sagaId: id, value: { enrollmentId: id, email, name: 'Ada' }, commandId: commandIdOf(id) }]);
  }

  /** Gives back the code that the customer was sent, or a wrong one. */
  async verify(id: string, how: 'right' | 'wrong' = 'right'): Promise<void> {
    const [account] = await query<{ code: string }>(this.suite.stack, 'customers', `SELECT code FROM account WHERE account_id = '${id}'`);
    const code = how === 'right' ? (account?.code ?? '') : 'not the code';
    await this.suite.send(EmailVerified, [{ sagaId: id, value: { sagaId: id, code }, commandId: `verify-${id}-${how}` }]);
  }

  order(kind: OrderKind, id: string, change: Partial<PlaceOrder> = {}): Promise<void> {
    return this.suite.publish([{ ...order(kind, id), ...change }]);
  }

  approve(id: string, approved: boolean): Promise<void> {
    return this.suite.send(ManualApproval, [{ sagaId: id, value: { sagaId: id, approved, by: 'olga', comment: null }, commandId: `approve-${id}` }]);
  }

  /** @returns the command's id */
  async cancel(id: string): Promise<string> {
    const commandId = `cancel-${id}`;
    await this.suite.send(CancelSaga, [{ sagaId: id, value: { sagaId: id, reason: 'changed my mind' }, commandId }]);
    return commandId;
  }

  /** The only outcome of the command that started a saga, or of another one. */
  async outcome(id: string, commandId = commandIdOf(id)): Promise<SagaOutcome> {
    const answers = (await this.suite.allOutcomes([commandId])).get(commandId) ?? [];
    expect(answers).toEqual([expect.objectContaining({ sagaId: id })]);
    return answers[0]!;
  }

  /** What a completed saga resulted in. */
  async result<T>(id: string, type: RecordType<T>): Promise<T> {
    const { outcome, result, resultType } = await this.outcome(id);
    expect({ outcome, resultType }).toEqual({ outcome: 'completed', resultType: type.name });
    const decoder = new ValueDecoder(this.suite.registry, [type as RecordType<unknown>]);
    await decoder.prepare([result]);
    return decoder.decode(result).value as T;
  }

  /** What an order came to in the databases: what was done with its money, its goods, and how many parcels went out. */
  async effectsOf(id: string): Promise<{ readonly payment: readonly string[]; readonly reservation: string | undefined; readonly shipments: number }> {
    const { payments, reservations, shipments, ledgerSums } = await readEffects(this.suite.stack);
    expect(ledgerSums.every((sum) => sum === '0')).toBe(true);
    const payment = payments.filter((p) => p.paymentId === id && p.outcome === 'done').map((p) => p.kind);
    return { payment: payment.sort(), reservation: reservations.get(id), shipments: shipments.filter((s) => s === id).length };
  }

  /** An account's state, and the messages that were sent to its owner, as `reminder 2`. */
  async accountOf(id: string): Promise<{ readonly state: string | undefined; readonly messages: readonly string[] }> {
    const [account] = await query<{ state: string }>(this.suite.stack, 'customers', `SELECT state FROM account WHERE account_id = '${id}'`);
    const messages = await query<{ text: string }>(this.suite.stack, 'customers', `SELECT template || ' ' || sequence AS text FROM message WHERE account_id = '${id}' ORDER BY sent_at`);
    return { state: account?.state, messages: messages.map(({ text }) => text) };
  }
}
