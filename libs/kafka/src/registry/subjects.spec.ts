import { serviceContracts } from '@onward/contracts';
import { parseDeclaration } from '../topology/declaration.js';
import { Topology } from '../topology/topology.js';
import { topicRecords } from './subjects.js';

const topology = new Topology(
  parseDeclaration([
    {
      name: 'test',
      text: `
services: { orders: { kind: orchestrator }, payment: { kind: participant }, client: { kind: client }, operator: { kind: operator } }
links: [{ from: client, to: orders }, { from: operator, to: orders }, { from: orders, to: payment }, { from: orders, to: orders }]`,
    },
  ]),
);
const recordsOn = (topic: string): string[] =>
  topicRecords(topology, serviceContracts)
    .filter((record) => record.topic === topic)
    .map(({ type }) => type.name);

describe('the records of a topic', () => {
  it('are, towards a participant, its commands, and back, their answers', () => {
    expect(recordsOn('orders.commands.payment')).toContain('onward.payment.AuthorizePayment');
    expect(recordsOn('payment.replies.orders')).toEqual(expect.arrayContaining(['onward.payment.PaymentAuthorized', 'onward.common.CommandRejected', 'onward.common.CommandFailed']));
  });

  it('are the same between an orchestrator and the one that runs its child sagas', () => {
    expect(recordsOn('orders.commands.orders')).toEqual(expect.arrayContaining(['onward.orders.SettlePayment', 'onward.orders.CancelSaga', 'onward.orders.TerminateSaga']));
    expect(recordsOn('orders.replies.orders')).toEqual(expect.arrayContaining(['onward.orders.PaymentSettled', 'onward.common.CommandRejected', 'onward.common.CommandFailed']));
  });

  it('differ by who sends: an operator may skip a step, a client may not', () => {
    expect(recordsOn('operator.commands.orders')).toContain('onward.orders.SkipStep');
    expect(recordsOn('client.commands.orders')).not.toContain('onward.orders.SkipStep');
    expect(recordsOn('client.commands.orders')).not.toContain('onward.orders.SettlePayment');
  });

  it('are each named once', () => {
    const all = topicRecords(topology, serviceContracts).map(({ topic, type }) => `${topic}-${type.name}`);
    expect(new Set(all).size).toBe(all.length);
  });
});
