import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SagaTransition, type RecordType } from '@onward/contracts';
import { ValueDecoder } from '@onward/kafka';
import { foldTransition, fromTransitionRecord, type SagaState, type TransitionRecord } from '@onward/saga';
import { PlanCatalogue } from '../../services/orchestrator/src/lane/plan-catalogue.js';
import { SagaCodec } from '../../services/orchestrator/src/lane/saga-codec.js';
import { loadPlans } from '../../services/orchestrator/src/sagas/load-plans.js';
import { kindOf, order } from './support/orders.js';
import { commandIdOf, Suite } from './support/suite.js';

const ORDERS = 60;

describe('the local store is a cache', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start();
  }, 180_000);
  afterAll(() => suite.stop(), 60_000);

  const orders = Array.from({ length: ORDERS }, (_, i) => order(kindOf(i), `rebuild-${i}`));
  const late = Array.from({ length: ORDERS }, (_, i) => order(kindOf(i), `rebuild-late-${i}`));

  it('is filled again from the state topic when it was deleted: open sagas go on, ended ones still refuse a duplicate', async () => {
    await suite.publish(orders);
    await suite.allOutcomes(orders.map((o) => commandIdOf(o.orderId)));
    // Without payment these stay open until it comes back.
    await suite.stack.stopPart('payment');
    await suite.publish(late);
    await untilCommandsOf(suite, late.filter((_, i) => kindOf(i) !== 'unknown-product').map((o) => o.orderId));

    await suite.stack.kill9('orchestrator');
    await rm(join(suite.home, '.onward', 'services', 'orchestrator', 'state'), { recursive: true });
    await suite.stack.start('orchestrator');
    await suite.stack.start('payment');
    await suite.publish(orders); // the same commands once more: seen before, ignored
    const outcomes = await suite.allOutcomes(late.map((o) => commandIdOf(o.orderId)));
    for (const [commandId, answers] of outcomes) expect({ commandId, answers: answers.length }).toEqual({ commandId, answers: 1 });
    expect(outcomes.size).toBe(2 * ORDERS);
  }, 180_000);

  it('every saga folded from its events is the one in the state topic, byte for byte (I4, I9)', async () => {
    const topics = suite.topology.orchestrator('orders');
    const plans = await loadPlans([]);
    const catalogue = new PlanCatalogue(plans, 'orders');
    const codec = await SagaCodec.open(suite.registry, topics, catalogue);
    const values = new ValueDecoder(suite.registry, [...new Map(plans.flatMap((p) => [...p.records.values()]).map((t) => [t.name, t as RecordType<unknown>])).values()]);
    const nested = {
      decode: (bytes: Uint8Array) => {
        const { type, value } = values.decode(Buffer.from(bytes));
        return { type: type.name, value };
      },
    };

    const transitions = await suite.readValues(topics.events, SagaTransition);
    await values.prepare(transitions.flatMap(({ value }) => value.events.flatMap((e) => (e.value === null ? [] : [e.value]))));
    const folded = new Map<string, SagaState>();
    for (const { value } of transitions) {
      const plan = catalogue.find(value.sagaType, value.planVersion);
      if (plan === undefined) throw new Error(`no plan ${value.sagaType} ${value.planVersion}`);
      folded.set(value.sagaId, foldTransition(plan, folded.get(value.sagaId), fromTransitionRecord(plan, value as TransitionRecord, nested)));
    }

    const live = new Map((await suite.readAll(topics.state)).map(({ key, value }) => [String(key), value]));
    // Every order that comes so far has its payment settled by a saga of its own.
    const settled = orders.filter((_, i) => kindOf(i) !== 'unknown-product').length;
    expect(live.size).toBe(2 * (ORDERS + settled));
    expect([...folded.keys()].sort()).toEqual([...live.keys()].sort());
    for (const [sagaId, state] of folded) {
      const plan = catalogue.find(state.sagaType, state.planVersion);
      if (plan === undefined) throw new Error(`no plan ${state.sagaType}`);
      expect({ sagaId, bytes: codec.encodeState(plan, state).toString('hex') }).toEqual({ sagaId, bytes: live.get(sagaId)?.toString('hex') });
    }
  }, 120_000);
});

/** Resolves when payment has a command of each of these sagas waiting: they are open. */
async function untilCommandsOf(suite: Suite, sagaIds: readonly string[]): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const waiting = new Set((await suite.readAll('orders.commands.payment')).map((r) => String(r.key)));
    if (sagaIds.every((id) => waiting.has(id))) return;
    if (performance.now() > deadline) throw new Error(`${sagaIds.filter((id) => !waiting.has(id)).length} sagas did not reach payment.`);
  }
}
