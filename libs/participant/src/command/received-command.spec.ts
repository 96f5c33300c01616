import { type ConsumedRecord, type DecodedValue } from '@onward/kafka';
import { readCommand, UnacceptableCommand } from './received-command.js';

const RELEASE = 'onward.fulfillment.ReleaseStock';
const decoded = { schemaId: 7, type: { name: RELEASE }, value: {} } as unknown as DecodedValue;

function read(headers: Readonly<Record<string, string>>): ReturnType<typeof readCommand> {
  const all = { ce_id: 'c', ce_type: RELEASE, ce_subject: 'a', ce_step: 'reserve', ce_attempt: '1', ...headers };
  const record: ConsumedRecord = {
    topic: 'orders.commands.fulfillment',
    partition: 0,
    offset: 0n,
    timestampMs: 1,
    key: Buffer.from('a'),
    value: Buffer.alloc(8),
    headers: Object.fromEntries(Object.entries(all).map(([name, text]) => [name, Buffer.from(text)])),
  };
  return readCommand(record, decoded, 'orders', 'fulfillment.replies.orders');
}

describe('the key of the do that a command takes back', () => {
  const undo = { ce_action: 'undo', ce_idempotencykey: 'orders/a/reserve/undo/0' };

  it('is the one that an undo names, whatever its own number', () => {
    expect(read({ ...undo, ce_undoes: 'orders/a/reserve/do/1' })).toMatchObject({ idempotencyKey: 'orders/a/reserve/undo/0', doKey: 'orders/a/reserve/do/1' });
  });

  it('is nothing for a do', () => {
    expect(read({ ce_action: 'do', ce_idempotencykey: 'orders/a/reserve/do/1' }).doKey).toBeNull();
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['names none', {}, 'HEADER_MISSING'],
    ['names what is no key', { ce_undoes: 'reserve' }, 'HEADER_INVALID'],
    ["names another domain's", { ce_undoes: 'others/a/reserve/do/0' }, 'HEADER_INVALID'],
    ['names an undo', { ce_undoes: 'orders/a/reserve/undo/0' }, 'HEADER_INVALID'],
  ])('has to be there and to be one: an undo that %s is refused', (_, headers, code) => {
    expect(() => read({ ...undo, ...headers })).toThrow(UnacceptableCommand);
    expect(() => read({ ...undo, ...headers })).toThrow(expect.objectContaining({ code, message: expect.stringContaining('ce_undoes') as string }) as Error);
  });
});
