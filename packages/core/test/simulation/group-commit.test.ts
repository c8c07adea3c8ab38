import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseRefName } from '../../src/ref/ref-name.js';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import { MAIN, perform } from './history.js';
import { RecordedDisk } from './recorded-disk.js';

describe('commits that are flushed at the same time', () => {
  let root = '';
  let disk: RecordedDisk;
  let writer: Writer;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'govc-group-'));
    disk = new RecordedDisk(root);
    writer = await Writer.open(await DirectoryBackend.init(root, { disk }));
    await perform(writer, { kind: 'commit', name: MAIN }, 0);
    await writer.flush();
  });
  afterEach(async () => {
    await writer.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('force five things to the disk alone', async () => {
    const before = disk.syncCount;
    await perform(writer, { kind: 'commit', name: MAIN }, 1);
    await writer.flush();
    // The pack, its index, the folder of packs, the new value of the ref, and its folder.
    expect(disk.syncCount - before).toBe(5);
  });

  it('share one pack, one change of the ref and the same five', async () => {
    const before = disk.syncCount;
    const flushes: Promise<void>[] = [];
    for (let i = 1; i <= 64; i++) {
      await perform(writer, { kind: 'commit', name: MAIN }, i);
      if (i > 1) flushes.push(writer.flush());
    }
    await Promise.all(flushes);
    expect(packCount()).toBeLessThanOrEqual(3);
    expect(disk.syncCount - before).toBeLessThanOrEqual(10);
    expect(writer.pendingCount).toBe(0);
  });

  it('need one more for each other ref', async () => {
    const before = disk.syncCount;
    await perform(writer, { kind: 'several', names: Array.from({ length: 10 }, (_, i) => parseRefName(`refs/heads/b${i}`)) }, 1);
    await Promise.all([writer.flush(), writer.flush(), writer.flush()]);
    expect(packCount()).toBe(2);
    // And the folders above, because the refs are new.
    expect(disk.syncCount - before).toBe(5 + 9 + 1);
  });

  function packCount(): number {
    return readdirSync(join(root, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  }
});
