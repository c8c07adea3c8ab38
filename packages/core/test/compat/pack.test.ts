import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { concatBytes } from '../../src/bytes/compare.js';
import { SHA1, SHA256, type HashAlgorithm } from '../../src/hash/algorithm.js';
import type { ObjectType } from '../../src/hash/hash-object.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import type { GitObject } from '../../src/object/object.js';
import { buildPack } from '../../src/pack/build-pack.js';
import { bufferSource, chunkedSource, MemorySpool } from '../../src/pack/byte-source.js';
import { DeltaIndex } from '../../src/pack/create-delta.js';
import { FileSource } from '../../src/pack/file-source.js';
import { indexPack, reverseIndexBytes } from '../../src/pack/index-pack.js';
import { Pack } from '../../src/pack/pack.js';
import { PackIndex } from '../../src/pack/pack-index.js';
import { PackList, packNameHash } from '../../src/pack/pack-list.js';
import { PackReceiver } from '../../src/pack/pack-receiver.js';
import { planPack, type PlanPackOptions } from '../../src/pack/plan-pack.js';
import { writePack } from '../../src/pack/write-pack.js';
import { handMadeDelta, HandMadePack } from '../hand-made-pack.js';
import { describeWithGit, RealGit } from './real-git.js';

/** A history of files that change and shrink: packs of it are full of deltas, of the new on the old. */
function shrinkingHistory(commits: number): string {
  const lines: string[] = [];
  for (let mark = 1; mark <= commits; mark++) {
    lines.push('commit refs/heads/main', `mark :${mark}`, `committer C <c@example.com> ${1_600_000_000 + mark * 60} +0000`);
    lines.push(`data <<E`, `commit ${mark}`, 'E');
    if (mark > 1) lines.push(`from :${mark - 1}`);
    for (const name of [`src/file${mark % 7}.txt`, `docs/deep/file${mark % 3}.md`]) {
      const text = Array.from({ length: 300 - mark }, (_, i) => `${name} line ${i} ${i % 9 === mark % 9 ? mark : ''}`);
      lines.push(`M 100644 inline ${name}`, 'data <<E', ...text, 'E');
    }
    lines.push('');
  }
  return `${lines.join('\n')}\n`;
}

function write(list: PackList, options: PlanPackOptions): Uint8Array {
  const writer = writePack(runJob(planPack(list, options)));
  const chunks: Uint8Array[] = [];
  for (let step = writer.next(); step.done !== true; step = writer.next()) {
    if (step.value instanceof Uint8Array) chunks.push(step.value);
  }
  return concatBytes(chunks);
}

describeWithGit('packs with SHA-1', () => {
  comparePacks(SHA1);
});
describeWithGit('packs with SHA-256', () => {
  comparePacks(SHA256);
});

