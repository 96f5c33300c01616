import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.js';

describe('what members tell each other', () => {
  it('is read back as it was written', () => {
    const subscription = { topics: ['a', 'b.c'], owner: 'orders-0', owned: [0, 3], generationId: 4 };
    expect(decodeSubscription(encodeSubscription(subscription))).toEqual(subscription);
    const assignment = { partitionsByTopic: new Map([['a', [0, 3]], ['b.c', []]]), owners: ['orders-0', 'orders-1'] };
    expect(decodeAssignment(encodeAssignment(assignment))).toEqual(assignment);
  });

  it('is nothing for a member the leader did not know', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual({ partitionsByTopic: new Map(), owners: [] });
  });

  it('is refused when another program has joined the group', () => {
    const foreign = Buffer.from([0, 0, 0, 0, 0, 1, 0, 1, 0x61, 0, 0, 0, 0]); // version 0, topic "a", empty user data
    expect(() => decodeSubscription(foreign)).toThrow(RangeError);
    expect(() => decodeSubscription(Buffer.from([0, 1]))).toThrow(RangeError);
  });
});
