import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function logged(act: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  act(createLogger({ service: 'audit', instance: '1', logLevel: 'info' }, { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  it('writes one JSON object a line with service, instance, level and time', () => {
    const [line] = logged((logger) => logger.info({ sagaId: 'o-1' }, 'step done'));
    expect(line).toMatchObject({ level: 'info', service: 'audit', instance: '1', sagaId: 'o-1', msg: 'step done' });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('writes no secret', () => {
    const text = JSON.stringify(
      logged((logger) => logger.info({ password: 'hunter2', kafka: { sasl: { password: 'hunter2' } }, err: Object.assign(new Error('no'), { password: 'hunter2' }) })),
    );
    expect(text).not.toContain('hunter2');
  });
});

describe('NestLogger', () => {
  it('keeps the context, and the stack of an error', () => {
    const [line] = logged((logger) => new NestLogger(logger).error(new Error('no'), 'Payments'));
    expect(line).toMatchObject({ level: 'error', context: 'Payments', msg: 'no', err: { message: 'no' } });
  });

  it('writes Nest\'s words about wiring at debug only', () => {
    expect(logged((logger) => new NestLogger(logger).log('dependencies initialized', 'InstanceLoader'))).toEqual([]);
    expect(logged((logger) => new NestLogger(logger).log('hello', 'Mine'))).toMatchObject([{ context: 'Mine', msg: 'hello' }]);
  });
});
