import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { textFromBytes } from '../../src/bytes/text.js';
import type { GrepExpression } from '../../src/history/grep-expression.js';
import { Repository } from '../../src/repository/repository.js';
import type { GrepOptions } from '../../src/repository/grep.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const WORDS = ['foo', 'bar', 'foo_bar', 'foobar', 'Foo', 'a.b', 'axb', '', ' ', '42', 'x=y', '[z]', 'été', '(', '*'];

describeWithGit('grep finds what git grep finds', () => {
  const git = new RealGit();

  beforeAll(() => {
    const random = new SeededRandom(3);
    git.read(['init', '-q', '-b', 'main']);
    for (let i = 0; i < 30; i++) {
      const path = join(git.folder, random.pick(['', 'src/', 'src/deep/', 'docs/']), `file${i}.${random.pick(['c', 'md'])}`);
      mkdirSync(dirname(path), { recursive: true });
      const lines = Array.from({ length: random.below(40) }, () =>
        Array.from({ length: random.below(5) }, () => random.pick(WORDS)).join(random.pick([' ', '', '.'])));
      writeFileSync(path, `${i % 7 === 0 ? '\0' : ''}${lines.join('\n')}${i % 3 === 0 ? '' : '\n'}`);
    }
    git.read(['add', '-A']);
    git.read(['commit', '-q', '-m', 'files']);
  });
  afterAll(() => {
    git.remove();
  });

  const cases: readonly (readonly [readonly string[], GrepExpression, GrepOptions])[] = [
    [['-e', 'foo'], 'foo', {}],
    [['-w', '-e', 'foo'], 'foo', { word: true }],
    [['-i', '-w', '-e', 'foo'], 'foo', { word: true, ignoreCase: true }],
    [['-F', '-e', 'a.b'], 'a.b', { syntax: 'fixed' }],
    [['-F', '-i', '-e', 'A.B'], 'A.B', { syntax: 'fixed', ignoreCase: true }],
    [['-E', '-e', 'fo{2}(_|b)'], 'fo{2}(_|b)', { syntax: 'extended' }],
    [['-e', 'fo\\{2\\}_\\?bar'], 'fo\\{2\\}_\\?bar', {}],
    [['-e', '^foo'], '^foo', {}],
    [['-e', 'bar$'], 'bar$', {}],
    [['-v', '-e', 'o'], 'o', { invert: true }],
    [['-e', 'foo', '-e', '42'], { any: ['foo', '42'] }, {}],
    [['--all-match', '-e', 'foo', '-e', '42'], { any: ['foo', '42'] }, { allMatch: true }],
    [['-e', 'foo', '--and', '--not', '-e', 'bar'], { all: ['foo', { not: 'bar' }] }, {}],
    [['(', '-e', 'foo', '--or', '-e', 'x=', ')', '--and', '-e', '42'], { all: [{ any: ['foo', 'x='] }, '42'] }, {}],
    [['-C2', '-e', 'foo_bar'], 'foo_bar', { before: 2, after: 2 }],
    [['-A3', '-e', 'z'], 'z', { after: 3 }],
    [['-B1', '-m2', '-e', 'foo'], 'foo', { before: 1, countMax: 2 }],
    [['-a', '-e', 'foo'], 'foo', { binary: 'text' }],
    [['-I', '-e', 'foo'], 'foo', { binary: 'skip' }],
    [['--max-depth', '1', '-e', 'foo'], 'foo', { depthMax: 1 }],
    [['-e', 'été'], 'été', {}],
    [['-e', 'foo', 'main', '--', 'src', '*.md'], 'foo', { paths: ['src', '*.md'] }],
  ];

  it.each(cases)('%j', async (args, expression, options) => {
    const repository = await Repository.open(git.folder);
    const rest = args.includes('main') ? args : [...args, 'main'];
    const { stdout } = git.run(['-c', 'core.quotePath=false', 'grep', '-n', '--no-color', ...rest]);
    const theirs = stdout.toString('latin1').split('\n').filter((line) => line !== '' && line !== '--');
    const ours: string[] = [];
    for (const { path, isBinary, lines, matchCount } of repository.grep(expression, options)) {
      if (isBinary && lines.length === 0) ours.push(`Binary file main:${path} matches`);
      expect(lines.filter(({ isMatch }) => isMatch)).toHaveLength(matchCount);
      for (const { line, text, isMatch } of lines) {
        const mark = isMatch ? ':' : '-';
        ours.push(`main:${path}${mark}${line + 1}${mark}${Buffer.from(text).toString('latin1')}`);
      }
    }
    expect(ours).toEqual(theirs);
    await repository.close();
  });

  it('tells where in a line the matches are', async () => {
    const repository = await Repository.open(git.folder);
    const theirs = git.read(['grep', '-h', '-o', '-I', '-E', '-e', 'fo+|ba', '-e', 'foob', 'main']).toString().split('\n').slice(0, -1);
    const ours = [...repository.grep({ any: ['fo+|ba', 'foob'] }, { syntax: 'extended', binary: 'skip' })].flatMap(({ lines }) =>
      lines.flatMap(({ text, spans }) => spans.map(({ start, end }) => textFromBytes(text.subarray(start, end)))));
    expect(ours).toEqual(theirs);
    await repository.close();
  });
});
