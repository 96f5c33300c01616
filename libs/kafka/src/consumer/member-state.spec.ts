import { acceptsMemberInput, heartbeats, MEMBER_STATES, nextMemberState, type MemberInput, type MemberState } from './member-state.js';

const walk = (...inputs: MemberInput[]): MemberState => inputs.reduce<MemberState>(nextMemberState, 'idle');

describe('the member state table', () => {
  it('leads from a join to membership', () => {
    expect(walk('start', 'joined', 'assigned')).toBe('member');
  });

  it('passes through holding on every way from membership to the next join (R2)', () => {
    for (const sign of ['rebalance', 'evicted'] as const) {
      expect(walk('start', 'joined', 'assigned', sign)).toBe('holding');
      expect(walk('start', 'joined', 'assigned', sign, 'held')).toBe('joining');
    }
    expect(acceptsMemberInput('member', 'held')).toBe(false);
    expect(acceptsMemberInput('member', 'again')).toBe(false);
  });

  it('joins again when the coordinator is lost in the middle of a join', () => {
    expect(walk('start', 'again', 'joined', 'again', 'joined', 'assigned')).toBe('member');
  });

  it('can be stopped from everywhere, and nothing follows', () => {
    for (const state of ['joining', 'syncing', 'member', 'holding'] as const) expect(nextMemberState(state, 'stop')).toBe('leaving');
    expect(nextMemberState('leaving', 'left')).toBe('stopped');
    expect(() => nextMemberState('stopped', 'start')).toThrow('a group member that is stopped cannot take start');
  });

  it('heartbeats exactly while no request of its own waits at the coordinator', () => {
    expect(MEMBER_STATES.filter(heartbeats)).toEqual(['member', 'holding']);
  });
});
