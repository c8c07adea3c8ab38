import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from '@jest/globals';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { DirectoryBackend } from '../storage/directory/directory-backend.js';
import { MemoryBackend } from '../storage/memory.js';
import { backendSuite } from './backend-suite.js';

describe.each([SHA1, SHA256])('a backend in memory ($name)', (algorithm) => {
  const maker = {
    make: async () => new MemoryBackend({ algorithm }),
    openAgain: async (backend: MemoryBackend) => backend,
  };
  it.each(backendSuite(maker as never))('$name', (check) => check.run());
});

describe.each([SHA1, SHA256])('a backend in a directory ($name)', (algorithm) => {
  const root = mkdtempSync(join(tmpdir(), 'govc-suite-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  const options = { syncs: false, pollMs: 5 };
  const maker = {
    make: () => DirectoryBackend.init(join(root, `${count++}.git`), { algorithm, ...options }),
    openAgain: (backend: DirectoryBackend) => DirectoryBackend.open(backend.path, options),
  };
  it.each(backendSuite(maker as never))('$name', (check) => check.run());
});
