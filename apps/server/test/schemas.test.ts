import { Writable } from 'node:stream';

import { expect, it } from '@jest/globals';

import { allEndpoints } from '../src/app.js';
import { compose } from '../src/compose.js';
import { loadConfig } from '../src/config.js';
import { Validators } from '../src/http/validate.js';
import { machineSurroundings } from '../src/main.js';

it('has no route whose schema cannot be compiled when the first request needs it', async () => {
  const config = loadConfig({ flags: [], env: {}, readFile: () => '' });
  const { parts, repositories, metrics, logger, close } = await compose(config, machineSurroundings(new Writable({
    write: (_chunk, _encoding, done) => done(),
  })));
  const validators = new Validators();
  for (const { body, query } of allEndpoints(parts)) {
    if (body !== undefined) validators.body(body);
    if (query !== undefined) validators.query(query);
  }
  expect(() => validators.compileAll()).not.toThrow();
  validators.body({ type: 'no such type' });
  expect(() => validators.compileAll()).toThrow('schema is invalid');
  close();
  await repositories.close(AbortSignal.timeout(1000));
  metrics.close();
  await logger.close();
});
