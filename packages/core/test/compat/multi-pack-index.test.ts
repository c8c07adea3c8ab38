import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import { MultiPackIndex } from '../../src/pack/multi-pack-index.js';
import { PackIndex } from '../../src/pack/pack-index.js';
import { writeMultiPackIndex, type MidxPack } from '../../src/pack/write-multi-pack-index.js';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { describeWithGit } from './real-git.js';
import { SharedRepository } from './shared-repository.js';

describeWithGit('a multi-pack-index', () => {
  let repository: SharedRepository;
  const folder = (): string => repository.path('repo.git/objects/pack');

  beforeEach(() => {
    repository = new SharedRepository();
    repository.init();
    for (let i = 0; i < 4; i++) {
      for (let k = 0; k < 5; k++) {
        repository.git(['hash-object', '-w', '--stdin'], `text ${i} ${k}\n`.repeat(20));
        repository.commit('refs/heads/main', `commit ${i} ${k}`);
      }
      repository.git(['pack-objects', '-q', '--all', '--unpacked', 'objects/pack/pack'].map((arg) => (arg.startsWith('objects/') ? join(folder(), 'pack') : arg)));
      // A pack with copies of what others hold.
      if (i === 2) repository.git(['pack-objects', '-q', '--all', join(folder(), 'pack')]);
      repository.git(['prune-packed']);
    }
    for (const name of readdirSync(folder())) repository.runShell(`touch -d '@${1_700_000_000 + name.charCodeAt(6)}' '${join(folder(), name)}'`);
  });
  afterEach(() => repository.end());

  function packs(): MidxPack[] {
    return readdirSync(folder()).filter((name) => name.endsWith('.idx')).map((name) => ({
      name: name.slice(0, -4),
      index: new PackIndex(readFileSync(join(folder(), name)), SHA1),
      modifiedSeconds: Math.floor(statSync(join(folder(), name.replace(/idx$/, 'pack'))).mtimeMs / 1000),
    }));
  }

  it('is written byte for byte as git does', () => {
    repository.git(['multi-pack-index', 'write']);
    const theirs = readFileSync(join(folder(), 'multi-pack-index'));
    expect(Buffer.from(runJob(writeMultiPackIndex(packs(), { algorithm: SHA1 }))).equals(theirs)).toBe(true);
  });

  it('is written with the order of a preferred pack as git does', () => {
    for (const { name } of packs()) {
      rmSync(join(folder(), 'multi-pack-index'), { force: true });
      repository.runShell(`rm -f '${folder()}'/*.bitmap`);
      repository.git(['multi-pack-index', 'write', '--bitmap', `--preferred-pack=${name}.pack`]);
      const theirs = readFileSync(join(folder(), 'multi-pack-index'));
      const ours = runJob(writeMultiPackIndex(packs(), { algorithm: SHA1, preferred: name }));
      expect(Buffer.from(ours).equals(theirs)).toBe(true);
      const index = new MultiPackIndex(ours, SHA1);
      index.verifyChecksum();
      expect(index.pseudoPackOrder()?.length).toBe(index.count);
    }
  });

  it('is accepted by git when it is ours', () => {
    const bytes = runJob(writeMultiPackIndex(packs(), { algorithm: SHA1, preferred: packs()[1]!.name }));
    writeFileSync(join(folder(), 'multi-pack-index'), bytes);
    repository.git(['multi-pack-index', 'verify']);
    expect(repository.fsck()).toBe('');
  });

  it('leads to every object, and to none that is gone', async () => {
    const ids = repository.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']).trim().split('\n') as ObjectId[];
    writeFileSync(join(folder(), 'multi-pack-index'), runJob(writeMultiPackIndex(packs(), { algorithm: SHA1 })));
    const backend = await DirectoryBackend.open(repository.path('repo.git'));
    for (const id of ids) expect(backend.objects.find(id)).toBeDefined();
    expect(backend.objects.has('1'.repeat(40) as ObjectId)).toBe(false);
    // All in one pack, with a multi-pack-index left behind that names packs which are gone.
    const stale = readFileSync(join(folder(), 'multi-pack-index'));
    repository.git(['repack', '-adfq', '--keep-unreachable']);
    repository.commit('refs/heads/main', 'later');
    repository.git(['repack', '-q']);
    writeFileSync(join(folder(), 'multi-pack-index'), stale);
    for (const id of ids) expect(backend.objects.find(id)).toBeDefined();
    const later = repository.git(['rev-parse', 'main']).trim() as ObjectId;
    expect(backend.objects.find(later)?.type).toBe('commit');
    await backend.close();
    const again = await DirectoryBackend.open(repository.path('repo.git'));
    for (const id of [...ids, later]) expect(again.objects.find(id)).toBeDefined();
    await again.close();
  });

  it('is left out where it is damaged', async () => {
    const bytes = runJob(writeMultiPackIndex(packs(), { algorithm: SHA1 }));
    const ids = repository.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']).trim().split('\n') as ObjectId[];
    for (let cut = 0; cut < bytes.length; cut += 97) {
      writeFileSync(join(folder(), 'multi-pack-index'), bytes.subarray(0, cut));
      const problems: string[] = [];
      const backend = await DirectoryBackend.open(repository.path('repo.git'), { onProblem: ({ code }) => problems.push(code) });
      expect(backend.objects.has(ids[cut % ids.length]!)).toBe(true);
      expect(problems).toEqual(['pack-index-corrupt']);
      await backend.close();
    }
  });
});
