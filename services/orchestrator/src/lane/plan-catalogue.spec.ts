import { CommandRejected, fulfillment, ManualApproval, orders, PaymentSettled, PlaceOrder } from '@onward/contracts';
import { saga, type ClosedSaga, type Plan } from '@onward/saga';
import { PlanCatalogue } from './plan-catalogue.js';

const plan = (name: string, version: number, domain = 'orders'): Plan =>
  saga(name, { version, domain, input: PlaceOrder })
    .step('reserve', {
      command: fulfillment.ReserveStock,
      harmless: true,
      send: (s) => ({ reservationId: s.sagaId, orderId: s.sagaId, lines: [] }),
    })
    .build();

const settling = (version: number, result?: { readonly name: string }): Plan => ({ ...plan('settle', version), result: result === undefined ? null : ({ type: result, from: () => ({}) } as never) });

describe('the plans of an orchestrator', () => {
  it('may get a result in a later version, and keep it', () => {
    expect(new PlanCatalogue([settling(1), settling(2, PaymentSettled), settling(3, PaymentSettled)], 'orders').plans).toHaveLength(3);
  });

  it('start new sagas on the newest version and keep the older ones for running sagas', () => {
    const [one, two] = [plan('order', 1), plan('order', 2)];
    const catalogue = new PlanCatalogue([two, one], 'orders');
    expect(catalogue.startedBy(PlaceOrder.name)).toBe(two);
    expect(catalogue.find('order', 1)).toBe(one);
    expect(catalogue.find('order', 3)).toBeUndefined();
    expect(catalogue.startedBy('onward.orders.Nothing')).toBeUndefined();
  });

  it('let a parent start what clients cannot', () => {
    const settle = saga('settle', { version: 1, domain: 'orders', input: orders.SettlePayment.request }).signal('approval', { of: ManualApproval }).build();
    const catalogue = new PlanCatalogue([settle, plan('order', 1)], 'orders');
    const { name } = orders.SettlePayment.request;
    expect([catalogue.startedBy(name, 'client'), catalogue.startedBy(name, 'parent')]).toEqual([undefined, settle]);
    expect(catalogue.startedBy(PlaceOrder.name, 'parent')?.name).toBe('order');
    expect([catalogue.isSignal(ManualApproval.name), catalogue.isSignal(PlaceOrder.name)]).toEqual([true, false]);
  });

  it('can write the result of an ended saga again when its version is gone', () => {
    const catalogue = new PlanCatalogue([plan('order', 2)], 'orders');
    const ended = { sagaType: 'order', planVersion: 1, result: { type: PaymentSettled.name, value: Buffer.alloc(1) } } as unknown as ClosedSaga;
    expect(catalogue.ofEnded(ended).records.get(PaymentSettled.name)).toMatchObject({ name: PaymentSettled.name });
    expect(catalogue.ofEnded({ ...ended, planVersion: 2 })).toBe(catalogue.find('order', 2));
  });

  it('are one at least', () => expect(() => new PlanCatalogue([], 'orders')).toThrow('has no saga to run'));

  it.each([
    ['two plans of one name and version', [plan('order', 1), plan('order', 1)], 'Two plans are called order version 1'],
    ['two saga types that one command starts', [plan('order', 1), plan('other', 1)], 'starts both order and other'],
    ['a version with another result', [settling(1, PaymentSettled), settling(2, CommandRejected)], 'gives onward.common.CommandRejected'],
    ['a version that has lost its result', [settling(2), settling(1, PaymentSettled)], 'settle version 1 gives onward.orders.PaymentSettled and version 2 has no result'],
    ['a plan of another domain', [plan('order', 1, 'payments')], 'is of the domain payments'],
  ])('refuse %s', (_, plans, message) => expect(() => new PlanCatalogue(plans, 'orders')).toThrow(message));
});
