import { CancelSaga, CommandFailed, CommandRejected, EditStep, fulfillment, ManualApproval, MigrateSaga, orders, payment, PaymentSettled, PlaceOrder, RetrySaga, SkipStep, TerminateSaga, type RecordType, type SagaOutcome } from '@onward/contracts';
import { saga, type Plan } from '@onward/saga';
import { order } from '../../../../test/e2e/support/orders.js';
import { eventsOf, onlyOn, SagaLaneFixture, type DrivenProcessor, type GivenRecord, type WrittenRecord } from '../../../../test/support/saga-lane-fixture.js';
import { testStack } from '../../../../test/support/stack.js';

let fixture: SagaLaneFixture;
let domain: string;
beforeAll(async () => {
  fixture = await SagaLaneFixture.open(testStack());
  ({ domain } = fixture);
}, 60_000);
afterAll(() => fixture.close());

const settlement = () =>
  saga('settle', { version: 1, domain, input: orders.SettlePayment.request })
    .step('authorize', {
      command: payment.AuthorizePayment,
      send: ({ input }) => ({ paymentId: input.paymentId, orderId: input.orderId, amount: input.amount, cardToken: input.cardToken }),
      undo: { command: payment.VoidPayment, send: ({ input }) => ({ paymentId: input.paymentId, reason: 'Undone.' }) },
    })
    .build({ result: PaymentSettled, from: (s) => ({ paymentId: s.input.paymentId, captureId: null, amount: s.input.amount }) });

/** Approved by a person, slept over, then paid by a child saga. */
const first = () =>
  saga('order', { version: 1, domain, input: PlaceOrder, idField: 'orderId' })
    .signal('approval', { of: ManualApproval })
    .sleep('grace', '1h')
    .child('settle', { of: settlement().contract, input: (s) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }), harmless: true })
    .build();

/** As the first, but the goods are set aside in the end. */
const second = () =>
  saga('order', { version: 2, domain, input: PlaceOrder, idField: 'orderId' })
    .signal('approval', { of: ManualApproval })
    .sleep('grace', '1h')
    .step('reserve', { command: fulfillment.ReserveStock, send: (s) => ({ reservationId: s.sagaId, orderId: s.sagaId, lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })) }), harmless: true })
    .migrate(first(), { cursor: {}, data: (old) => ({ input: old.input, approval: old.approval, reserve: undefined }) })
    .build();

const AT = 1_000_000_000_000;
const HOUR = 3_600_000;
let made = 0;
const freshId = (): string => `o-${++made}`;
const client = <T>(type: RecordType<T>, key: string, value: T, id = `c-${++made}`): Promise<GivenRecord> => fixture.given(`client.commands.${domain}`, type, key, value, { ce_id: id });
const operator = <T>(type: RecordType<T>, key: string, value: T, id = `c-${++made}`): Promise<GivenRecord> => fixture.given(`operator.commands.${domain}`, type, key, value, { ce_id: id });
const approval = (sagaId: string): ManualApproval => ({ sagaId, approved: true, by: 'ann', comment: null });
/** A record that was written, as its reader gets it. */
const sent = ({ topic, key, bytes, headers }: WrittenRecord): GivenRecord => ({ topic, key, value: bytes, headers });
/** What a participant answers to a command. */
const reply = async <T>(to: WrittenRecord, participant: string, type: RecordType<T>, value: T, outcome = 'done'): Promise<GivenRecord> => {
  const { ce_step = '', ce_attempt = '', ce_action = '', ce_idempotencykey = '' } = to.headers;
  return fixture.given(`${participant}.replies.${domain}`, type, to.key, value, { ce_id: `${ce_idempotencykey}#${outcome}`, ce_step, ce_attempt, ce_action, ce_idempotencykey, ce_outcome: outcome });
};
const kindsOf = (written: readonly WrittenRecord[]): string[] => eventsOf(written).map(({ kind }) => kind);
const outcomeOf = (written: readonly WrittenRecord[]): SagaOutcome => onlyOn(written, `${domain}.outcomes.client`).value as SagaOutcome;

