import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { builtInDriverNames, driverFunctionPattern, driverWordPattern, findBuiltInDriver } from '../../src/diff/diff-drivers.js';
import { makeHunks, type HunkOptions } from '../../src/diff/hunks.js';
import { diffLines, type DiffAlgorithm, type LineDiffOptions, type WhitespaceOptions } from '../../src/diff/line-diff.js';
import { diffRows, findMovedLines, MOVED, MOVED_ALTERNATE, MOVED_DIM, type MovedLinesOptions } from '../../src/diff/moved-lines.js';
import { unifiedHunks } from '../../src/diff/unified.js';
import { findIntroducedErrors } from '../../src/diff/whitespace-errors.js';
import { parseWhitespaceRule } from '../../src/diff/whitespace-rule.js';
import { wordDiffHunks, type WordDiffStyle } from '../../src/diff/word-diff.js';
import { compileTextPattern } from '../../src/pattern/text-pattern.js';
import { editText, PairTrees, randomNumbers, randomText, type TextPair } from './blob-pairs.js';
import { RealGit, describeWithGit } from './real-git.js';

const random = randomNumbers(20_221_212);
const pairs: TextPair[] = Array.from({ length: 240 }, (_, i) => {
  const old = randomText(random, i % 40 === 0 ? 900 : 60);
  return { old, new: i % 10 === 0 ? randomText(random, i % 40 === 0 ? 900 : 60) : editText(random, old) };
}).filter((pair) => pair.old !== pair.new);

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');

const ALGORITHMS: readonly DiffAlgorithm[] = ['myers', 'minimal', 'patience', 'histogram'];
const WHITESPACE: readonly (readonly [string[], WhitespaceOptions])[] = [
  [[], {}],
  [['-w'], { allSpace: true }],
  [['-b'], { spaceChange: true }],
  [['--ignore-space-at-eol'], { spaceAtEol: true }],
  [['--ignore-cr-at-eol'], { crAtEol: true }],
  [['--ignore-blank-lines'], { blankLines: true }],
  [['-w', '--ignore-blank-lines'], { allSpace: true, blankLines: true }],
];

