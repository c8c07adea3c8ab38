import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { GIT_VERSION, Playground } from './command-lines.js';

/** A history with a merge, tags, a rename, notes and a remote-tracking branch. */
function makeHistory(playground: Playground): void {
  const git = (...args: string[]): void => {
    const { code, stderr } = playground.git(args);
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  const commit = (path: string, text: string, message: string): void => {
    playground.tick();
    mkdirSync(join(playground.path, path, '..'), { recursive: true });
    writeFileSync(join(playground.path, path), text);
    git('add', '.');
    git('commit', '-q', '-m', message);
  };
  git('init', '-q', '-b', 'main');
  commit('a', 'one\ntwo\nthree\n', 'First\n\nwith a body\n\nReviewed-by: Some One <some@example.com>');
  commit('dir/b', 'b\n'.repeat(20), 'Add b');
  git('tag', 'light');
  git('tag', '-a', '-m', 'the first release', 'v1.0');
  git('checkout', '-q', '-b', 'side');
  commit('c', 'c\n', 'Add c');
  git('checkout', '-q', 'main');
  commit('a', 'one\n2\nthree\n', 'Change a');
  playground.tick();
  git('merge', '-q', '--no-ff', '-m', 'Merge side', 'side');
  git('mv', 'dir/b', 'dir/with space');
  commit('dir/ünï', 'x\n', 'Rename b');
  git('tag', '-a', '-m', 'second\n\nmore', 'v1.1');
  git('notes', 'add', '-m', 'a note', 'HEAD~1');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD~2');
  git('config', 'remote.origin.url', 'nowhere');
  git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
  git('branch', '-q', '--set-upstream-to=origin/main', 'main');
}

const LINES: readonly (readonly string[])[] = [
  ...['HEAD', 'HEAD~2', 'v1.0', 'v1.0^{}', 'main:dir', ':/Change', 'HEAD^2', 'nosuch', 'HEAD~99', '@{u}'].map((text) => ['rev-parse', text]),
  ...['--git-dir', '--show-toplevel', '--show-prefix', '--is-bare-repository', '--is-inside-work-tree', '--show-cdup', '--all', '--branches', '--tags']
    .map((option) => ['rev-parse', option]),
  ['rev-parse', '--verify', '-q', 'nosuch'], ['rev-parse', '--abbrev-ref', 'HEAD', '@{u}'], ['rev-parse', '--symbolic-full-name', 'side', 'v1.0'],
  ['rev-parse', '--short', 'HEAD'], ['rev-parse', 'v1.0..HEAD', 'side...main'], ['rev-parse', '--sq-quote', "it's", 'a b'], ['rev-parse', 'HEAD^@', 'HEAD^!'],
  ['cat-file', '-t', 'HEAD'], ['cat-file', '-s', 'v1.0'], ['cat-file', '-p', 'HEAD^{tree}'], ['cat-file', '-p', 'v1.0'], ['cat-file', '-e', 'nosuch'],
  ['cat-file', 'blob', 'HEAD:a'], ['cat-file', 'tree', 'HEAD:a'], ['cat-file'], ['cat-file', '-t'],
  ['ls-tree', 'HEAD'], ['ls-tree', '-r', 'HEAD'], ['ls-tree', '-rt', '--name-only', 'HEAD'], ['ls-tree', '-l', 'HEAD', 'a'], ['ls-tree', '-z', '-r', 'HEAD', 'dir/'],
  ['show-ref'], ['show-ref', '-d', '--tags'], ['show-ref', '--verify', 'refs/heads/nosuch'], ['show-ref', '-s', 'main'], ['show-ref', '--head', 'nosuch'],
  ['for-each-ref'], ['for-each-ref', '--format=%(refname:short) %(upstream) %(upstream:track) %(push:short)', 'refs/heads'],
  ['for-each-ref', '--sort=-taggerdate', '--format=%(taggername) %(contents:subject)|%(contents:body)', 'refs/tags'],
  ['for-each-ref', '--format=%(if)%(*objectname)%(then)%(*objecttype)%(else)none%(end) %(align:12,middle)%(refname:strip=2)%(end)|'],
  ['for-each-ref', '--tcl', '--format=%(refname) %(subject)'], ['for-each-ref', '--contains', 'v1.0'], ['for-each-ref', '--no-merged=side'], ['for-each-ref', '--format=%(nosuch)'],
  ['symbolic-ref', 'HEAD'], ['symbolic-ref', '--short', 'HEAD'], ['symbolic-ref', 'refs/heads/main'], ['symbolic-ref', '-q', 'refs/heads/main'],
  ['log'], ['log', '--oneline', '--decorate'], ['log', '-2', '-p'], ['log', '--stat', '--summary', '-M'], ['log', '--name-status', '--pretty=fuller'], ['log', '--pretty=raw', '-1'],
  ['log', '--format=%h %an %ad %s%d%n%b', '--date=iso'], ['log', '--first-parent', '--pretty=short'], ['log', '--merges', '-m', '--oneline', '--raw'], ['log', '--cc', '-1', 'HEAD~1'],
  ['log', '--reverse', '--format=%H'], ['log', '--', 'a'], ['log', '--follow', '--oneline', '--', 'dir/with space'], ['log', '-S2', '--oneline'], ['log', '--grep=b$', '--oneline'],
  ['log', '--author=thor', '-i', '--oneline'], ['log', '-g', '--oneline', '-3'], ['log', '-1', '--notes', 'HEAD~1'], ['log', 'nosuch'], ['log', '--nosuch'], ['log', '-z', '--format=%s'],
  ['show'], ['show', 'v1.1'], ['show', 'HEAD:dir'], ['show', 'HEAD~1'], ['show', '-s', '--format=%G? %x41', 'HEAD'], ['show', 'HEAD:nosuch'],
  ['rev-list', 'HEAD'], ['rev-list', '--count', 'HEAD', '^v1.0'], ['rev-list', '--left-right', 'side...main'], ['rev-list', '--objects', 'v1.0'], ['rev-list', '--parents', '-2', 'HEAD'],
  ['rev-list', '--pretty=oneline', '-2', 'HEAD'], ['rev-list', '--header', '-1', 'HEAD'], ['rev-list', '--topo-order', '--all'], ['rev-list', '--max-parents=0', 'HEAD'],
  ['diff-tree', 'HEAD'], ['diff-tree', '-r', '-M', 'HEAD'], ['diff-tree', '-p', 'HEAD~2'], ['diff-tree', '--root', '-r', 'v1.0~1'], ['diff-tree', '--stat', 'v1.0', 'HEAD'],
  ['diff-tree', '-c', 'HEAD~1'], ['diff-tree', '--quiet', 'v1.0', 'HEAD'], ['diff-tree', '--pretty', '--name-only', 'HEAD'], ['diff-tree', '-R', '-p', 'v1.0', 'HEAD', '--', 'a'],
  ['tag'], ['tag', '-n'], ['tag', '-l', 'v*', '--sort=-v:refname'], ['tag', '--points-at', 'v1.0'], ['tag', '--column=always'], ['tag', '-d', 'nosuch'],
  ['branch'], ['branch', '-a'], ['branch', '-vv'], ['branch', '--merged'], ['branch', '--no-merged'], ['branch', '--show-current'], ['branch', '--format=%(refname)'], ['branch', '-r', '-v'],
  ['merge-base', 'main', 'side'], ['merge-base', '--is-ancestor', 'v1.0', 'side'], ['merge-base', '--independent', 'main', 'side', 'v1.0'], ['merge-base', '--fork-point', 'main'],
  ['describe'], ['describe', '--tags', 'HEAD~3'], ['describe', '--all', '--long'], ['describe', '--exact-match', 'HEAD~1'], ['name-rev', 'HEAD', 'HEAD~2', 'v1.0'], ['name-rev', '--tags', 'v1.0^{}'],
  ['shortlog', 'HEAD'], ['shortlog', '-sne', 'HEAD'], ['notes'], ['notes', 'show', 'HEAD~1'], ['notes', 'show', 'HEAD'], ['reflog', '-2'], ['reflog', 'exists', 'refs/heads/main'],
  ['merge-tree', '--write-tree', 'v1.0', 'side'], ['archive', '--list'], ['config', '--list', '--local'], ['config', 'remote.origin.url'], ['config', '--get-regexp', 'remote.*'],
  ['config', '--show-origin', '--show-scope', 'core.bare'], ['config', 'nosuch'], ['config', 'a.b'], ['config', '--type=bool', 'remote.origin.url'],
  ['check-ref-format', 'refs/heads/x..y'], ['check-ref-format', '--normalize', 'refs///heads/x'], ['check-ref-format', '--branch', '@{-1}'], ['var', 'GIT_AUTHOR_IDENT'],
  ['update-ref', 'refs/heads/new', 'nosuch'], ['update-ref', 'refs/heads/main', 'HEAD', 'side'],
  ['show-ref', '--nosuch'], ['merge-base', '-x', 'a', 'b'], ['for-each-ref', '--sor'],
];

(GIT_VERSION === undefined ? describe.skip : describe)('command lines that read', () => {
  const playground = new Playground();
  beforeAll(() => {
    makeHistory(playground);
  });
  afterAll(() => {
    playground.remove();
  });

  it.each(LINES.map((line) => [line.join(' '), line] as const))('git %s', async (_name, line) => {
    const expected = playground.git(line);
    expect(await playground.govc(line)).toEqual(expected);
  });

  it('sees the same from a folder below', async () => {
    const cwd = join(playground.path, 'dir');
    for (const line of [['rev-parse', '--show-prefix', '--show-cdup', '--git-dir'], ['ls-tree', 'HEAD'], ['log', '--oneline', '--', '.'], ['rev-parse', 'HEAD:./ünï'], ['log', '-1', '--stat']]) {
      expect(await playground.govc(line, { cwd })).toEqual(playground.git(line, { cwd }));
    }
  });

  it('answers many questions in one run', async () => {
    const input = 'HEAD\nHEAD:a\nnosuch\nv1.0\n';
    for (const line of [['cat-file', '--batch'], ['cat-file', '--batch-check'], ['cat-file', '--batch-check=%(objectsize) %(rest)'], ['diff-tree', '--stdin', '-r'], ['name-rev', '--annotate-stdin']]) {
      expect(await playground.govc(line, { input })).toEqual(playground.git(line, { input }));
    }
  });
});