async function running(processor: DrivenProcessor, id = freshId()): Promise<string> {
  await processor.take(AT, await client(PlaceOrder, id, order('ok', id)));
  return id;
}

async function withProcessor(plans: readonly Plan[], test: (processor: DrivenProcessor) => Promise<void>, options: Parameters<SagaLaneFixture['processor']>[1] = {}): Promise<void> {
  const processor = await fixture.processor(plans, { store: `store-${++made}`, ...options });
  try {
    await test(processor);
  } finally {
    await processor.close();
  }
}

describe('a child saga', () => {
  const starting = async (processor: DrivenProcessor): Promise<{ id: string; start: WrittenRecord }> => {
    const id = await running(processor);
    await processor.take(AT, await client(ManualApproval, id, approval(id)));
    return { id, start: onlyOn(await processor.fire(id, AT + HOUR), `${domain}.commands.${domain}`) };
  };

  it('is asked for on the link to its domain and answers there, as any participant', () =>
    withProcessor([first(), settlement()], async (processor) => {
      const { id, start } = await starting(processor);
      expect(start).toMatchObject({ key: `${id}/settle`, type: 'onward.orders.SettlePayment' });
      expect(start.headers).toMatchObject({ ce_subject: `${id}/settle`, ce_parentsagaid: id, ce_step: 'settle', ce_attempt: '1', ce_action: 'do', ce_idempotencykey: `${domain}/${id}/settle/do/0` });
      const authorize = onlyOn(await processor.take(AT, sent(start)), `${domain}.commands.payment`);
      const authorized = await reply(authorize, 'payment', payment.AuthorizePayment.done, { paymentId: id, authorizationId: 'a', amount: order('ok', id).total, authorizedAt: AT * 1000 } as never);
      const answer = onlyOn(await processor.take(AT, authorized), `${domain}.replies.${domain}`);
      expect(answer).toMatchObject({ key: id, type: 'onward.orders.PaymentSettled', value: { paymentId: id } });
      expect(answer.headers).toMatchObject({
        ce_id: `${domain}/${id}/settle/do/0#done`,
        ce_step: 'settle',
        ce_outcome: 'done',
        ce_idempotencykey: `${domain}/${id}/settle/do/0`,
        ce_causationid: `${domain}/${id}/settle/do/0#1`,
      });
      const ended = await processor.take(AT, sent(answer));
      expect(kindsOf(ended)).toEqual(['StepDone', 'SagaCompleted']);
      expect(outcomeOf(ended)).toMatchObject({ sagaId: id, outcome: 'completed' });
    }));

  it('that fails tells its parent where, as a tree', () =>
    withProcessor([first(), settlement()], async (processor) => {
      const { id, start } = await starting(processor);
      const authorize = onlyOn(await processor.take(AT, sent(start)), `${domain}.commands.payment`);
      const answer = onlyOn(await processor.take(AT, await reply(authorize, 'payment', CommandRejected, { code: 'CARD_DECLINED', message: 'No.', causes: [] }, 'rejected')), `${domain}.replies.${domain}`);
      const { failure } = outcomeOf(await processor.take(AT, sent(answer)));
      expect(failure).toMatchObject({ code: 'CARD_DECLINED', step: 'settle', participant: domain, causes: [{ code: 'CARD_DECLINED', step: 'authorize', participant: 'payment' }] });
      expect(failure).toMatchObject({ kind: 'rejected' });
      expect(id).toBe(answer.key);
    }));

  it('is told to undo itself when its parent turns back, and its end is awaited', () =>
    withProcessor([first(), settlement()], async (processor) => {
      const { id, start } = await starting(processor);
      await processor.take(AT, sent(start));
      const cancelled = await processor.take(AT, await client(CancelSaga, id, { sagaId: id, reason: 'Changed my mind.' }));
      const stop = onlyOn(cancelled, `${domain}.commands.${domain}`);
      expect(stop).toMatchObject({ key: `${id}/settle`, type: CancelSaga.name });
      expect(kindsOf(await processor.take(AT, sent(stop)))).toEqual(['CancelAccepted', 'CompensationStarted']);
    }));

  it('whose start cannot be read is refused to the parent that waits for it', () =>
    withProcessor([first(), settlement()], async (processor) => {
      const { id, start } = await starting(processor);
      const refused = await processor.take(AT, { ...sent(start), value: Buffer.from('junk') });
      expect(onlyOn(refused, fixture.topics.quarantine).headers).toMatchObject({ onward_reason_code: 'NOT_REGISTRY_FRAMED' });
      const answer = onlyOn(refused, `${domain}.replies.${domain}`);
      expect(answer).toMatchObject({ key: id, type: CommandRejected.name, value: { code: 'NOT_REGISTRY_FRAMED' } });
      expect(outcomeOf(await processor.take(AT, sent(answer)))).toMatchObject({ outcome: 'compensated', failure: { code: 'NOT_REGISTRY_FRAMED', step: 'settle' } });
    }));
});