function comparePacks(algorithm: HashAlgorithm): void {
  let git: RealGit;
  let packPath = '';
  let listing: { id: ObjectId; path: string }[] = [];

  beforeAll(() => {
    git = new RealGit();
    git.read(['init', '-q', '--bare', '--object-format', algorithm.name, '.']);
    git.read(['fast-import', '--quiet'], shrinkingHistory(70));
    git.read(['repack', '-adfq', '--threads=1']);
    const folder = join(git.folder, 'objects/pack');
    packPath = join(folder, readdirSync(folder).find((name) => name.endsWith('.pack'))!);
    listing = git
      .read(['rev-list', '--objects', 'main'])
      .toString()
      .trim()
      .split('\n')
      .map((line) => ({ id: line.slice(0, algorithm.hexSize) as ObjectId, path: line.slice(algorithm.hexSize + 1) }));
  });
  afterAll(() => {
    git.remove();
  });

  const openPack = (): Pack =>
    new Pack({
      source: new FileSource(packPath),
      index: new PackIndex(readFileSync(packPath.replace(/pack$/, 'idx')), algorithm),
      algorithm,
    });

  /** What git says of a pack that we wrote: its id and how many objects it holds. */
  const accept = (bytes: Uint8Array): { id: string; deltas: number } => {
    const other = new RealGit();
    try {
      other.read(['init', '-q', '--bare', '--object-format', algorithm.name, '.']);
      const path = join(other.folder, 'x.pack');
      writeFileSync(path, bytes);
      const id = other.read(['index-pack', '--strict', path]).toString().trim();
      const verified = other.read(['verify-pack', '-v', path]).toString();
      other.read(['unpack-objects', '-q'], bytes);
      return { id, deltas: verified.split('\n').filter((line) => /^\w+ \w+ +\d+ \d+ \d+ \d+ /.test(line)).length };
    } finally {
      other.remove();
    }
  };

  it.each([
    ['by offset', ['--delta-base-offset']],
    ['by id', []],
  ])('of git with deltas %s are indexed to the bytes of git', (_name, args) => {
    const pack = git.read(['pack-objects', '--all', '--stdout', '-q', '--threads=1', '--no-reuse-delta', ...args]);
    const base = join(git.folder, 'indexed');
    writeFileSync(`${base}.pack`, pack);
    for (const version of [2, 1] as const) {
      git.read(['index-pack', `--index-version=${version}`, '--rev-index', '--threads=1', `${base}.pack`]);
      const indexed = runJob(indexPack(bufferSource(pack), { algorithm, indexVersion: version }));
      expect(Buffer.compare(indexed.indexBytes, readFileSync(`${base}.idx`))).toBe(0);
      expect(Buffer.compare(reverseIndexBytes(indexed), readFileSync(`${base}.rev`))).toBe(0);
    }
  });

  it('that are thin are completed and indexed to the bytes of git', () => {
    const tip = git.read(['rev-parse', 'main']).toString().trim();
    const half = git.read(['rev-parse', 'main~25']).toString().trim();
    const thin = git.read(['pack-objects', '--revs', '--thin', '--stdout', '-q', '--delta-base-offset'], `${tip}\n^${half}\n`);
    const full = openPack();
    const spool = new MemorySpool();
    const receiver = new PackReceiver(spool, { algorithm, findBase: (id) => full.find(id) });
    for (let at = 0; at < thin.length; at += 1000) receiver.write(new Uint8Array(thin.subarray(at, at + 1000)));
    const indexed = runJob(receiver.finish());
    expect(indexed.completion).toBeDefined();
    git.read(['index-pack', '--fix-thin', '--stdin', join(git.folder, 'thin.pack')], thin);
    const theirs = readFileSync(join(git.folder, 'thin.pack'));
    expect(indexed.objectCount).toBe(theirs.readUInt32BE(8));
    expect(() => runJob(indexPack(bufferSource(thin), { algorithm }))).toThrow(expect.objectContaining({ code: 'pack-corrupt' }));
    // Which bases are added is the same; their compressed bytes depend on the zlib that each is built with.
    const mine = new Set(indexed.index.ids());
    expect([...new PackIndex(readFileSync(join(git.folder, 'thin.idx')), algorithm).ids()].every((id) => mine.has(id))).toBe(true);
    writeFileSync(join(git.folder, 'mine.pack'), spool.read(0, spool.size));
    expect(git.read(['index-pack', '--strict', join(git.folder, 'mine.pack')]).toString().trim()).toBe(indexed.id);
    full.close();
  });

  it('of git read as git reads them', () => {
    const pack = openPack();
    const output = git.read(['cat-file', '--batch', '--batch-all-objects']);
    let count = 0;
    for (let at = 0; at < output.length; count++) {
      const end = output.indexOf(10, at);
      const [id, type, size] = output.toString('latin1', at, end).split(' ') as [ObjectId, ObjectType, string];
      const body = output.subarray(end + 1, end + 1 + Number(size));
      const object = pack.find(id)!;
      expect(object.type).toBe(type);
      expect(Buffer.compare(object.body, body)).toBe(0);
      expect(pack.findHeader(id)).toEqual({ type, size: body.length });
      at = end + 2 + body.length;
    }
    expect(count).toBe(pack.objectCount);
    runJob(pack.verify());
    pack.close();
  });

  it('that we copy from git are what git sent', () => {
    const pack = openPack();
    const list = new PackList(algorithm);
    for (const { id } of listing) list.add(id);
    expect(Buffer.compare(write(list, { source: pack }), readFileSync(packPath))).toBe(0);
    pack.close();
  });

  it.each([
    ['copying deltas by offset', { window: 0 }],
    ['copying deltas by id', { window: 0, ofsDelta: false }],
    ['looking for more', { window: 10 }],
  ])('that we write of a part of a history, %s, are accepted by git', (_name, options) => {
    const pack = openPack();
    const list = new PackList(algorithm);
    // Every object but some blobs, whose deltas must then be made whole. (--strict asks for links: no commits are sent.)
    const blobs = listing.filter(({ path }, i) => path.includes('.') && i % 5 !== 0);
    for (const { id, path } of blobs) list.add(id, packNameHash(Buffer.from(path)));
    const { deltas } = accept(write(list, { source: pack, ...options }));
    expect(deltas).toBeGreaterThan(20);
    pack.close();
  });

  it('that we build of loose objects are accepted by git, and small', () => {
    const pack = openPack();
    const objects = listing.map(({ id, path }) => ({
      ...(pack.find(id) as GitObject),
      id,
      nameHash: packNameHash(Buffer.from(path)),
    }));
    const built = buildPack(objects, { algorithm });
    const { id, deltas } = accept(built.pack);
    expect(id).toBe(built.id);
    expect(deltas).toBeGreaterThan(60);
    expect(built.pack.length).toBeLessThan(readFileSync(packPath).length * 1.3);
    expect(Buffer.compare(runJob(indexPack(chunkedSource([built.pack]), { algorithm })).indexBytes, built.index)).toBe(0);
    pack.close();
  });

  it('that we send thin are completed by git', () => {
    const pack = openPack();
    const half = git.read(['rev-parse', 'main~25']).toString().trim();
    const old = new Set(git.read(['rev-list', '--objects', half]).toString().split('\n').map((line) => line.slice(0, algorithm.hexSize)));
    const list = new PackList(algorithm);
    for (const { id, path } of listing) {
      if (!old.has(id)) list.add(id, packNameHash(Buffer.from(path)));
      else list.addKnown(id, packNameHash(Buffer.from(path)));
    }
    const thin = write(list, { source: pack, isBaseKnown: (id) => old.has(id) });
    const whole = write(list, { source: pack });
    expect(thin.length).toBeLessThan(whole.length);
    const id = git.read(['index-pack', '--fix-thin', '--stdin', join(git.folder, 'sent.pack')], thin).toString().trim();
    expect(id).toMatch(/[0-9a-f]{40}/);
    git.read(['verify-pack', join(git.folder, 'sent.pack')]);
    pack.close();
  });

  it('with deltas that we made are accepted by git', () => {
    const base = new Uint8Array(100_000).map((_byte, i) => Math.imul(i, i * 31) >>> 9);
    const target = concatBytes([base.subarray(70_000), base.subarray(0, 69_000), new Uint8Array(300)]);
    const pack = new HandMadePack(algorithm);
    const first = pack.object('blob', base);
    const second = pack.ofsDelta(first, new DeltaIndex(base).createDelta(target)!);
    pack.ofsDelta(second, handMadeDelta(target.length, 70_000, [[0, 70_000]]));
    expect(accept(pack.finish()).deltas).toBe(2);
  });
}
