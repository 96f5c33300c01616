import { fileURLToPath } from 'node:url';
import { loadTopology, type ConsumedRecord } from '@onward/kafka';
import { ORIGIN_OFFSET, ORIGIN_PARTITION, ORIGIN_TOPIC, OriginJudge } from './origin.js';

const topics = loadTopology([fileURLToPath(new URL('../../../../schemas/topology.yaml', import.meta.url))]).orchestrator('orders');
const judge = new OriginJudge(topics);
const record = (topic: string, headers: Record<string, string> = {}): ConsumedRecord => ({
  topic,
  partition: 2,
  offset: 9n,
  timestampMs: 0,
  key: null,
  value: null,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
});

describe('the origin of a record', () => {
  it('is the topic it is on, which proves who sent it', () => {
    expect(judge.originOf(record('client.commands.orders'))).toMatchObject({ sender: { kind: 'client' }, partition: 2, offset: 9n, forwarded: false });
    expect(judge.originOf(record('operator.commands.orders'))?.sender).toEqual({ kind: 'operator' });
    expect(judge.originOf(record('orders.commands.orders'))?.sender).toEqual({ kind: 'parent', name: 'orders' });
    expect(judge.originOf(record('orders.replies.orders'))?.sender).toEqual({ kind: 'participant', name: 'orders' });
    expect(judge.originOf(record('payment.replies.orders'))?.sender).toEqual({ kind: 'participant', name: 'payment' });
  });

  it('of a forwarded record is where it was first published', () => {
    const headers = { [ORIGIN_TOPIC]: 'payment.replies.orders', [ORIGIN_PARTITION]: '1', [ORIGIN_OFFSET]: '77' };
    expect(judge.originOf(record(topics.reroutes, headers))).toEqual({ sender: { kind: 'participant', name: 'payment' }, topic: 'payment.replies.orders', partition: 1, offset: 77n, forwarded: true });
  });

  it.each([
    ['says nothing', {}],
    ['names a topic that is no input', { [ORIGIN_TOPIC]: 'audit.log', [ORIGIN_PARTITION]: '1', [ORIGIN_OFFSET]: '7' }],
    ['has no number for an offset', { [ORIGIN_TOPIC]: 'payment.replies.orders', [ORIGIN_PARTITION]: '1', [ORIGIN_OFFSET]: '-7' }],
  ])('is unknown when a forwarded record %s', (_, headers) => expect(judge.originOf(record(topics.reroutes, headers))).toBeUndefined());

  it('is not taken from the headers of a record that was not forwarded', () => {
    const forged = record('client.commands.orders', { [ORIGIN_TOPIC]: 'operator.commands.orders', [ORIGIN_PARTITION]: '0', [ORIGIN_OFFSET]: '0' });
    expect(judge.originOf(forged)?.sender).toEqual({ kind: 'client' });
  });
});