describe('what can no longer be worked off of a child saga', () => {
  it('is, of its answer, news: the parent is parked and a person sees it', () =>
    withProcessor([first(), settlement()], async (processor) => {
      const id = await running(processor);
      await processor.take(AT, await client(ManualApproval, id, approval(id)));
      const start = onlyOn(await processor.fire(id, AT + HOUR), `${domain}.commands.${domain}`);
      const answer = await reply({ ...start, key: id }, domain, PaymentSettled, { paymentId: id, captureId: null, amount: order('ok', id).total });
      const written = await processor.take(AT + HOUR, { ...answer, value: Buffer.from('junk') });
      expect(kindsOf(written)).toEqual(['StepFailed', 'SagaStuck']);
      expect(eventsOf(written)[0]).toMatchObject({ step: 'settle', outcome: 'unknown', failure: { code: 'REPLY_TYPE_WRONG' } });
      expect(onlyOn(written, fixture.topics.quarantine).headers).toMatchObject({ onward_reason_code: 'NOT_REGISTRY_FRAMED' });
      const again = onlyOn(await processor.take(AT + HOUR, await operator(RetrySaga, id, { sagaId: id, step: 'settle', reason: null })), `${domain}.commands.${domain}`);
      expect(again).toMatchObject({ key: start.key, headers: { ce_idempotencykey: start.headers['ce_idempotencykey'], ce_attempt: '2' } });
      expect(refused(processor, sent(again))).toEqual([]);
      expect(await fixture.written(refused(processor, sent(start))[0]!)).toMatchObject({ key: id, value: { code: 'INPUT_FAILED' }, headers: { ce_outcome: 'rejected', ce_step: 'settle' } });
    }));

  const refused = ({ processor }: DrivenProcessor, record: GivenRecord) => processor.quarantined(fixture.consumed(record), { code: 'INPUT_FAILED', message: 'No.' }, AT);
});

