import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseBundleHeader, serializeBundleHeader } from '../../src/history/bundle-header.js';
import type { RefName } from '../../src/ref/ref-name.js';
import type { BundleOptions } from '../../src/repository/bundle.js';
import { Repository } from '../../src/repository/repository.js';
import { parseFilter } from '../../src/walk/filter.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('bundles, compared with git', () => {
  const git = new RealGit();
  let repository: Repository;

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
    git.read(['fast-import', '--quiet', '--force'], branchyHistory(5, 80));
    git.read(['gc', '-q']);
    repository = await Repository.open(git.folder);
  });
  afterAll(() => {
    git.remove();
  });

  const make = (revisions: readonly string[], options: BundleOptions = {}): Buffer => {
    const pieces: Uint8Array[] = [];
    for (const step of repository.bundle(revisions, options)) if (step instanceof Uint8Array) pieces.push(step);
    return Buffer.concat(pieces);
  };
  const cases: readonly (readonly [name: string, revisions: readonly string[], args: readonly string[], options: BundleOptions])[] = [
    ['everything', ['--all'], ['--all'], {}],
    ['a branch', ['main'], ['main'], {}],
    ['a range', ['main~5..main'], ['main~5..main'], {}],
    ['what a branch has beyond others', ['main', '^topic', '^side'], ['main', '^topic', '^side'], {}],
    ['branches and a tag', ['--branches', 'v1', '--not', 'main~9'], ['--branches', 'v1', '--not', 'main~9'], {}],
    ['what is young', ['--all'], ['--all', '--since=1600004400'], { sinceSeconds: 1_600_004_400 }],
    ['version 3', ['--all'], ['--version=3', '--all'], { version: 3 }],
    ['no blobs', ['--all'], ['--filter=blob:none', '--all'], { filter: parseFilter('blob:none') }],
  ];

  it.each(cases)('writes the same header and objects for %s', (_name, revisions, args, options) => {
    const ours = make(revisions, options);
    const [version, rest] = args[0]?.startsWith('--version') === true ? [[args[0]], args.slice(1)] : [[], args];
    git.read(['bundle', 'create', '-q', ...version, 'theirs.bundle', ...rest]);
    const theirs = readFileSync(join(git.folder, 'theirs.bundle'));
    const header = parseBundleHeader(theirs).header;
    expect(Buffer.from(serializeBundleHeader(parseBundleHeader(ours).header)).toString()).toBe(Buffer.from(serializeBundleHeader(header)).toString());
    writeFileSync(join(git.folder, 'ours.bundle'), ours);
    expect(git.run(['bundle', 'verify', 'ours.bundle']).stderr).toContain('ours.bundle is okay');
    expect(git.read(['bundle', 'list-heads', 'ours.bundle'])).toEqual(git.read(['bundle', 'list-heads', 'theirs.bundle']));
  });

  it('ends where git ends when clocks are skewed', async () => {
    const skewed = new RealGit();
    try {
      skewed.read(['init', '-q', '--bare', '-b', 'main', '.']);
      skewed.read(['fast-import', '--quiet', '--force'], skewedHistory());
      const opened = await Repository.open(skewed.folder);
      for (const args of [['--all', '--since=1600000000'], ['main', '--since=1600000300'], ['main', '^side'], ['--all', '^main~7', '--since=1600000100']]) {
        const since = args.find((arg) => arg.startsWith('--since='))?.slice(8);
        const revisions = args.filter((arg) => !arg.startsWith('--since='));
        const pieces: Uint8Array[] = [];
        for (const step of opened.bundle(revisions, { sinceSeconds: since === undefined ? undefined : Number(since) })) if (step instanceof Uint8Array) pieces.push(step);
        const ours = Buffer.concat(pieces);
        skewed.read(['bundle', 'create', '-q', 'theirs.bundle', ...args]);
        writeFileSync(join(skewed.folder, 'ours.bundle'), ours);
        const theirs = readFileSync(join(skewed.folder, 'theirs.bundle'));
        expect(parseBundleHeader(ours).header).toEqual(parseBundleHeader(theirs).header);
        expect(packedObjects(skewed, 'ours.bundle')).toEqual(packedObjects(skewed, 'theirs.bundle'));
      }
      await opened.close();
    } finally {
      skewed.remove();
    }
  });

  it('bundles a shallow repository as git does', async () => {
    git.read(['clone', '-q', '--bare', '--depth=4', '--no-local', '--no-single-branch', `file://${git.folder}`, 'shallow.git']);
    const opened = await Repository.open(join(git.folder, 'shallow.git'));
    const pieces: Uint8Array[] = [];
    for (const step of opened.bundle(['--all'])) if (step instanceof Uint8Array) pieces.push(step);
    await opened.close();
    writeFileSync(join(git.folder, 'shallow.git/ours.bundle'), Buffer.concat(pieces));
    git.read(['-C', 'shallow.git', 'bundle', 'create', '-q', 'theirs.bundle', '--all']);
    expect(packedObjects(git, 'shallow.git/ours.bundle')).toEqual(packedObjects(git, 'shallow.git/theirs.bundle'));
  });

  it('brings the objects that a filter leaves, of whole history and of a range', () => {
    for (const [filter, revisions] of [['blob:none', ['--all']], ['tree:0', ['main']], ['blob:limit=20', ['main', '^main~6']]] as const) {
      writeFileSync(join(git.folder, 'ours.bundle'), make(revisions, { filter: parseFilter(filter) }));
      git.read(['bundle', 'create', '-q', 'theirs.bundle', `--filter=${filter}`, ...revisions]);
      expect(packedObjects(git, 'ours.bundle')).toEqual(packedObjects(git, 'theirs.bundle'));
      git.read(['init', '-q', '--bare', 'filtered.git']);
      git.read(['-C', 'filtered.git', 'fetch', '-q', git.folder, 'main']);
      expect(git.run(['-C', 'filtered.git', 'bundle', 'unbundle', '../ours.bundle']).stderr).toBe('');
    }
  });

  it('gives what git clones to the same refs', () => {
    writeFileSync(join(git.folder, 'whole.bundle'), make(['--all']));
    git.read(['clone', '-q', '--mirror', 'whole.bundle', 'clone.git']);
    expect(git.read(['-C', 'clone.git', 'show-ref'])).toEqual(git.read(['show-ref']));
    expect(git.read(['-C', 'clone.git', 'fsck', '--full']).toString()).toBe('');
  });

  it('takes what git wrote, whole and then the rest', () => {
    git.read(['bundle', 'create', '-q', 'first.bundle', 'main~8', 'side']);
    git.read(['branch', 'base', 'main~8']);
    git.read(['bundle', 'create', '-q', 'first.bundle', 'base']);
    git.read(['bundle', 'create', '-q', 'second.bundle', '--all', '--not', 'base']);
    const first = readFileSync(join(git.folder, 'first.bundle'));
    const second = readFileSync(join(git.folder, 'second.bundle'));
    const target = Repository.init();
    expect(() => target.unbundle(second)).toThrow(expect.objectContaining({ code: 'bundle-prerequisite-missing' }));
    expect(target.checkBundle(parseBundleHeader(second).header).missing.length).toBeGreaterThan(0);
    target.unbundle(first, (name) => name as RefName);
    const header = target.unbundle([second.subarray(0, 10), second.subarray(10, 500), second.subarray(500)],
      (name) => (name.startsWith('refs/') ? name as RefName : undefined));
    expect(header.refs.length).toBe(git.read(['bundle', 'list-heads', 'second.bundle']).toString().trim().split('\n').length);
    for (const name of ['main', 'side', 'topic', 'deep']) {
      expect(target.resolve(name)).toBe(git.read(['rev-parse', name]).toString().trim());
    }
    git.read(['branch', '-D', '-q', 'base']);
  });

  it('keeps the objects of a bundle in a directory', async () => {
    const target = await Repository.create(join(git.folder, 'taken.git'));
    target.unbundle(make(['--all']), (name) => (name.startsWith('refs/') ? name as RefName : undefined));
    await target.close();
    expect(git.read(['-C', 'taken.git', 'show-ref'])).toEqual(git.read(['show-ref']));
    expect(git.read(['-C', 'taken.git', 'fsck', '--full']).toString()).toBe('');
  });
});

/** The header of a bundle and how many objects its pack has of itself. */
function packedObjects(git: RealGit, name: string): string {
  const { header, pack } = parseBundleHeader(readFileSync(join(git.folder, name)));
  return `${Buffer.from(serializeBundleHeader(header)).toString()}${Buffer.from(pack).readUInt32BE(8)}`;
}

/** Two lines of history whose committer times jump. */
function skewedHistory(): string {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  let text = '';
  for (let i = 1; i <= 60; i++) {
    const branch = i % 3 === 0 ? 'side' : 'main';
    const time = 1_600_000_000 + i * 10 + (i % 7 === 0 ? -random(3000) : 0) + (i % 11 === 0 ? random(3000) : 0);
    text += `commit refs/heads/${branch}\nmark :${i}\ncommitter C <c@d> ${time} +0000\ndata 2\n${i % 10}\n`;
    if (i === 3) text += 'from :1\n';
    if (i % 9 === 0) text += `merge :${i - 1}\n`;
    text += `M 644 inline f${i % 5}\ndata ${String(i).length}\n${i}\n\n`;
  }
  return text;
}
