import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from '@jest/globals';
import { DiskFiles } from '../worktree/disk-files.js';
import { MemoryFiles } from '../worktree/memory-files.js';
import { filesSuite } from './files-suite.js';

describe('files in memory', () => {
  it.each(filesSuite(() => new MemoryFiles()))('$name', (check) => check.run());
});

describe('files on a disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'govc-files-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  it.each(filesSuite(() => new DiskFiles(join(root, `${count++}`))))('$name', (check) => check.run());
});
