import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { GovcError } from '../../src/errors.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { HEAD, type RefName } from '../../src/ref/ref-name.js';
import { parseReflog } from '../../src/ref/reflog.js';
import { parseIndexFile } from '../../src/staging/index-file.js';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import type { ReflogSource } from '../../src/store/reflogs.js';
import { SeededRandom } from '../../src/testing/random.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { resolveRange } from '../../src/walk/revision/resolve-range.js';
import { resolveRevision } from '../../src/walk/revision/resolve-revision.js';
import type { RevisionContext } from '../../src/walk/revision/revision-context.js';
import { describeWithGit, RealGit } from './real-git.js';

/** A history with merges, tags of all kinds, symbolic refs, moved branches, a remote and a conflict. */
function build(git: RealGit): void {
  let minute = 0;
  const run = (...args: string[]): string => {
    const date = `${1_700_000_000 + minute++ * 60} +0100`;
    const result = git.run(['-C', 'w', ...args], '', { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
    if (result.status !== 0 && args[0] !== 'merge') throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
    return result.stdout.toString().trim();
  };
  git.read(['init', '-q', '-b', 'main', 'w']);
  const commit = (message: string, path: string, text: string): void => {
    const file = join(git.folder, 'w', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    run('add', '.');
    run('commit', '-q', '-m', message);
  };
  commit('Begin', 'a', '1');
  commit('Add dir', 'dir/b', '2');
  commit('[odd] subject (with) marks', 'dir/sub/c', '3');
  run('tag', 'light');
  run('tag', '-a', '-m', 'annotated', 'v1.0');
  run('tag', '-a', '-m', 'nested', 'nested', 'v1.0');
  run('tag', 'tree-tag', 'HEAD^{tree}');
  run('tag', 'blob-tag', 'HEAD:a');
  run('tag', '-a', '-m', 'of a tree', 'tree-note', 'HEAD:dir');
  run('checkout', '-q', '-b', 'topic');
  commit('On topic', 'topic', '4');
  commit('!important change', 'topic', '5');
  run('checkout', '-q', 'main');
  commit('On main\n\nbody line\nsecond', 'a', '6');
  run('merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic');
  run('branch', 'other', 'HEAD~2');
  run('branch', 'v1.0-branch', 'HEAD^2');
  run('branch', 'user@host', 'HEAD~1');
  run('update-ref', 'refs/remotes/origin/main', 'HEAD~1');
  run('update-ref', 'refs/remotes/origin/other', 'HEAD~2');
  run('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  run('tag', 'main-clash', 'HEAD~1');
  run('branch', 'main-clash', 'HEAD~2');
  run('config', 'remote.origin.url', 'nowhere');
  run('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
  run('config', 'branch.main.remote', 'origin');
  run('config', 'branch.main.merge', 'refs/heads/main');
  run('config', 'branch.other.remote', '.');
  run('config', 'branch.other.merge', 'refs/heads/main');
  run('checkout', '-q', 'other');
  run('checkout', '-q', 'topic');
  run('checkout', '-q', '--detach', 'HEAD~1');
  run('checkout', '-q', 'main');
  run('reset', '-q', '--hard', 'HEAD~1');
  run('reset', '-q', '--hard', 'HEAD@{1}');
  run('checkout', '-q', '-b', 'left');
  commit('left', 'conflict', 'left');
  run('checkout', '-q', '-b', 'right', 'HEAD~1');
  commit('right', 'conflict', 'right');
  run('merge', 'left');
}

const NAMES = [
  'HEAD', '@', 'main', 'topic', 'other', 'refs/heads/main', 'heads/topic', 'v1.0', 'nested', 'light', 'tree-tag', 'blob-tag',
  'tree-note', 'tags/v1.0', 'origin', 'origin/main', 'remotes/origin/main', 'main-clash', 'user@host', 'v1.0-branch', 'left', 'right',
  'missing', 'dir', '@{-1}', '@{-2}', '@{-3}', '@{-4}', '@{-9}', '@@{u}', 'main@{u}', 'main@{upstream}', 'main@{UPSTREAM}', '@{-4}@{u}',
  'other@{u}', 'main@{push}', 'HEAD@{0}', 'HEAD@{1}', 'HEAD@{2}', 'HEAD@{12}', '@{0}', '@{1}', 'main@{0}', 'main@{1}', 'main@{2}', 'main@{3}',
  'main@{2023-11-14 22:20:00 +0000}', 'HEAD@{2023-11-14.22:30:00}', 'HEAD@{1700001000}', 'topic@{yesterday}', '@{now}', 'left@{1.day.ago}',
  'v1.0-3-g', 'x-g', '', '^', '~', 'refs/heads', '-', '@{', '@{}', 'main@{}', '{', 'a..b', '.', 'HEAD/', '/HEAD',
];
const SUFFIXES = [
  '^', '^^', '^0', '^1', '^2', '^3', '~', '~0', '~1', '~2', '~99', '^{}', '^{commit}', '^{tree}', '^{blob}', '^{tag}', '^{object}', '^{bogus}',
  '^{/topic}', '^{/Add|Begin}', '^{/!-On}', '^{/!!important}', '^{/}', '^{/!x}', '^{/[odd}', '^{/nothing here}', '^{/^On}', '^{/second$}', '@{u}',
  ':', ':a', ':dir', ':dir/', ':dir/b', ':dir/sub/c', ':dir//b', ':nothing', ':./a', ':./dir/../a', ':../a', ':/', '^{tree}:dir', '~1:topic', '@{0}', '~4294967296',
];
const WHOLE = [
  ':a', ':0:a', ':1:conflict', ':2:conflict', ':3:conflict', ':conflict', ':4:a', ':dir', ':dir/b', ':./dir/b', ':0:./a', ':', '::', ':/', ':/topic', ':/!-right', ':/!!imp',
  ':/^Merge', ':/(with)', ':/\\(with\\)', ':/On (main|topic)', ':/[[:upper:]]dd', ':/x{2', ':/*', ':/\\bdir\\b', ':/a|b|', ':/!odd',
];

describeWithGit('revisions, compared with git', () => {
  const git = new RealGit();
  let writer: Writer;
  let context: RevisionContext;
  let ids: string[];

  beforeAll(async () => {
    build(git);
    const path = join(git.folder, 'w');
    writer = await Writer.open(await DirectoryBackend.open(path));
    const reflogs: ReflogSource = {
      find: (name: RefName) => {
        try {
          return parseReflog(readFileSync(join(path, '.git', 'logs', name)), SHA1);
        } catch {
          return undefined;
        }
      },
    };
    const index = parseIndexFile(readFileSync(join(path, '.git', 'index')), SHA1);
    const nowSeconds = Math.floor(Date.now() / 1000);
    context = { snapshot: writer.current, graph: new CommitGraph(SHA1), reflogs, nowSeconds, index, prefix: '' };
    ids = git.read(['-C', 'w', 'rev-list', '--objects', '--all']).toString().split('\n').map((line) => line.slice(0, 40)).filter(Boolean);
  });
  afterAll(async () => {
    await writer.close();
    git.remove();
  });

  /** What git makes of each text; a text at which git gives up at once has the answer "dies". */
  function askGit(texts: readonly string[]): string[] {
    const answers: string[] = [];
    for (let at = 0; at < texts.length;) {
      const { stdout } = git.run(['-C', 'w', 'cat-file', '--batch-check=%(objectname)'], `${texts.slice(at).join('\n')}\n`);
      const lines = stdout.toString().split('\n').slice(0, -1);
      for (const line of lines) answers.push(/^[0-9a-f]{40}$/.test(line) ? line : 'none');
      at += lines.length;
      if (at < texts.length) {
        answers.push('dies');
        at++;
      }
    }
    return answers;
  }

  function ask(text: string): string {
    try {
      const id = resolveRevision(context, text);
      return context.snapshot.objects.has(id) ? id : 'none';
    } catch (error) {
      const { code, data } = error as GovcError;
      expect(['revision-invalid', 'object-id-ambiguous']).toContain(code);
      return FATAL.has(String(data['kind'])) ? 'dies' : 'none';
    }
  }

  const FATAL = new Set([
    'reflog-too-short', 'reflog-empty', 'head-detached', 'no-branch', 'no-upstream', 'upstream-not-tracked', 'push-nothing', 'push-not-included',
    'push-not-tracked', 'push-not-simple', 'path-outside',
  ]);

  function compare(texts: readonly string[]): void {
    const expected = askGit(texts);
    const wrong = texts.map((text, i) => [text, ask(text), expected[i]!] as const).filter(([, ours, theirs]) => ours !== theirs);
    expect(wrong).toEqual([]);
  }

  it('resolves every name alone and with every suffix', () => {
    compare([...WHOLE, ...NAMES, ...NAMES.flatMap((name) => SUFFIXES.map((suffix) => name + suffix))]);
  });

  it('resolves generated expressions', () => {
    const random = new SeededRandom(7);
    const texts = new Set<string>();
    while (texts.size < 3000) {
      let text = random.pick(NAMES);
      for (let count = random.below(4); count > 0; count--) text += random.pick(SUFFIXES);
      texts.add(text);
    }
    compare([...texts]);
  });

  it('resolves abbreviated ids and output of git describe', () => {
    const random = new SeededRandom(9);
    const texts = Array.from({ length: 300 }, () => {
      const id = random.pick(ids);
      const short = id.slice(0, random.pick([2, 3, 4, 5, 7, 12, 40]));
      const cased = random.below(4) === 0 ? short.toUpperCase() : short;
      return random.pick(['', 'v1.0-1-g', 'x-g', 'any thing:at^all-g', 'g', '-g', 'a-gb-g']) + cased + random.pick(['', '', '^', '~1', '^{tree}', ':a']);
    });
    compare(texts);
  });

  it('resolves ranges', () => {
    const revisions = ['main', 'topic', 'HEAD', 'v1.0', 'HEAD^2', 'left', 'missing', 'HEAD:dir/../x', 'blob-tag', '', '^main', 'right~1', 'main^'];
    const marks = ['^@', '^!', '^-', '^-1', '^-2', '^-3', ''];
    const texts = [
      ...revisions.flatMap((one) => revisions.flatMap((two) => [`${one}..${two}`, `${one}...${two}`])),
      // rev-parse, other than log, knows no "^" before these.
      ...revisions.filter((one) => !one.startsWith('^')).flatMap((one) => marks.map((mark) => one + mark)),
    ].filter((text) => text !== '' && text !== '..');
    const wrong: unknown[] = [];
    for (const text of texts) {
      // rev-parse says which ids a range has, log whether it can be walked.
      const { status, stdout } = git.run(['-C', 'w', 'rev-parse', '--revs-only', text, '--']);
      const theirs = status === 0 ? stdout.toString().split('\n').filter(Boolean).sort() : ['none'];
      let ours: string[];
      try {
        const range = resolveRange(context, text);
        ours = [...range.include, ...range.exclude.map((id) => `^${id}`)].sort();
      } catch {
        ours = [];
      }
      if (ours.join() !== theirs.join() && !(ours.length === 0 && theirs.join() === 'none')) wrong.push({ text, ours, theirs });
    }
    expect(wrong).toEqual([]);
  });

  it('says what kind of problem there is', () => {
    const kindOf = (text: string): unknown => {
      try {
        return resolveRevision(context, text);
      } catch (error) {
        return (error as GovcError).data['kind'];
      }
    };
    expect(kindOf('missing')).toBe('unknown');
    expect(kindOf('HEAD:missing')).toBe('path-missing');
    expect(kindOf('missing:a')).toBe('not-a-tree');
    expect(kindOf('HEAD@{1000}')).toBe('reflog-too-short');
    expect(kindOf('topic@{u}')).toBe('no-upstream');
    expect(kindOf('missing@{u}')).toBe('no-branch');
    expect(kindOf('HEAD^{blob}')).toBe('wrong-type');
    expect(kindOf(':conflict')).toBe('index-path-missing');
    expect(kindOf(':/nothing has this')).toBe('text-not-found');
    expect(kindOf(':../x')).toBe('path-outside');
    expect(kindOf('^'.repeat(100_000))).toBe('too-long');
    expect(kindOf('^'.repeat(60_000))).toBe('too-long');
    expect(resolveRevision({ ...context, prefix: 'dir/' }, 'HEAD:./b')).toBe(resolveRevision(context, 'HEAD:dir/b'));
    expect(context.snapshot.refs.get(HEAD)?.kind).toBe('symbolic');
  });
});
