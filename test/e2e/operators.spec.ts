import { OrderPlaced } from '@onward/contracts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnward, type Finished } from './support/command-line.js';
import { query } from './support/effects.js';
import { eventually } from './support/eventually.js';
import { order } from './support/orders.js';
import { SagaDesk } from './support/saga-desk.js';
import { Suite } from './support/suite.js';

const DONE = 0;
const INVALID = 2;
const REFUSED = 6;

describe('what operators do with a running saga', () => {
  let suite: Suite;
  let desk: SagaDesk;
  beforeAll(async () => {
    suite = await Suite.start({ waitsDivisor: 900 });
    desk = new SagaDesk(suite);
  }, 180_000);
  afterAll(() => suite?.stop(), 60_000);

  const onward = (...args: readonly string[]): Promise<Finished> => runOnward(suite.home, ...args);
  const approve = (id: string): Promise<Finished> => onward('signal', id, 'ManualApproval', '--value', JSON.stringify({ approved: true, by: 'olga' }));

  /** An order that waits for a person, so that something can go wrong behind its back. */
  async function waiting(id: string): Promise<void> {
    await desk.order('risky', id);
    await suite.untilEvent([id], 'SignalAwaited', 'approval');
  }

  /** The audit log's entries of a saga that say why: what was done, and the reason. */
  async function reasons(sagaId: string): Promise<[action: string, reason: string][]> {
    const { http, tokens } = suite.stack.coordinates;
    const headers = { authorization: `Bearer ${tokens['auditor'] as string}` };
    const response = await fetch(`${http['audit'] as string}/audit/sagas/${encodeURIComponent(sagaId)}`, { headers });
    const { entries } = (await response.json()) as { entries: { action: string; detail: string | null }[] };
    return entries.flatMap(({ action, detail }) => (detail === null ? [] : [[action, detail]]));
  }

  async function audited(sagaId: string, event: string, reason: string): Promise<void> {
    const found = await eventually(() => reasons(sagaId), (all) => all.length > 0);
    expect(found).toEqual([[expect.stringContaining(event), expect.stringContaining(reason)]]);
  }

  it('a parcel whose number is taken waits past the pivot, and goes out when it is edited', async () => {
    await desk.order('ok', 'first');
    await desk.outcome('first');
    await waiting('edited');
    await query(suite.stack, 'fulfillment', "UPDATE shipment SET shipment_id = 'edited' WHERE shipment_id = 'first'");
    expect(await approve('edited')).toMatchObject({ exitCode: DONE, stdout: expect.stringContaining('ManualApproval') });
    await suite.untilEvent(['edited'], 'SagaStuck');
    expect((await onward('show', 'edited')).stdout).toContain('SHIPMENT_EXISTS');
    expect(await onward('cancel', 'edited')).toMatchObject({ exitCode: REFUSED, stdout: expect.stringContaining('PAST_PIVOT') });

    const file = join(suite.home, 'ship.json');
    const request = { shipmentId: 'edited-2', orderId: 'edited', reservationId: 'edited', shipTo: order('ok', '').shipTo };
    await writeFile(file, JSON.stringify({ ...request, shipmentId: 7 }));
    const edit = ['edit', 'edited', '--step', 'ship', '--file', file, '--reason', 'The number was taken.'];
    expect(await onward(...edit)).toMatchObject({ exitCode: INVALID, stderr: expect.stringContaining('shipmentId') });
    await writeFile(file, JSON.stringify(request));
    expect((await onward(...edit)).exitCode).toBe(DONE);
    expect(await desk.result('edited', OrderPlaced)).toMatchObject({ shipmentId: 'edited-2', approvedBy: 'olga' });
    expect(await desk.effectsOf('edited')).toEqual({ payment: ['authorize', 'capture'], reservation: 'shipped', shipments: 1 });
    await audited('edited', 'StepEdited', 'The number was taken.');
  }, 90_000);

  it('a parcel whose goods are missing goes out when it is tried again', async () => {
    await waiting('retried');
    await query(suite.stack, 'fulfillment', "UPDATE reservation SET state = 'released' WHERE reservation_id = 'retried'");
    await approve('retried');
    await suite.untilEvent(['retried'], 'SagaStuck');
    expect((await onward('show', 'retried')).stdout).toContain('NOT_RESERVED');
    await query(suite.stack, 'fulfillment', "UPDATE reservation SET state = 'reserved' WHERE reservation_id = 'retried'");
    expect((await onward('retry', 'retried', '--reason', 'The goods were found.')).exitCode).toBe(DONE);
    expect((await desk.outcome('retried')).outcome).toBe('completed');
    expect(await desk.effectsOf('retried')).toEqual({ payment: ['authorize', 'capture'], reservation: 'shipped', shipments: 1 });
    await audited('retried', 'StepRetried', 'The goods were found.');
  }, 90_000);

  it('an undo that cannot be done is left out', async () => {
    await waiting('skipped');
    await query(suite.stack, 'fulfillment', "UPDATE reservation SET state = 'shipped' WHERE reservation_id = 'skipped'");
    await desk.approve('skipped', false);
    await suite.untilEvent(['skipped'], 'SagaStuck');
    const shown = await onward('show', 'skipped');
    for (const code of ['COMPENSATION_FAILED', 'ALREADY_SHIPPED', 'SIGNAL_REFUSED']) expect(shown.stdout).toContain(code);
    const skip = ['skip', 'skipped', '--step', 'reserve'];
    expect(await onward(...skip, '--reason', 'no')).toMatchObject({ exitCode: REFUSED, stdout: expect.stringContaining('NOTHING_PARKED') });
    expect((await onward(...skip, '--undo')).exitCode).toBe(INVALID);
    expect((await onward(...skip, '--undo', '--reason', 'It was sent by hand.')).exitCode).toBe(DONE);
    expect(await desk.outcome('skipped')).toMatchObject({ outcome: 'compensated', failure: { code: 'SIGNAL_REFUSED' } });
    await audited('skipped', 'StepSkipped', 'It was sent by hand.');
  }, 90_000);

  it('an order is cancelled, and goes back', async () => {
    await waiting('cancelled');
    expect((await onward('cancel', 'cancelled', '--reason', 'The customer called.')).exitCode).toBe(DONE);
    expect(await desk.outcome('cancelled')).toMatchObject({ outcome: 'compensated', failure: { code: 'CANCELLED' } });
    expect(await desk.effectsOf('cancelled')).toEqual({ payment: [], reservation: 'released', shipments: 0 });
    await audited('cancelled', 'CancelAccepted', 'The customer called.');
  }, 60_000);

  it('an order is stopped on the spot, and says what it leaves in place', async () => {
    await waiting('terminated');
    expect((await onward('terminate', 'terminated', '--reason', 'The court says so.')).exitCode).toBe(DONE);
    const { outcome, failure } = await desk.outcome('terminated');
    expect({ outcome, left: failure?.causes.map(({ code, step }) => `${code} ${step}`) }).toEqual({ outcome: 'terminated', left: ['LEFT_IN_PLACE reserve'] });
    expect(await desk.effectsOf('terminated')).toEqual({ payment: [], reservation: 'reserved', shipments: 0 });
    await audited('terminated', 'SagaTerminated', 'The court says so.');
  }, 60_000);
});