describe('what may be asked, and by whom', () => {
  it('is a signal of a client or an operator', () =>
    withProcessor([first(), settlement()], async (processor) => {
      for (const from of [client, operator]) {
        const id = await running(processor);
        expect(kindsOf(await processor.take(AT, await from(ManualApproval, id, approval(id))))).toEqual(['SignalTaken', 'SleepStarted']);
      }
    }));

  it.each<[string, (id: string) => Promise<GivenRecord>]>([
    ['an operator\'s command of a client', (id) => client(RetrySaga, id, { sagaId: id, step: null, reason: null })],
    ['a start of an operator', (id) => operator(PlaceOrder, id, order('ok', id))],
    ['a retry of a parent', (id) => fixture.given(`${domain}.commands.${domain}`, RetrySaga, id, { sagaId: id, step: null, reason: null })],
    ['a signal of a parent', (id) => fixture.given(`${domain}.commands.${domain}`, ManualApproval, id, approval(id))],
  ])('is not %s', (_, record) =>
    withProcessor([first(), settlement()], async (processor) => {
      const written = await processor.take(AT, await record(await running(processor)));
      expect(written.map(({ topic }) => topic)).toEqual([fixture.topics.quarantine]);
      expect(written[0]?.headers).toMatchObject({ onward_reason_code: 'COMMAND_NOT_TAKEN' });
    }));

  it('of no saga is answered all the same', () =>
    withProcessor([first(), settlement()], async (processor) => {
      const written = await processor.take(AT, await client(ManualApproval, 'nobody', approval('nobody'), 'asked'));
      expect(outcomeOf(written)).toMatchObject({ commandId: 'asked', outcome: 'rejected', failure: { code: 'SIGNAL_OF_UNKNOWN_SAGA' } });
    }));
});

describe('an operator', () => {
  /** A saga whose only step has failed for good past the pivot. */
  const plan = () =>
    saga('ship', { version: 1, domain, input: PlaceOrder, idField: 'orderId' })
      .pivot()
      .step('reserve', { command: fulfillment.ReserveStock, send: (s) => ({ reservationId: s.sagaId, orderId: s.sagaId, lines: [] }) })
      .build();
  const parked = async (processor: DrivenProcessor): Promise<string> => {
    const id = freshId();
    const command = onlyOn(await processor.take(AT, await client(PlaceOrder, id, order('ok', id))), `${domain}.commands.fulfillment`);
    const written = await processor.take(AT, await reply(command, 'fulfillment', CommandRejected, { code: 'QUANTITY_INVALID', message: 'None.', causes: [] }, 'rejected'));
    expect(kindsOf(written)).toEqual(['StepFailed', 'SagaStuck']);
    return id;
  };

  it('has a parked step tried again under a new key', () =>
    withProcessor([plan()], async (processor) => {
      const id = await parked(processor);
      const command = onlyOn(await processor.take(AT, await operator(RetrySaga, id, { sagaId: id, step: 'reserve', reason: null })), `${domain}.commands.fulfillment`);
      expect(command.headers).toMatchObject({ ce_idempotencykey: `${domain}/${id}/reserve/do/1` });
    }));

  it('has it left out', () =>
    withProcessor([plan()], async (processor) => {
      const id = await parked(processor);
      expect(kindsOf(await processor.take(AT, await operator(SkipStep, id, { sagaId: id, step: 'reserve', action: 'do', reason: 'Done by hand.' })))).toEqual(['OperatorActed', 'StepSkipped', 'SagaCompleted']);
    }));

  it('has it sent with another request', () =>
    withProcessor([plan()], async (processor) => {
      const id = await parked(processor);
      const request = { reservationId: id, orderId: id, lines: [{ sku: 'SKU-1', quantity: 1 }] };
      const value = await fixture.encoded(`operator.commands.${domain}`, fulfillment.ReserveStock.request, request);
      const edit: EditStep = { sagaId: id, step: 'reserve', action: 'do', reason: 'The order had no lines.', value, valueType: fulfillment.ReserveStock.name };
      expect(onlyOn(await processor.take(AT, await operator(EditStep, id, edit)), `${domain}.commands.fulfillment`).value).toMatchObject(request);
    }));

  it('is refused an edit whose request cannot be read', () =>
    withProcessor([plan()], async (processor) => {
      const id = await parked(processor);
      const edit: EditStep = { sagaId: id, step: 'reserve', action: 'do', reason: 'Why not.', value: Buffer.from('junk'), valueType: fulfillment.ReserveStock.name };
      expect(outcomeOf(await processor.take(AT, await operator(EditStep, id, edit, 'edit-1')))).toMatchObject({ commandId: 'edit-1', outcome: 'rejected', failure: { code: 'EDIT_INVALID' } });
    }));

  it('stops a saga as it is', () =>
    withProcessor([plan()], async (processor) => {
      const id = await parked(processor);
      const written = await processor.take(AT, await operator(TerminateSaga, id, { sagaId: id, reason: 'Lost for good.' }));
      expect(outcomeOf(written)).toMatchObject({ outcome: 'terminated', failure: { code: 'TERMINATED' } });
      // What comes after the end finds the saga, and leaves it as it is.
      expect(outcomeOf(await processor.take(AT, await operator(RetrySaga, id, { sagaId: id, step: null, reason: null })))).toMatchObject({ failure: { code: 'SAGA_ENDED' } });
    }));
});

