import { parseName } from './names.js';

const taken = new Set(['payment', 'orders', 'admin']);

describe('the name of something new', () => {
  it('has the forms that files and code need', () => {
    expect(parseName('saga', 'open-membership', taken)).toEqual({ kebab: 'open-membership', camel: 'openMembership', pascal: 'OpenMembership', flat: 'openmembership' });
    expect(parseName('participant', 'loyalty', taken)).toEqual({ kebab: 'loyalty', camel: 'loyalty', pascal: 'Loyalty', flat: 'loyalty' });
  });

  it.each(['', 'Open', 'open_membership', 'open--x', '-open', '1st', 'a'.repeat(41), '../x'])('refuses "%s" for a saga', (name) => {
    expect(() => parseName('saga', name, taken)).toThrow(expect.objectContaining({ code: 'NAME_INVALID', exitCode: 2 }) as Error);
  });

  it('refuses what would not compile, and who is there already', () => {
    expect(() => parseName('saga', 'delete', taken)).toThrow('a word that the code needs');
    expect(() => parseName('saga', 'payment', taken)).toThrow('a word that the code needs');
    expect(() => parseName('participant', 'two-words', taken)).toThrow('one lower-case word');
    expect(() => parseName('participant', 'orders', taken)).toThrow(expect.objectContaining({ code: 'NAME_TAKEN', message: expect.stringContaining('admin, orders, payment') as string }) as Error);
  });
});
