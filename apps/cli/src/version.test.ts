import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { VERSION as SERVER_VERSION } from '@govc/server';
import { expect, it } from '@jest/globals';

import { VERSION } from './version.js';

it('is the version of the manifest, of the command line and of the server', () => {
  const versionOf = (folder: string): unknown =>
    (JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'apps', folder, 'package.json'), 'utf8')) as { version: unknown }).version;
  expect(VERSION).toBe(versionOf('cli'));
  expect(SERVER_VERSION).toBe(versionOf('server'));
});