describe('a saga that would grow beyond its limit', () => {
  const SMALL = 1_024;
  const long = 'x'.repeat(2 * SMALL);
  const limited = (test: (processor: DrivenProcessor) => Promise<void>) => withProcessor([first(), settlement()], test, { snapshotBytesMax: SMALL });

  it('is not started, and its client is told', () =>
    limited(async (processor) => {
      const id = freshId();
      const written = await processor.take(AT, await client(PlaceOrder, id, { ...order('ok', id), customerId: long }));
      expect(outcomeOf(written)).toMatchObject({ outcome: 'rejected', failure: { code: 'SNAPSHOT_TOO_LARGE' } });
      expect(onlyOn(written, fixture.topics.quarantine).headers).toMatchObject({ onward_reason_code: 'SNAPSHOT_TOO_LARGE' });
    }));

  it('takes no signal of that size', () =>
    limited(async (processor) => {
      const id = await running(processor);
      expect(outcomeOf(await processor.take(AT, await client(ManualApproval, id, { ...approval(id), comment: long })))).toMatchObject({ outcome: 'rejected', failure: { code: 'SNAPSHOT_TOO_LARGE' } });
      expect(kindsOf(await processor.take(AT, await client(ManualApproval, id, approval(id))))).toEqual(['SignalTaken', 'SleepStarted']);
    }));

  it('is parked with the reason when a reply is what is too large', () => {
    const keeping = saga('keep', { version: 1, domain, input: PlaceOrder, idField: 'orderId' })
      .child('settle', { of: settlement().contract, input: (s) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }), harmless: true })
      .sleep('grace', '1h')
      .build();
    return withProcessor([keeping, settlement()], async (processor) => {
      const id = freshId();
      const start = onlyOn(await processor.take(AT, await client(PlaceOrder, id, order('ok', id))), `${domain}.commands.${domain}`);
      const settled: PaymentSettled = { paymentId: id, captureId: long, amount: order('ok', id).total };
      const written = await processor.take(AT, await reply({ ...start, key: id }, domain, PaymentSettled, settled));
      expect(kindsOf(written)).toEqual(['StepFailed', 'SagaStuck']);
      expect(eventsOf(written)[1]).toMatchObject({ failure: { code: 'SNAPSHOT_TOO_LARGE' } });
    }, { snapshotBytesMax: SMALL });
  });
});

describe('a migration', () => {
  it('takes a saga to another version, and back is refused where nobody said how', () =>
    withProcessor([first(), second(), settlement()], async (processor) => {
      const old = await fixture.processor([first(), settlement()], { store: `store-${++made}` });
      const id = await running(old);
      await old.close();
      const moved = await processor.take(AT, await operator(MigrateSaga, id, { sagaId: id, toVersion: 2, reason: 'Better.' }));
      expect(kindsOf(moved)).toEqual(['OperatorActed', 'SagaMigrated']);
      expect(onlyOn(moved, fixture.topics.events).value).toMatchObject({ planVersion: 2 });
      const refused = await processor.take(AT, await operator(MigrateSaga, id, { sagaId: id, toVersion: 1, reason: null }), await operator(MigrateSaga, id, { sagaId: id, toVersion: 9, reason: null }));
      expect(outcomeOf(refused)).toMatchObject({ failure: { code: 'VERSION_UNKNOWN' } });
      await processor.take(AT, await client(ManualApproval, id, approval(id)));
      expect(onlyOn(await processor.fire(id, AT + HOUR), `${domain}.commands.fulfillment`)).toMatchObject({ key: id });
    }));
});

