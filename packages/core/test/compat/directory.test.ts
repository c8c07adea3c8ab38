import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SHA1, SHA256 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { parseRefName } from '../../src/ref/ref-name.js';
import { symbolicRef } from '../../src/ref/ref-value.js';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { describeWithGit } from './real-git.js';
import { commit, SharedRepository, showRefs } from './shared-repository.js';

const MAIN = parseRefName('refs/heads/main');

describeWithGit('a Git directory', () => {
  let shared: SharedRepository;
  beforeEach(() => {
    shared = new SharedRepository();
  });
  afterEach(() => shared.end());

  it.each([SHA1, SHA256])('makes the same files as git init --bare ($name)', async (algorithm) => {
    shared.read(['init', '-q', '--bare', '-b', 'trunk', `--object-format=${algorithm.name}`, 'theirs.git']);
    const backend = await DirectoryBackend.init(shared.path('ours.git'), { algorithm, defaultBranch: 'trunk' });
    expect(backend.algorithm).toBe(algorithm);
    await backend.close();
    for (const file of ['HEAD', 'config', 'description', 'info/exclude']) {
      expect([file, readFileSync(shared.path(`ours.git/${file}`), 'utf8')]).toEqual([file, readFileSync(shared.path(`theirs.git/${file}`), 'utf8')]);
    }
    expect(shared.read(['--git-dir=ours.git', 'rev-parse', '--is-bare-repository', '--show-object-format']).toString())
      .toBe(`true\n${algorithm.name}\n`);
    await expect(DirectoryBackend.init(shared.path('ours.git'))).rejects.toMatchObject({ code: 'repository-exists' });
  });

  it.each([SHA1, SHA256])('appends commits that git reads ($name)', async (algorithm) => {
    const writer = await shared.openOn(await DirectoryBackend.init(shared.path('repo.git'), { algorithm }));
    const first = commit(writer, MAIN, 'one');
    expect(existsSync(shared.path('repo.git/refs/heads/main'))).toBe(false);
    await writer.flush();
    const second = commit(writer, MAIN, 'two');
    const side = commit(writer, parseRefName('refs/heads/side/deep'), 'three');
    await Promise.all([writer.flush(), writer.flush()]);
    expect(shared.git(['log', '--format=%H %s', 'main'])).toBe(`${second} two\n${first} one\n`);
    expect(shared.git(['rev-parse', 'side/deep'])).toBe(`${side}\n`);
    expect(shared.refs()).toBe(showRefs(writer));
    expect(readdirSync(shared.path('repo.git/objects')).sort()).toEqual(['info', 'pack']);
    expect(readdirSync(shared.path('repo.git/objects/pack')).filter((name) => name.endsWith('.pack'))).toHaveLength(2);
    expect(shared.fsck()).toBe('');
    const again = await shared.open();
    expect(showRefs(again)).toBe(showRefs(writer));
    expect(Buffer.from(again.current.objects.find(first)!.body).toString()).toContain('\none\n');
  });

  it('reads what git has written in every form', async () => {
    shared.init();
    const ids = Array.from({ length: 5 }, (_, i) => shared.commit(`refs/heads/b${i}`, `c${i}`));
    shared.git(['pack-refs', '--all']);
    shared.git(['tag', '-a', '-m', 'note', 'v1', ids[0]!]);
    shared.git(['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/heads/b1']);
    shared.git(['symbolic-ref', 'refs/heads/unborn-link', 'refs/heads/nothing']);
    shared.commit('refs/heads/b1', 'newer than packed');
    shared.git(['repack', '-adq']);
    shared.commit('refs/heads/b2', 'loose');
    const writer = await shared.open();
    expect(showRefs(writer).replace('ref:refs/heads/nothing refs/heads/unborn-link\n', '')).toBe(shared.refs());
    expect(writer.current.refs.get('HEAD')).toEqual(symbolicRef(MAIN));
    const all = shared.git(['cat-file', '--batch-all-objects', '--batch-check']).trim().split('\n');
    for (const line of all) {
      const [id, type, size] = line.split(' ') as [ObjectId, string, string];
      expect(writer.current.objects.findHeader(id)).toEqual({ type, size: Number(size) });
      expect(Buffer.from(writer.current.objects.find(id)!.body)).toEqual(shared.read(['--git-dir=repo.git', 'cat-file', type, id]));
    }
    expect(new Set(writer.current.objects.ids())).toEqual(new Set(all.map((line) => line.split(' ')[0])));
  });
});
