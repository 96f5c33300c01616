import { readFileSync } from 'node:fs';
import { CancelSaga, PlaceOrder, serviceContracts } from '@onward/contracts';
import { CliError } from '../cli-error.js';
import { readCommandFile } from './command-file.js';
import { findClientCommand, prepareCommand, refuseToAwait } from './start-command.js';

const fixture = (name: string) => new URL(`../../../../test/fixtures/${name}`, import.meta.url).pathname;
const order = readCommandFile(fixture('order-ok.json'));

function refusal(act: () => unknown): CliError {
  try {
    act();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('finding a command', () => {
  it('takes the short and the full name', () => {
    expect(findClientCommand('PlaceOrder', serviceContracts)).toMatchObject({ service: 'orders', type: { name: 'onward.orders.PlaceOrder' } });
    expect(findClientCommand('onward.orders.PlaceOrder', serviceContracts).type.name).toBe('onward.orders.PlaceOrder');
  });

  it('names the commands there are', () => {
    expect(refusal(() => findClientCommand('PlaceOdrer', serviceContracts))).toMatchObject({ exitCode: 2, message: expect.stringContaining('PlaceOrder') as string });
  });

  it('offers no command that clients may not send', () => {
    expect(refusal(() => findClientCommand('AuthorizePayment', serviceContracts)).code).toBe('COMMAND_UNKNOWN');
  });
});

describe('waiting for what became of a command', () => {
  it('is refused for a signal, which has no outcome', () => {
    expect(refusal(() => refuseToAwait(findClientCommand('ManualApproval', serviceContracts)))).toMatchObject({ code: 'SIGNAL_HAS_NO_OUTCOME', exitCode: 2, message: expect.stringContaining('onward signal <sagaId> ManualApproval') as string });
    for (const name of ['PlaceOrder', 'CancelSaga']) expect(() => refuseToAwait(findClientCommand(name, serviceContracts))).not.toThrow();
  });
});

describe('preparing a command', () => {
  it.each(['order-ok.json', 'order-declined.json', 'order-unknown-product.json'])('takes %s', (name) => {
    const { sagaId, value } = prepareCommand(PlaceOrder, readCommandFile(fixture(name)));
    expect(sagaId).toMatch(/^order-[0-9a-z]{15,}$/);
    expect(PlaceOrder.encode(value as unknown as PlaceOrder).length).toBeGreaterThan(0);
  });

  it('keeps the id of the file, unless another one is given', () => {
    expect(prepareCommand(PlaceOrder, { ...order, orderId: 'o-7' }).sagaId).toBe('o-7');
    expect(prepareCommand(PlaceOrder, { ...order, orderId: 'o-7' }, 'o-8')).toMatchObject({ sagaId: 'o-8', value: { orderId: 'o-8' } });
  });

  it('names a wrong, a missing and an unknown field with what they should be', () => {
    const { total: _total, ...rest } = order;
    const lines = [{ ...(order['lines'] as object[])[0], quantity: 'two', unitPrice: { amountMinor: 1, currency: 'EUR', cents: 2 } }];
    const { message, exitCode } = refusal(() => prepareCommand(PlaceOrder, { ...rest, lines, colour: 'red' }));
    expect(exitCode).toBe(2);
    expect(message.split('\n').slice(1)).toEqual([
      '  lines.0.quantity should be int, is "two"',
      '  total should be a record Money, is missing',
      '  lines.0.unitPrice.cents is no field of Money, which has: amountMinor, currency',
      expect.stringMatching(/^ {2}colour is no field of PlaceOrder, which has: orderId, customerId, /),
    ]);
  });

  it('wants to know which saga a command to a running one is for', () => {
    expect(refusal(() => prepareCommand(CancelSaga, { reason: 'changed my mind' })).code).toBe('SAGA_ID_MISSING');
    expect(prepareCommand(CancelSaga, { reason: 'changed my mind' }, 'o-7').value).toEqual({ sagaId: 'o-7', reason: 'changed my mind' });
  });

  it('refuses an empty id', () => {
    expect(refusal(() => prepareCommand(PlaceOrder, order, '')).code).toBe('COMMAND_INVALID');
  });
});

describe('reading a command file', () => {
  it('says what is wrong with it', () => {
    expect(refusal(() => readCommandFile('/nowhere/order.json'))).toMatchObject({ exitCode: 2, message: 'Cannot read /nowhere/order.json: there is no such file.' });
    expect(refusal(() => readCommandFile(new URL(import.meta.url).pathname)).code).toBe('FILE_NOT_JSON');
  });

  it('ships fixtures without an id, so that each publishing starts a saga of its own', () => {
    expect(readFileSync(fixture('order-ok.json'), 'utf8')).not.toContain('orderId');
  });
});
