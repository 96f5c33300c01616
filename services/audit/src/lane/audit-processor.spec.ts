import { AvroRegistry, RegistryUnavailable } from '@onward/kafka';
import { FactReader } from '../facts/fact-reader.js';
import { EMPTY_LOG } from '../log/sequencer.js';
import { AuditProcessor } from './audit-processor.js';

describe('an audit processor', () => {
  const nothing = { records: new Map(), due: new Map<number, number>() };

  it.each([new RegistryUnavailable('The registry is away.'), new Error('somebody else has written to the log')])('blames no fact when the state of the log cannot be read: %s', async (cause) => {
    let away = false;
    const processor = new AuditProcessor({
      audit: 'audit',
      logTopic: 'audit.log',
      sources: new Map(),
      reader: new FactReader(new AvroRegistry({ url: 'http://127.0.0.1:9' })),
      encode: () => Buffer.alloc(0),
      readTail: async () => {
        if (away) throw cause;
        return EMPTY_LOG;
      },
      onCommitted: () => undefined,
    });
    await processor.open({ partition: 0 });
    await processor.open({ partition: 1 });
    await processor.close(1); // another member may append now: the state is read anew
    away = true;
    await expect(processor.process(nothing, 0)).rejects.toMatchObject({ code: 'LANE_RETRY_LATER', cause });
    away = false;
    expect(await processor.process(nothing, 0)).toEqual({ records: [] });
  });
});
