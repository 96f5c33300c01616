import { fulfillment, fulfillmentContract, payment } from '@onward/contracts';
import { HandleCommand, HandleCommands, Participant } from './decorators.js';
import { HandlerTable } from './handler-table.js';
import { rejected } from './reply.js';

@Participant()
class Complete {
  @HandleCommands(fulfillment.ReserveStock, fulfillment.ReleaseStock)
  async some(commands: readonly unknown[]) {
    return commands.map(() => rejected('OUT_OF_STOCK', 'None.')) as never;
  }
  @HandleCommand(fulfillment.ShipParcel)
  async ship() {
    return rejected('NOT_RESERVED', 'No.');
  }
  @HandleCommand(fulfillment.QuoteShipping)
  async quote() {
    return rejected('DESTINATION_NOT_SERVED', 'No.');
  }
}

class Doubled extends Complete {}
class Incomplete {
  @HandleCommand(fulfillment.ShipParcel)
  async ship() {
    return rejected('NOT_RESERVED', 'No.');
  }
}
class Foreign {
  @HandleCommand(payment.VoidPayment)
  async void() {
    return rejected('ALREADY_CAPTURED', 'No.');
  }
}

describe('the table of handlers', () => {
  it('finds the handler of every command of the contract', () => {
    const table = new HandlerTable(fulfillmentContract, [new Complete()]);
    expect(table.of('onward.fulfillment.ReserveStock').handler).toBe(table.of('onward.fulfillment.ReleaseStock').handler);
    expect(table.of('onward.fulfillment.ShipParcel').handler.form).toBe('one');
  });

  it.each([
    ['a command without a handler', [new Incomplete()], 'no handler for onward.fulfillment.ReserveStock, onward.fulfillment.ReleaseStock'],
    ['a command with two', [new Complete(), new Doubled()], 'has two handlers'],
    ['a command of another contract', [new Complete(), new Foreign()], 'not in the contract of fulfillment'],
  ])('refuses %s', (_, handlers, message) => {
    expect(() => new HandlerTable(fulfillmentContract, handlers)).toThrow(message);
  });
});
