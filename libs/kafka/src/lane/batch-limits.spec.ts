import { BatchLimits } from './batch-limits.js';

describe('batch limits (R10)', () => {
  it('halve what failed down to one input, and grow back', () => {
    const limits = new BatchLimits({ recordsMax: 2_000, bytesMax: 4_000_000 });
    limits.failed(9);
    expect(limits.current).toEqual({ recordsMax: 4, bytesMax: 4_000_000 });
    limits.failed(4);
    limits.failed(2);
    limits.failed(1);
    expect(limits.current.recordsMax).toBe(1);
    for (let i = 0; i < 20; i += 1) limits.succeeded();
    expect(limits.current.recordsMax).toBe(2_000);
  });
});