describeWithGit('comparison of lines', () => {
  let git: RealGit;
  let trees: PairTrees;

  beforeAll(() => {
    git = new RealGit();
    trees = new PairTrees(git, pairs);
  });
  afterAll(() => git.remove());

  function expectEqual(args: readonly string[], write: (old: Uint8Array, new_: Uint8Array) => Uint8Array): void {
    const expected = trees.diff(args);
    const different = pairs.flatMap((pair, i) => {
      const own = text(write(bytes(pair.old), bytes(pair.new)));
      return own === expected(i) ? [] : [{ args, pair, own, expected: expected(i) }];
    });
    expect(different).toEqual([]);
  }

  function expectHunks(args: readonly string[], options: LineDiffOptions, hunkOptions: HunkOptions = {}): void {
    expectEqual(args, (old, new_) => {
      const diff = diffLines(old, new_, options);
      return unifiedHunks(diff, makeHunks(diff, hunkOptions));
    });
  }

  it.each(ALGORITHMS)('finds the changes that git finds: %s', (algorithm) => {
    for (const [args, whitespace] of WHITESPACE) {
      expectHunks([`--diff-algorithm=${algorithm}`, '--indent-heuristic', ...args], { algorithm, whitespace });
    }
    expectHunks([`--diff-algorithm=${algorithm}`, '--no-indent-heuristic'], { algorithm, indentHeuristic: false });
    expectHunks([`--diff-algorithm=${algorithm}`, '-U0'], { algorithm, trimsTail: true }, { contextLines: 0 });
  });

  it('keeps anchored lines', () => {
    expectHunks(['--anchored=int', '--anchored=#'], { algorithm: 'patience', anchors: ['int', '#'] });
  });

  it('joins and cuts hunks as git does', () => {
    expectHunks(['-U1', '--inter-hunk-context=2'], {}, { contextLines: 1, interHunkLines: 2 });
    expectHunks(['-U5', '--ignore-blank-lines'], { whitespace: { blankLines: true } }, { contextLines: 5 });
    expectHunks(['-W'], {}, { functionContext: true });
    expectHunks(['-W', '-U1', '--ignore-blank-lines'], { whitespace: { blankLines: true } }, { functionContext: true, contextLines: 1 });
    expectHunks(['-I', '^ *(int|#)'], { ignoreMatching: [compileTextPattern('^ *(int|#)', { syntax: 'extended' })] });
    expectHunks(['-I', '^[ab]'], { ignoreMatching: [/^[ab]/] });
    expectHunks(['-I', '^$'], { ignoreMatching: [compileTextPattern('^$', { syntax: 'extended' })] });
  });

  it.each<WordDiffStyle>(['plain', 'porcelain'])('compares words as git does: %s', (style) => {
    for (const [args, words] of [[[], undefined], [['--word-diff-regex=[a-z]+|[^[:space:]]'], '[a-z]+|[^[:space:]]'], [['--word-diff-regex=^.'], '^.']] as const) {
      const pattern = words === undefined ? undefined : compileTextPattern(words, { syntax: 'extended' });
      expectEqual([`--word-diff=${style}`, ...args], (old, new_) => {
        const diff = diffLines(old, new_);
        return wordDiffHunks(diff, makeHunks(diff), { style, words: pattern });
      });
    }
  });

  const MOVES: readonly (readonly [string[], MovedLinesOptions])[] = [
    [['--color-moved=plain'], { mode: 'plain' }],
    [['--color-moved=blocks'], { mode: 'blocks' }],
    [['--color-moved=zebra'], {}],
    [['--color-moved=dimmed-zebra'], { mode: 'dimmed-zebra' }],
    [['--color-moved=zebra', '--color-moved-ws=ignore-all-space'], { whitespace: { allSpace: true } }],
    [['--color-moved=zebra', '--color-moved-ws=ignore-space-change'], { whitespace: { spaceChange: true } }],
    [['--color-moved=zebra', '--color-moved-ws=allow-indentation-change'], { indentationChange: true }],
  ];
  it.each(MOVES)('finds moved lines as git does: %s', (args, options) => {
    const expected = trees.diff(['--color=always', ...args], COLORS);
    const rows = pairs.flatMap((pair) => {
      const diff = diffLines(bytes(pair.old), bytes(pair.new));
      return diffRows(diff, makeHunks(diff));
    });
    const marks = findMovedLines(rows, options);
    const names = { added: 'new', deleted: 'old' };
    const own = rows.flatMap((row, i) => row.kind === 'other' ? [] : [`${names[row.kind]} ${markName(marks[i]!)}`]);
    const theirs = pairs.flatMap((_, i) => expected(i).split('\n').flatMap((line) => {
      const color = /^\^\[(\d+)m[-+]/.exec(line)?.[1];
      return color === undefined ? [] : [COLOR_NAMES.get(color) ?? color];
    }));
    expect(own).toEqual(theirs);
    expect(own.filter((name) => name !== 'old 0' && name !== 'new 0').length).toBeGreaterThan(100);
  });

  it('finds white space errors as git does', () => {
    for (const setting of ['', 'trailing-space,tab-in-indent', 'indent-with-non-tab,tabwidth=2,cr-at-eol,-blank-at-eof']) {
      const expected = trees.check([`core.whitespace=${setting}`]);
      const different = pairs.flatMap((pair, i) => {
        const found = findIntroducedErrors(bytes(pair.old), bytes(pair.new), { rule: parseWhitespaceRule(setting) });
        const lines = found.flatMap(({ line, kinds }) => {
          const errors = kinds.flatMap((kind) => kind === 'conflict-marker' ? [] : [ERROR_TEXTS[kind]]);
          const texts = kinds.includes('conflict-marker') ? ['leftover conflict marker'] : [];
          return [...texts, ...(errors.length > 0 ? [`${errors.join(', ')}.`] : [])].map((error) => `${line + 1}: ${error}`);
        });
        return lines.join() === expected(i).join() ? [] : [{ setting, pair, lines, expected: expected(i) }];
      });
      expect(different).toEqual([]);
    }
  });

  it('finds functions and words by the drivers of git', () => {
    const names = builtInDriverNames();
    const drivers = names.map((name) => {
      const driver = findBuiltInDriver(name)!;
      return { functionPattern: driverFunctionPattern(driver), words: driverWordPattern(driver) };
    });
    trees.setDrivers(pairs.length, (i) => names[i % names.length]!);
    for (const args of [['-U1'], ['-U1', '-W'], ['-U1', '--word-diff=porcelain']]) {
      const expected = trees.diff(args);
      const different = pairs.flatMap((pair, i) => {
        const { functionPattern, words } = drivers[i % names.length]!;
        const diff = diffLines(bytes(pair.old), bytes(pair.new));
        const hunks = makeHunks(diff, { contextLines: 1, functionContext: args.includes('-W'), functionPattern });
        const own = text(args.includes('--word-diff=porcelain') ? wordDiffHunks(diff, hunks, { style: 'porcelain', words }) : unifiedHunks(diff, hunks));
        return own === expected(i) ? [] : [{ args, driver: names[i % names.length], pair, own, expected: expected(i) }];
      });
      expect(different).toEqual([]);
    }
  });
});

const ERROR_TEXTS = {
  'blank-at-eol': 'trailing whitespace',
  'blank-at-eof': 'new blank line at EOF',
  'space-before-tab': 'space before tab in indent',
  'indent-with-non-tab': 'indent with spaces',
  'tab-in-indent': 'tab in indent',
};

const COLOR_CODES = [
  ['old', 'red', '31', 'old 0'], ['new', 'green', '32', 'new 0'],
  ['oldMoved', 'yellow', '33', 'old 1'], ['newMoved', 'blue', '34', 'new 1'],
  ['oldMovedAlternative', 'magenta', '35', 'old 3'], ['newMovedAlternative', 'white', '37', 'new 3'],
  ['oldMovedDimmed', 'brightred', '91', 'old 5'], ['newMovedDimmed', 'brightgreen', '92', 'new 5'],
  ['oldMovedAlternativeDimmed', 'brightyellow', '93', 'old 7'], ['newMovedAlternativeDimmed', 'brightblue', '94', 'new 7'],
] as const;
const COLORS = [...COLOR_CODES.map(([slot, color]) => `color.diff.${slot}=${color}`), 'core.whitespace=-trailing-space,-space-before-tab,-blank-at-eof'];
const COLOR_NAMES = new Map<string, string>(COLOR_CODES.map(([, , code, name]) => [code, name]));

function markName(mark: number): string {
  return String(mark & (MOVED | MOVED_ALTERNATE | MOVED_DIM));
}