describe('a saga whose plan is not here', () => {
  // Each test has topics of its own: it looks at what is due in a partition.
  let others: SagaLaneFixture;
  beforeAll(() => void (others = fixture));
  beforeEach(async () => {
    fixture = await SagaLaneFixture.open(testStack());
    ({ domain } = fixture);
  });
  afterEach(() => fixture.close());
  afterAll(() => {
    fixture = others;
    ({ domain } = fixture);
  });

  const capable = () => [first(), second(), settlement()];
  const lacking = () => [first(), settlement()];

  it.each([
    ['the local store of the build that lacks the plan', true],
    ['the state topic alone', false],
  ])('has its inputs put aside in order, and taken by the next build that has it, from %s', async (_, sameStore) => {
    const store = `deferring-${++made}`;
    const id = freshId();
    await withProcessor(capable(), async (processor) => {
      await running(processor, id);
    }, { store });
    await withProcessor(lacking(), async (processor) => {
      const signal = await client(ManualApproval, id, approval(id), 'signal');
      const written = await processor.take(AT + 1, signal);
      expect(written.map(({ topic }) => topic)).toEqual([fixture.topics.events, fixture.topics.state]);
      expect(kindsOf(written)).toEqual(['InputDeferred']);
      expect(onlyOn(written, fixture.topics.events).value).toMatchObject({ planVersion: 2, cause: { kind: 'deferral', id: 'signal' } });
      // Values that this build cannot read are put aside all the same.
      await processor.take(AT + 2, { ...signal, value: Buffer.from('junk'), headers: { ce_id: 'junk' } });
      expect(await processor.metric('onward_orchestrator_sagas_without_plan')).toBe(1);
      expect(await processor.nextDueMs(id)).toBeUndefined();
      // Others of the partition go on.
      const other = `${id}-beside`;
      expect(kindsOf(await processor.take(AT, await client(PlaceOrder, other, order('ok', other))))).toContain('SagaStarted');
    }, { store });
    await withProcessor(capable(), async (processor) => {
      expect(await processor.nextDueMs(id)).toBeLessThan(AT);
      const written = await processor.fire(id, AT + 3);
      expect(kindsOf(written)).toEqual(['DeferredTaken', 'SignalTaken', 'SleepStarted', 'DeferredTaken', 'InputIgnored']);
      expect(onlyOn(written, fixture.topics.quarantine).headers).toMatchObject({ ce_id: 'junk', onward_reason_code: 'NOT_REGISTRY_FRAMED' });
      expect(await processor.nextDueMs(id)).toBe(AT + 3 + HOUR);
    }, sameStore ? { store } : {});
  });

  it('takes what was put aside before anything new', async () => {
    const id = freshId();
    await withProcessor(capable(), (processor) => running(processor, id).then(() => undefined));
    await withProcessor(lacking(), async (processor) => {
      await processor.take(AT, await client(ManualApproval, id, approval(id)));
    });
    await withProcessor(capable(), async (processor) => {
      const written = await processor.take(AT + 1, await client(CancelSaga, id, { sagaId: id, reason: 'No.' }));
      expect(kindsOf(written)).toEqual(['DeferredTaken', 'SignalTaken', 'SleepStarted', 'CancelAccepted', 'CompensationStarted', 'SagaCompensated']);
    });
  });

  it('waits with its timers, also when this very store had them due', async () => {
    const store = `timers-${++made}`;
    const id = freshId();
    await withProcessor(capable(), async (processor) => {
      await running(processor, id);
      await processor.take(AT, await client(ManualApproval, id, approval(id)));
    }, { store });
    await withProcessor(lacking(), async (processor) => {
      expect(await processor.nextDueMs(id)).toBe(AT + HOUR);
      expect(await processor.fire(id, AT + HOUR)).toEqual([]);
      expect(await processor.nextDueMs(id)).toBeUndefined();
      expect(await processor.metric('onward_orchestrator_sagas_without_plan')).toBe(1);
    }, { store });
    await withProcessor(capable(), async (processor) => {
      expect(await processor.nextDueMs(id)).toBe(AT + HOUR);
      expect(kindsOf(await processor.fire(id, AT + HOUR))).toEqual(['SleepEnded', 'CommandSent']);
    }, { store });
  });

  it('has room for replies that signals cannot take, and news of those that are too large for it', async () => {
    const id = freshId();
    await withProcessor(capable(), (processor) => running(processor, id).then(() => undefined));
    await withProcessor(lacking(), async (processor) => {
      const of = (value: Buffer): GivenRecord => ({ topic: `fulfillment.replies.${domain}`, key: id, value, headers: { ce_id: `r${value.length}`, ce_step: 'reserve', ce_attempt: '1', ce_action: 'do', ce_outcome: 'done' } });
      const taken = await processor.take(AT, of(Buffer.alloc(8_192)));
      expect(taken.map(({ topic }) => topic)).toEqual([fixture.topics.events, fixture.topics.state]);
      const large = await processor.take(AT, of(Buffer.alloc(920_000)));
      expect(kindsOf(large)).toEqual(['InputDeferred']);
      expect(onlyOn(large, fixture.topics.quarantine).headers).toMatchObject({ onward_reason_code: 'SNAPSHOT_TOO_LARGE' });
    }, { snapshotBytesMax: 2_048 });
  });

  it('refuses what would not fit beside what was put aside already', async () => {
    const id = freshId();
    await withProcessor(capable(), (processor) => running(processor, id).then(() => undefined));
    await withProcessor(lacking(), async (processor) => {
      const written = await processor.take(AT, await client(ManualApproval, id, { ...approval(id), comment: 'x'.repeat(4_096) }, 'too-much'));
      expect(outcomeOf(written)).toMatchObject({ commandId: 'too-much', outcome: 'rejected', planVersion: 2, failure: { code: 'SNAPSHOT_TOO_LARGE' } });
      expect(onlyOn(written, fixture.topics.quarantine).headers).toMatchObject({ onward_reason_code: 'SNAPSHOT_TOO_LARGE' });
    }, { snapshotBytesMax: 2_048 });
  });
});

describe('a reply', () => {
  it('of a participant that failed is tried again, with the causes that it named', () =>
    withProcessor([settlement(), first()], async (processor) => {
      const id = freshId();
      const start = await fixture.given(`${domain}.commands.${domain}`, orders.SettlePayment.request, id, { paymentId: id, orderId: id, amount: order('ok', id).total, cardToken: 'tok' }, { ce_id: 's', ce_parentsagaid: 'p', ce_step: 'settle', ce_attempt: '1', ce_idempotencykey: 'k' });
      const authorize = onlyOn(await processor.take(AT, start), `${domain}.commands.payment`);
      const cause = { code: 'BANK_DOWN', message: 'The bank is away.', kind: 'failed', step: null, attempt: null, participant: 'bank', causes: [] };
      const written = await processor.take(AT, await reply(authorize, 'payment', CommandFailed, { code: 'PROVIDER_UNAVAILABLE', message: 'Later.', causes: [cause] }, 'failed'));
      expect(eventsOf(written)[0]).toMatchObject({ kind: 'AttemptFailed', failure: { code: 'PROVIDER_UNAVAILABLE', causes: [{ code: 'BANK_DOWN', participant: 'bank' }] } });
    }));
});
