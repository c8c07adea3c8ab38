import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { createLogContext } from './log-context.js';
import { type LoggerOptions, createLogger } from './logger.js';

function setup(options: Partial<LoggerOptions> = {}) {
  const records: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n').filter(Boolean)) records.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  const time = { nowMs: 1000 };
  const logger = createLogger({ destination, clock: () => time.nowMs, ...options });
  return { logger, records, time };
}

describe('a log context', () => {
  it('puts its fields into every record written on behalf of its work, however late', async () => {
    const context = createLogContext();
    const { logger, records } = setup({ context: () => context.fields() });
    const deep = async (): Promise<void> => {
      await turn();
      logger.child({ component: 'pack' }).info('deep', { objects: 3 });
    };
    let userId: string | undefined;
    await Promise.all([
      context.run(() => ({ request_id: 'one', user_id: userId }), async () => {
        userId = 'ann';
        await deep();
      }),
      context.run({ request_id: 'two' }, deep),
    ]);
    logger.info('outside');
    await logger.flush();
    expect(records).toEqual([
      expect.objectContaining({ message: 'deep', request_id: 'one', user_id: 'ann', component: 'pack', objects: 3 }),
      expect.objectContaining({ message: 'deep', request_id: 'two' }),
      { timestamp: '1970-01-01T00:00:01.000Z', level: 'INFO', message: 'outside' },
    ]);
  });

  it('is weaker than the fields of a logger and of a call', async () => {
    const context = createLogContext();
    const { logger, records } = setup({ context: () => context.fields() });
    context.run({ request_id: 'context', a: 1, b: 1 }, () => logger.child({ a: 2, b: 2 }).info('x', { b: 3 }));
    await logger.flush();
    expect(records[0]).toMatchObject({ request_id: 'context', a: 2, b: 3 });
  });
});

describe('a timer', () => {
  it('writes how long an operation took, once', async () => {
    const { logger, records, time } = setup();
    const end = logger.timer('push', { repository: 'app' });
    time.nowMs += 250;
    end({ level: 'WARN', fields: { outcome: 'refused' } });
    end();
    await logger.flush();
    expect(records).toEqual([{
      timestamp: '1970-01-01T00:00:01.250Z', level: 'WARN', message: 'push', repository: 'app', outcome: 'refused', duration_ms: 250,
    }]);
  });
});

describe('repeats', () => {
  const repeats = { countMax: 2, windowMs: 1000 };

  it('are left out beyond the limit, and counted in the first record of the next window', async () => {
    const { logger, records, time } = setup({ repeats });
    for (let index = 0; index < 5; index++) logger.error('disk full');
    logger.error('other');
    time.nowMs += 1000;
    logger.error('disk full');
    await logger.flush();
    expect(records.map(({ message, suppressed }) => [message, suppressed])).toEqual([
      ['disk full', undefined], ['disk full', undefined], ['other', undefined], ['disk full', 3],
    ]);
  });

  it('are told apart by their errors, and do not count below warnings', async () => {
    const { logger, records } = setup({ repeats });
    for (let index = 0; index < 3; index++) {
      logger.error('request failed', { error: new Error(`number ${index}`) });
      logger.info('HTTP request processed');
    }
    await logger.flush();
    expect(records).toHaveLength(6);
  });

  it('are remembered for a bounded number of kinds', async () => {
    const { logger, records } = setup({ repeats, queueMax: 10_000 });
    for (let index = 0; index < 2000; index++) logger.warn(`kind ${index}`);
    await logger.flush();
    expect(records).toHaveLength(2000);
  });
});
