import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SHA1, SHA256 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { parseRefName, type RefName } from '../../src/ref/ref-name.js';
import { symbolicRef } from '../../src/ref/ref-value.js';
import { DirectoryBackend, type DirectoryBackendOptions } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import { Draft } from '../../src/store/draft.js';
import { describeWithGit, RealGit } from './real-git.js';

const IDENTITY = { name: 'Ours', email: 'ours@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };
const MAIN = parseRefName('refs/heads/main');

/** A commit with one file on `branch`, applied but not flushed. */
function commit(writer: Writer, branch: RefName, text: string): ObjectId {
  const draft = new Draft(writer.current);
  const blob = draft.write('blob', Buffer.from(text));
  const tree = draft.write('tree', Buffer.concat([Buffer.from('100644 file\0'), Buffer.from(blob, 'hex')]));
  const value = draft.base.refs.get(branch);
  const parent = value?.kind === 'direct' ? `parent ${value.id}\n` : '';
  const who = 'Ours <ours@example.com> 1700000000 +0000';
  const id = draft.write('commit', Buffer.from(`tree ${tree}\n${parent}author ${who}\ncommitter ${who}\n\n${text}\n`));
  draft.setRef(branch, id);
  const result = writer.apply(draft.finish({ origin: 'test', reflog: { identity: IDENTITY, message: `commit: ${text}` } }));
  if (!result.ok) throw new Error(result.refusals[0]!.message);
  return id;
}

function showRefs(writer: Writer): string {
  const lines: string[] = [];
  for (const [name, value] of writer.current.refs.entries('refs/')) {
    lines.push(`${value.kind === 'direct' ? value.id : `ref:${value.target}`} ${name}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

describeWithGit('a Git directory shared with git', () => {
  let git: RealGit;
  let opened: Writer[] = [];
  beforeEach(() => {
    git = new RealGit();
    opened = [];
  });
  afterEach(async () => {
    for (const writer of opened) await writer.close().catch(() => undefined);
    git.remove();
  });

  const path = (name: string): string => join(git.folder, name);
  const open = async (name = 'repo.git', options: DirectoryBackendOptions = {}): Promise<Writer> => {
    const writer = await Writer.open(await DirectoryBackend.open(path(name), options));
    opened.push(writer);
    return writer;
  };
  const bare = (args: readonly string[], input = ''): string => git.read(['--git-dir=repo.git', ...args], input).toString();
  const initBare = (...args: string[]): void => {
    git.read(['init', '-q', '--bare', '-b', 'main', ...args, 'repo.git']);
  };
  const fsck = (): void => {
    const { status, stderr, stdout } = git.run(['--git-dir=repo.git', 'fsck', '--strict', '--full', '--no-dangling']);
    expect([status, stderr.replace(/^notice: .*\n/gm, ''), stdout.toString()]).toEqual([0, '', '']);
  };
  /** What `git for-each-ref` says, with symbolic refs as such. */
  const theirRefs = (): string =>
    bare(['for-each-ref', '--format=%(if)%(symref)%(then)ref:%(symref)%(else)%(objectname)%(end) %(refname)']);
  /** A commit made by git on a ref. */
  const theirCommit = (ref: string, message = 'theirs'): string => {
    const tree = bare(['mktree'], '').trim();
    const parent = git.run(['--git-dir=repo.git', 'rev-parse', '-q', '--verify', ref]).stdout.toString().trim();
    const id = bare(['commit-tree', tree, '-m', message, ...(parent === '' ? [] : ['-p', parent])]).trim();
    bare(['update-ref', ref, id]);
    return id;
  };

  it.each([SHA1, SHA256])('makes the same files as git init --bare ($name)', async (algorithm) => {
    git.read(['init', '-q', '--bare', '-b', 'trunk', `--object-format=${algorithm.name}`, 'theirs.git']);
    const backend = await DirectoryBackend.init(path('ours.git'), { algorithm, defaultBranch: 'trunk' });
    expect(backend.algorithm).toBe(algorithm);
    await backend.close();
    for (const file of ['HEAD', 'config', 'description', 'info/exclude']) {
      expect([file, readFileSync(path(`ours.git/${file}`), 'utf8')]).toEqual([file, readFileSync(path(`theirs.git/${file}`), 'utf8')]);
    }
    expect(git.read(['--git-dir=ours.git', 'rev-parse', '--is-bare-repository', '--show-object-format']).toString())
      .toBe(`true\n${algorithm.name}\n`);
    await expect(DirectoryBackend.init(path('ours.git'))).rejects.toMatchObject({ code: 'repository-exists' });
  });

  it.each([SHA1, SHA256])('appends commits that git reads ($name)', async (algorithm) => {
    const writer = await Writer.open(await DirectoryBackend.init(path('repo.git'), { algorithm }));
    opened.push(writer);
    const first = commit(writer, MAIN, 'one');
    expect(existsSync(path('repo.git/refs/heads/main'))).toBe(false);
    await writer.flush();
    const second = commit(writer, MAIN, 'two');
    const side = commit(writer, parseRefName('refs/heads/side/deep'), 'three');
    await Promise.all([writer.flush(), writer.flush()]);
    expect(bare(['log', '--format=%H %s', 'main'])).toBe(`${second} two\n${first} one\n`);
    expect(bare(['rev-parse', 'side/deep'])).toBe(`${side}\n`);
    expect(theirRefs()).toBe(showRefs(writer));
    expect(readdirSync(path('repo.git/objects')).sort()).toEqual(['info', 'pack']);
    expect(readdirSync(path('repo.git/objects/pack')).filter((name) => name.endsWith('.pack'))).toHaveLength(2);
    fsck();
    const again = await open();
    expect(showRefs(again)).toBe(showRefs(writer));
    expect(Buffer.from(again.current.objects.find(first)!.body).toString()).toContain('\none\n');
  });

  it('reads what git has written in every form', async () => {
    initBare();
    const ids = Array.from({ length: 5 }, (_, i) => theirCommit(`refs/heads/b${i}`, `c${i}`));
    bare(['pack-refs', '--all']);
    bare(['tag', '-a', '-m', 'note', 'v1', ids[0]!]);
    bare(['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/heads/b1']);
    bare(['symbolic-ref', 'refs/heads/unborn-link', 'refs/heads/nothing']);
    theirCommit('refs/heads/b1', 'newer than packed');
    bare(['repack', '-adq']);
    theirCommit('refs/heads/b2', 'loose');
    const writer = await open();
    expect(showRefs(writer).replace('ref:refs/heads/nothing refs/heads/unborn-link\n', '')).toBe(theirRefs());
    expect(writer.current.refs.get('HEAD')).toEqual(symbolicRef(MAIN));
    const all = bare(['cat-file', '--batch-all-objects', '--batch-check']).trim().split('\n');
    for (const line of all) {
      const [id, type, size] = line.split(' ') as [ObjectId, string, string];
      expect(writer.current.objects.findHeader(id)).toEqual({ type, size: Number(size) });
      expect(Buffer.from(writer.current.objects.find(id)!.body)).toEqual(git.read(['--git-dir=repo.git', 'cat-file', type, id]));
    }
    expect(new Set(writer.current.objects.ids())).toEqual(new Set(all.map((line) => line.split(' ')[0])));
  });
});
