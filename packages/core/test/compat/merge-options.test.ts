import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import type { MergeVerbOptions } from '../../src/repository/merge.js';
import { branchRef } from '../../src/ref/ref-name.js';
import { describeWithGit, RealGit } from './real-git.js';

const ATTRIBUTES = [
  'bin merge=binary', 'unset -merge', 'union merge=union', 'text merge=text', 'long conflict-marker-size=12', 'odd conflict-marker-size=x',
  'custom merge=keep', 'unknown merge=nobody', '*.in/deep merge=union', '',
].join('\n');

const FILES = ['bin', 'unset', 'union', 'text', 'long', 'odd', 'custom', 'unknown', 'a.in/deep', 'plain'];

const numbered = (changed: string): string => Array.from({ length: 12 }, (_, i) => (i === 5 ? changed : `line ${i}`)).join('\n');

const CASES: readonly { readonly args: readonly string[]; readonly heads: readonly string[]; readonly options: MergeVerbOptions; readonly ours?: string }[] = [
  { args: [], heads: ['theirs'], options: {} },
  { args: ['-X', 'ours'], heads: ['theirs'], options: { strategyOptions: ['ours'] } },
  { args: ['-X', 'theirs'], heads: ['theirs'], options: { favor: 'theirs' } },
  { args: ['-X', 'ignore-all-space'], heads: ['spaces'], options: { strategyOptions: ['ignore-all-space'] } },
  { args: ['-X', 'ignore-space-change'], heads: ['spaces'], options: { whitespace: { spaceChange: true } } },
  { args: [], heads: ['spaces'], options: {} },
  { args: ['-X', 'find-renames=90'], heads: ['renames'], options: { strategyOptions: ['find-renames=90'] } },
  { args: ['-X', 'find-renames=30'], heads: ['renames'], options: { renameScore: 30 } },
  { args: ['-s', 'subtree'], heads: ['sub'], options: { strategy: 'subtree', allowUnrelated: true }, ours: 'whole' },
  { args: ['-X', 'subtree=lib'], heads: ['sub'], options: { strategyOptions: ['subtree=lib'], allowUnrelated: true }, ours: 'whole' },
  { args: ['-X', 'subtree=lib'], heads: ['whole'], options: { subtreeShift: 'lib', allowUnrelated: true }, ours: 'sub' },
];

describeWithGit('options and attributes of merges, compared with git merge', () => {
  const git = new RealGit();
  let repository: Repository;

  beforeAll(async () => {
    git.read(['init', '-q', '-b', 'base']);
    const commit = (branch: string, from: string | undefined, files: Readonly<Record<string, string>>): void => {
      const parts = Object.entries(files).map(([path, data]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(data)}\n${data}\n`);
      const parent = from === undefined ? '' : `from refs/heads/${from}\n`;
      git.read(['fast-import', '--quiet', '--force'], `commit refs/heads/${branch}\ncommitter C <c@example.com> 1600000000 +0000\ndata 1\nm\n${parent}${parts.join('')}`);
    };
    const all = (changed: string): Record<string, string> => Object.fromEntries(FILES.map((path) => [path, `${numbered(changed)}\n`]));
    commit('base', undefined, { ...all('base'), '.gitattributes': ATTRIBUTES, 'moves': numbered('move me') });
    commit('ours', 'base', { ...all('ours'), 'moves': numbered('moved by ours') });
    commit('theirs', 'base', all('theirs'));
    commit('spaces', 'base', Object.fromEntries(FILES.map((path) => [path, `${numbered('  base')}\n`.replaceAll('line', 'line ')])));
    git.read(['fast-import', '--quiet', '--force'], 'commit refs/heads/renames\ncommitter C <c@example.com> 1600000000 +0000\ndata 1\nm\nfrom refs/heads/base\nR moves elsewhere\n' +
      `M 100644 inline elsewhere\ndata ${numbered('x').length + 30}\n${numbered('x')}${'\nmore '.repeat(5)}\n`);
    commit('sub', undefined, { 'one': `${numbered('sub')}\n`, 'two': 'two\n', 'three': 'three\n', 'new': 'new\n' });
    commit('whole', undefined, { 'lib/one': `${numbered('base')}\n`, 'lib/two': 'two\n', 'lib/three': 'three\n', 'main': 'main\n' });
    git.read(['config', 'merge.keep.driver', 'cat %B > %A; exit 0']);
    repository = await Repository.open(git.folder);
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  it.each(CASES)('merges $heads as git merge $args', ({ args, heads, options, ours = 'ours' }) => {
    git.read(['checkout', '-q', '-f', '-B', 'work', ours]);
    const { status } = git.run(['merge', '-q', '--no-commit', '--no-ff', '--allow-unrelated-histories', ...args, ...heads]);
    const conflicts = git.read(['ls-files', '-u', '-z']).toString();
    git.read(['add', '-A']);
    const theirs = { status, conflicts, tree: git.read(['write-tree']).toString().trim() };
    git.read(['reset', '-q', '--hard']);

    const reality = repository.reality();
    reality.setRef(branchRef('work'), reality.resolve(ours), { kind: 'any' });
    reality.setHead('work');
    const drivers = new Map([['keep', { merge: (request: { theirs: Uint8Array }) => ({ content: request.theirs, isClean: true }), recursive: undefined }]]);
    const outcome = reality.merge(heads, { noCommit: true, fastForward: 'never', drivers, ...options });
    reality.discard();
    if (outcome.kind !== 'staged' && outcome.kind !== 'conflicts') throw new Error(outcome.kind);
    const list = outcome.kind === 'staged' ? [] : outcome.conflicts.flatMap(({ path, stages }) =>
      [stages.base, stages.ours, stages.theirs].flatMap((stage, i) => (stage === undefined ? [] : [`${stage.mode.toString(8)} ${stage.id} ${i + 1}\t${path}\0`])));
    expect({ status: outcome.kind === 'staged' ? 0 : 1, conflicts: list.join(''), tree: outcome.tree }).toEqual(theirs);
  });
});
