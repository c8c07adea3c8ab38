import { PassThrough, Writable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { type LoggerOptions, createLogger } from './logger.js';

const TIME_MS = Date.UTC(2024, 0, 15, 10, 30);

function setup(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      done();
    },
  });
  const logger = createLogger({ destination, clock: () => TIME_MS, ...options });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes one JSON object a line, time, level and message first', async () => {
    const { logger, lines } = setup();
    logger.info('HTTP request processed', { request_id: 'req-123-456', http_status: 201 });
    await logger.flush();
    expect(lines).toEqual([
      '{"timestamp":"2024-01-15T10:30:00.000Z","level":"INFO","message":"HTTP request processed","request_id":"req-123-456","http_status":201}',
    ]);
  });

  it('writes all five levels in upper case and in order', async () => {
    const { logger, lines } = setup({ level: 'DEBUG' });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    logger.fatal('e');
    await logger.flush();
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
  });

  it('leaves out what is below its level, and says so beforehand', async () => {
    const { logger, lines } = setup({ level: 'WARN' });
    logger.info('quiet');
    logger.warn('loud');
    await logger.flush();
    expect(lines).toHaveLength(1);
    expect([logger.isEnabled('INFO'), logger.isEnabled('WARN')]).toEqual([false, true]);
  });

  it('gives children the fields of their parents; a field at the call wins', async () => {
    const { logger, lines } = setup({ fields: { component: 'server', request_id: 'none' } });
    logger.child({ request_id: 'r1' }).child({ user_id: 'u1' }).info('x', { request_id: 'r2' });
    await logger.flush();
    expect(JSON.parse(lines[0]!)).toMatchObject({ component: 'server', request_id: 'r2', user_id: 'u1' });
  });

  it('does not let a field take the place of timestamp, level or message', async () => {
    const { logger, lines } = setup();
    logger.info('real', { message: 'forged', level: 'FATAL', timestamp: 'never' });
    await logger.flush();
    expect(JSON.parse(lines[0]!)).toEqual({ timestamp: '2024-01-15T10:30:00.000Z', level: 'INFO', message: 'real' });
  });

  it('writes lines for a terminal without control characters from outside', async () => {
    const { logger, lines } = setup({ format: 'text' });
    logger.warn('bad\u001b[2Jpath\nINFO forged', { path: 'a b', status: 404, empty: '' });
    await logger.flush();
    expect(lines).toEqual([
      '2024-01-15T10:30:00.000Z WARN  bad\\x1b[2Jpath\\x0aINFO forged path="a b" status=404 empty=""',
    ]);
  });

  it('flushes at once when nothing was written', async () => {
    const { logger } = setup();
    await expect(logger.flush()).resolves.toBeUndefined();
  });

  it('writes nothing after close and leaves the stream open', async () => {
    const destination = new PassThrough();
    const logger = createLogger({ destination, clock: () => TIME_MS });
    logger.info('before');
    await logger.close();
    logger.info('after');
    await logger.flush();
    expect((destination.read() as Buffer).toString()).toContain('before');
    expect(destination.read()).toBeNull();
    expect(destination.writableEnded).toBe(false);
  });

  it('drops and counts lines when the stream is slower than the queue is long', async () => {
    const lines: string[] = [];
    let slow = true;
    let release = (): void => undefined;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const destination = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        if (!slow) return done();
        release = done;
        begin();
      },
    });
    const logger = createLogger({ destination, clock: () => TIME_MS, queueMax: 3 });
    for (let count = 0; count < 10; count++) logger.info(`line ${count}`);
    await begun;
    slow = false;
    release();
    await logger.flush();
    logger.info('again');
    await logger.flush();
    const messages = lines.map((line) => JSON.parse(line) as { message: string; dropped?: number });
    expect(messages.map(({ message }) => message)).toEqual([
      'line 0',
      'line 1',
      'line 2',
      'log records were dropped because their destination is too slow',
      'again',
    ]);
    expect(messages[3]!.dropped).toBe(7);
  });

  it('tells a failed stream at flush, not at the call', async () => {
    const destination = new Writable({
      write(_chunk, _encoding, done) {
        done(new Error('disk full'));
      },
    });
    const logger = createLogger({ destination, clock: () => TIME_MS });
    logger.info('lost');
    await expect(logger.flush()).rejects.toMatchObject({ code: 'log-destination-failed' });
    logger.info('lost too');
    await expect(logger.close()).rejects.toMatchObject({ code: 'log-destination-failed' });
  });
});
