import { fulfillment, PlaceOrder } from '@onward/contracts';
import { saga, type Plan } from '@onward/saga';
import { PlanCatalogue } from './plan-catalogue.js';

const plan = (name: string, version: number, domain = 'orders'): Plan =>
  saga(name, { version, domain, input: PlaceOrder })
    .step('reserve', {
      command: fulfillment.ReserveStock,
      harmless: true,
      send: (s) => ({ reservationId: s.sagaId, orderId: s.sagaId, lines: [] }),
    })
    .build();

describe('the plans of an orchestrator', () => {
  it('start new sagas on the newest version and keep the older ones for running sagas', () => {
    const [one, two] = [plan('order', 1), plan('order', 2)];
    const catalogue = new PlanCatalogue([two, one], 'orders');
    expect(catalogue.startedBy(PlaceOrder.name)).toBe(two);
    expect(catalogue.find('order', 1)).toBe(one);
    expect(catalogue.find('order', 3)).toBeUndefined();
    expect(catalogue.startedBy('onward.orders.Nothing')).toBeUndefined();
  });

  it.each([
    ['two plans of one name and version', [plan('order', 1), plan('order', 1)], 'Two plans are called order version 1'],
    ['two saga types that one command starts', [plan('order', 1), plan('other', 1)], 'starts both order and other'],
    ['a plan of another domain', [plan('order', 1, 'payments')], 'is of the domain payments'],
  ])('refuse %s', (_, plans, message) => expect(() => new PlanCatalogue(plans, 'orders')).toThrow(message));
});
