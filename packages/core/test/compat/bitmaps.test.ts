import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { hasBit } from '../../src/bytes/ewah.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import { BitOrder } from '../../src/pack/bit-order.js';
import { BitmapIndex, findBitmaps } from '../../src/pack/bitmap-index.js';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { buildBitmaps } from '../../src/walk/build-bitmaps.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { enumerateByBitmaps } from '../../src/walk/enumerate-bitmaps.js';
import { enumerateObjects } from '../../src/walk/enumerate.js';
import type { ObjectList } from '../../src/walk/object-list.js';
import { describeWithGit } from './real-git.js';
import { SharedRepository } from './shared-repository.js';

describeWithGit('bitmaps', () => {
  let repository: SharedRepository;
  const folder = (): string => repository.path('repo.git/objects/pack');

  beforeAll(() => {
    repository = new SharedRepository();
    repository.init();
    let stream = '';
    let mark = 0;
    const change = (branch: string, i: number, from: string): void => {
      const text = `${branch} ${i}\n`.repeat(1 + (i % 7));
      stream += `commit refs/heads/${branch}\nmark :${++mark}\ncommitter C <c@example.com> ${1_700_000_000 + i * 60} +0000\ndata 3\nc ${i % 10}${from}\n` +
        `M 100644 inline f${i % 40}/g${i % 3}/file\ndata ${text.length}\n${text}\n`;
    };
    for (let i = 0; i < 300; i++) change('main', i, i === 0 ? '' : '');
    for (let i = 0; i < 60; i++) change('side', 150 + i, i === 0 ? '\nfrom :120' : '');
    for (let i = 0; i < 30; i++) {
      const text = `merge ${i}\n`;
      stream += `commit refs/heads/main\nmark :${++mark}\ncommitter C <c@example.com> ${1_700_100_000 + i * 60} +0000\ndata 1\nm\n` +
        `merge :${301 + i}\nM 100644 inline m${i}\ndata ${text.length}\n${text}\n`;
    }
    stream += `tag v1\nfrom :100\ntagger C <c@example.com> 1700000000 +0000\ndata 1\nt\ntag v2\nfrom :301\ntagger C <c@example.com> 1700000000 +0000\ndata 1\nt\n`;
    repository.git(['fast-import', '--quiet'], stream);
    repository.git(['repack', '-adq']);
  });
  afterAll(() => repository.end());
  beforeEach(() => {
    repository.runShell(`rm -f '${folder()}'/*.bitmap '${folder()}'/multi-pack-index`);
  });

  const refs = (): ObjectId[] => repository.git(['for-each-ref', '--format=%(objectname)']).trim().split('\n') as ObjectId[];
  const tips = (): ObjectId[] => [...new Set(refs().map((id) => repository.git(['rev-parse', `${id}^{commit}`]).trim() as ObjectId))];
  const listed = (list: ObjectList): string[] => Array.from({ length: list.count }, (_, i) => `${list.idAt(i)} ${list.typeAt(i)}`).sort();
  const reached = (...args: string[]): string[] => repository.git(['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    repository.git(['rev-list', '--objects', '--no-object-names', ...args])).trim().split('\n').sort();

  async function walkWith(wants: readonly ObjectId[], usesBitmaps: boolean): Promise<string[]> {
    const backend = await DirectoryBackend.open(repository.path('repo.git'));
    expect(findBitmaps(backend.objects) !== undefined).toBe(usesBitmaps);
    const { objects } = runJob(enumerateObjects({ objects: backend.objects, algorithm: SHA1, wants, haves: [], shallow: new Set() }));
    await backend.close();
    return listed(objects);
  }

  for (const config of [['pack.writeBitmapLookupTable=false'], ['pack.writeBitmapLookupTable=true']]) {
    it(`of git say what refs reach (${config.join()})`, async () => {
      repository.git(['-c', config[0]!, 'repack', '-adbq']);
      expect(await walkWith(refs(), true)).toEqual(reached('--all'));
      expect(await walkWith([tips()[0]!], true)).toEqual(reached(tips()[0]!));
    });

    it(`of a multi-pack-index of git say what refs reach (${config.join()})`, async () => {
      repository.git(['-c', config[0]!, 'multi-pack-index', 'write', '--bitmap']);
      expect(await walkWith(refs(), true)).toEqual(reached('--all'));
    });
  }

  it('are walked on from where they end', async () => {
    repository.git(['repack', '-adbq']);
    const blob = repository.git(['hash-object', '-w', '--stdin'], 'newest\n').trim();
    const tree = repository.git(['mktree'], `100644 blob ${blob}\tnewest\n`).trim();
    const id = repository.git(['commit-tree', tree, '-m', 'newest', '-p', 'main']).trim() as ObjectId;
    expect(await walkWith([id], true)).toEqual(reached(id));
  });

  for (const hasLookupTable of [false, true]) {
    it(`of ours are as good as those of git (lookup table: ${String(hasLookupTable)})`, async () => {
      const name = readdirSync(folder()).find((each) => each.endsWith('.pack'))!.slice(0, -5);
      const backend = await DirectoryBackend.open(repository.path('repo.git'));
      const order = BitOrder.ofPack([...backend.objects.packs.packs()][0]!.index);
      const graph = new CommitGraph(SHA1);
      const bytes = runJob(buildBitmaps({ order, objects: backend.objects, graph, tips: tips(), hasLookupTable }))!;
      const read = new BitmapIndex(bytes, order);
      const chosen = tips().filter((id) => read.find(order.bitOfId(id)) !== undefined);
      expect(chosen).toContain(repository.git(['rev-parse', 'main']).trim());
      for (const id of chosen) {
        const words = read.find(order.bitOfId(id))!;
        const ids = reached(id).map((line) => line.slice(0, 40) as ObjectId);
        for (const each of ids) expect(hasBit({ bitSize: order.count, words }, order.bitOfId(each))).toBe(true);
      }
      const list = runJob(enumerateByBitmaps({ bitmaps: read, objects: backend.objects, graph, commits: tips(), tags: [] }))!;
      expect(listed(list)).toEqual(reached(...tips()));
      await backend.close();
      writeFileSync(join(folder(), `${name}.bitmap`), bytes);
      for (const id of chosen) {
        const { status, stderr } = repository.run(['--git-dir=repo.git', '-c', `pack.readBitmapLookupTable=${String(hasLookupTable)}`, 'rev-list', '--test-bitmap', id]);
        expect([status, stderr.includes('OK!')]).toEqual([0, true]);
      }
      const byBitmap = repository.git(['rev-list', '--use-bitmap-index', '--objects', '--no-object-names', '--all']).trim().split('\n').sort();
      expect(byBitmap).toEqual(reached('--all').map((line) => line.slice(0, 40)));
      expect(repository.fsck()).toBe('');
    });
  }

  it('cannot be made where something has no bit', async () => {
    const blob = repository.git(['hash-object', '-w', '--stdin'], 'loose\n').trim();
    const tree = repository.git(['mktree'], `100644 blob ${blob}\tloose\n`).trim();
    const id = repository.git(['commit-tree', tree, '-m', 'loose', '-p', 'main']).trim() as ObjectId;
    const backend = await DirectoryBackend.open(repository.path('repo.git'));
    const order = BitOrder.ofPack([...backend.objects.packs.packs()][0]!.index);
    expect(runJob(buildBitmaps({ order, objects: backend.objects, graph: new CommitGraph(SHA1), tips: [id] }))).toBeUndefined();
    await backend.close();
  });

  it('that are damaged are done without', async () => {
    repository.git(['repack', '-adbq']);
    const name = readdirSync(folder()).find((each) => each.endsWith('.bitmap'))!;
    const bytes = readFileSync(join(folder(), name));
    const expected = reached('--all');
    repository.runShell(`chmod u+w '${join(folder(), name)}'`);
    for (let at = 20; at < bytes.length; at += Math.ceil(bytes.length / 8)) {
      writeFileSync(join(folder(), name), bytes.subarray(0, at));
      const backend = await DirectoryBackend.open(repository.path('repo.git'));
      const { objects } = runJob(enumerateObjects({ objects: backend.objects, algorithm: SHA1, wants: refs(), haves: [], shallow: new Set() }));
      expect(listed(objects)).toEqual(expected);
      await backend.close();
    }
  });
});
