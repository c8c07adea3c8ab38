import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DiffPatchOptions } from '../../src/repository/diff.js';
import { Repository } from '../../src/repository/repository.js';
import type { MovedMode } from '../../src/diff/moved-lines.js';
import { describeWithGit, RealGit } from './real-git.js';

const ATTRIBUTES = `*.py diff=python
*.c diff=cpp
*.dat diff=data
*.raw diff=raw
hidden.txt -diff
shown.bin diff
*.odd diff=nothing
*.mark conflict-marker-size=9
*.strict whitespace=indent-with-non-tab,space-before-tab
*.loose -whitespace
lib/*.c -diff
lib/keep.c diff=cpp
`;

const CONFIG: readonly (readonly [string, string])[] = [
  ['diff.data.wordRegex', '[0-9]+|[a-z]+'],
  ['diff.data.xfuncname', '^\\[(.*)\\]$'],
  ['diff.raw.binary', 'true'],
  ['diff.python.binary', 'false'],
  ['diff.wordRegex', '[^,]+'],
];

const OLD: Readonly<Record<string, string>> = {
  'a.py': `class A:\n    def run(self, one):\n${'        x = 1\n'.repeat(6)}        return one + two\n`,
  'b.c': `int f(int a)\n{\n${'\tg();\n'.repeat(6)}\treturn a->b + c;\n}\n`,
  'lib/other.c': 'int a;\nint b;\n',
  'lib/keep.c': 'int a = 1;\nint b = 2;\n',
  'lib/x.txt': 'x\n',
  'values.dat': `[first]\n${'a1\n'.repeat(5)}b22 c33-d44\n`,
  'list.txt': 'one two,three four,five\nsix,seven\n',
  'picture.raw': 'text but raw\n',
  'hidden.txt': 'hidden\n',
  'shown.bin': 'a\0b\nsecond\n',
  'plain.bin': 'a\0b\n',
  'x.odd': 'odd one\n',
  'z.mark': 'a\n',
  'y.strict': 'a\n',
  'w.loose': 'a\n',
  'move.txt': `${Array.from({ length: 8 }, (_, i) => `a line that will be moved number ${i}\n`).join('')}stays\nstays too\nand this\n${
    Array.from({ length: 6 }, (_, i) => `another block with number ${i} to go\n`).join('')}`,
};

const NEW: Readonly<Record<string, string>> = {
  'a.py': OLD['a.py']!.replace('one + two', 'one - two2'),
  'b.c': OLD['b.c']!.replace('a->b + c', 'a.b += cc'),
  'lib/other.c': 'int a;\nint c;\n',
  'lib/keep.c': 'int aa = 1;\nint b = 2+3;\n',
  'lib/x.txt': 'y \n',
  'values.dat': OLD['values.dat']!.replace('c33-d44', 'c34-d44 e'),
  'list.txt': 'one 2,three four,5\nsix,eight\n \n\n',
  'picture.raw': 'text but raw, changed\n',
  'hidden.txt': 'changed \n',
  'shown.bin': 'a\0b\nsecond \n',
  'plain.bin': 'a\0c \n',
  'x.odd': 'odd two\t\n',
  'z.mark': 'a\n<<<<<<< no\n<<<<<<<<< yes\n=======\n',
  'y.strict': 'a\n        eight\n \tmixed \n',
  'w.loose': 'a \n \tb\n<<<<<<< marker\n',
  'new.txt': '=======\nfine\ntrailing  \n\n\n',
  'move.txt': `stays\n${Array.from({ length: 6 }, (_, i) => `another block with number ${i} to go\n`).join('')}${
    Array.from({ length: 8 }, (_, i) => `a line that will be moved number ${i}\n`).join('')}stays too\nand this\n`,
};

describeWithGit('drivers and attributes of a worktree', () => {
  const git = new RealGit();
  let repository: Repository;
  afterAll(async () => {
    await repository.close();
    git.remove();
  });
  beforeAll(async () => {
    git.read(['init', '-q']);
    for (const [name, value] of CONFIG) git.read(['config', name, value]);
    for (const [files, message] of [[OLD, 'old'], [{ ...NEW, '.gitattributes': ATTRIBUTES, order: 'z*\n# no\n\nlib\n*.py\n' }, 'new']] as const) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(git.folder, path)), { recursive: true });
        writeFileSync(join(git.folder, path), content, 'latin1');
      }
      git.read(['add', '-A']);
      git.read(['commit', '-q', '-m', message]);
    }
    repository = await Repository.open(git.folder);
  });

  const cases: readonly (readonly [args: readonly string[], options: DiffPatchOptions])[] = [
    [[], {}],
    [['-W'], { functionContext: true }],
    [['--word-diff=plain'], { wordDiff: 'plain' }],
    [['--word-diff=porcelain'], { wordDiff: 'porcelain' }],
    [['--word-diff=plain', '--word-diff-regex=[a-z]+'], { wordDiff: 'plain', wordRegex: '[a-z]+' }],
    [['--relative=lib/'], { prefix: 'lib/' }],
    [['--relative=l'], { prefix: 'l' }],
    [['--rotate-to=list.txt'], { rotation: { path: 'list.txt', before: 'rotate', isStrict: true } }],
    [['--skip-to=list.txt'], { rotation: { path: 'list.txt', before: 'skip', isStrict: true } }],
    [['-Oorder'], { order: 'z*\n# no\n\nlib\n*.py\n' }],
    [['-Oorder', '-R'], { order: 'z*\n# no\n\nlib\n*.py\n', isReversed: true }],
  ];
  it.each(cases)('give the patch of git diff %p', (args, options) => {
    const theirs = git.read(['diff', ...args, 'HEAD~1', 'HEAD']).toString('latin1');
    expect(Buffer.from(repository.diffPatch('HEAD~1', 'HEAD', options)).toString('latin1')).toBe(theirs);
  });

  it('refuse a strict start that no change has, like git', () => {
    const rotation = { path: 'nothing', before: 'skip', isStrict: true } as const;
    expect(git.run(['diff', '--skip-to=nothing', 'HEAD~1', 'HEAD']).status).not.toBe(0);
    expect(() => repository.diff('HEAD~1', 'HEAD', { rotation })).toThrow(expect.objectContaining({ code: 'path-missing' }));
  });

  it('find the white space errors of git diff --check', () => {
    const theirs = git.run(['diff', '--check', 'HEAD~1', 'HEAD']).stdout.toString('latin1')
      .split('\n').filter((line) => /^[^+].*:\d+: /.test(line));
    const ours = repository.diff('HEAD~1', 'HEAD').files.flatMap((file) => file.introducedErrors().flatMap(({ line, kinds }) => {
      const marker = kinds.includes('conflict-marker') ? [`${file.path}:${line}: leftover conflict marker`] : [];
      const spaces = kinds.flatMap((kind) => (kind === 'conflict-marker' ? [] : [SENTENCES[kind]]));
      return spaces.length === 0 ? marker : [...marker, `${file.path}:${line}: ${spaces.join(', ')}.`];
    }));
    expect(ours).toEqual(theirs);
    expect(ours.length).toBeGreaterThan(8);
  });

  it.each<MovedMode>(['plain', 'blocks', 'zebra', 'dimmed-zebra'])('mark the lines that git diff --color-moved=%s does', (mode) => {
    const colors = SLOTS.flatMap((slot, index) => ['-c', `color.diff.${slot}=${20 + index}`]);
    const theirs = git.read([...colors, 'diff', '--color=always', '--ws-error-highlight=none', `--color-moved=${mode}`, 'HEAD~1', 'HEAD']).toString('latin1')
      .replaceAll('\u001b', 'ESC').matchAll(/^ESC\[38;5;(\d+)m[-+]/gm);
    const ours = repository.diff('HEAD~1', 'HEAD', { moved: { mode } }).files.flatMap((file) => [...file.hunks()].flatMap(({ lines }) =>
      lines.flatMap(({ kind, moved }) => {
        if (kind === 'context') return [];
        const name = moved === undefined ? '' : `Moved${moved.isAlternate ? 'Alternative' : ''}${moved.isDim ? 'Dimmed' : ''}`;
        return [`${kind === 'added' ? 'new' : 'old'}${name}`];
      })));
    const shown = [...theirs].map(([, color]) => SLOTS[Number(color) - 20]!);
    expect(ours).toEqual(shown);
    expect(new Set(ours).size).toBeGreaterThan(3);
  });

  it('give words as data', () => {
    const file = repository.diff('HEAD~1', 'HEAD', { paths: ['values.dat'] }).files[0]!;
    const [hunk] = [...file.wordHunks()];
    expect(hunk).toMatchObject({ oldStart: 4, newStart: 4, section: 'first' });
    expect(hunk!.pieces.map(({ kind, bytes }) => [kind, Buffer.from(bytes).toString()]).filter(([kind]) => kind !== 'line')).toEqual([
      ['common', 'b22 c'], ['deleted', '33'], ['added', '34'], ['common', '-d44 '], ['added', 'e'], ['common', '\n'],
    ]);
  });
});

const SENTENCES = {
  'blank-at-eol': 'trailing whitespace',
  'blank-at-eof': 'new blank line at EOF',
  'space-before-tab': 'space before tab in indent',
  'indent-with-non-tab': 'indent with spaces',
  'tab-in-indent': 'tab in indent',
} as const;

const SLOTS = [
  'old', 'new', 'oldMoved', 'newMoved', 'oldMovedAlternative', 'newMovedAlternative', 'oldMovedDimmed', 'newMovedDimmed',
  'oldMovedAlternativeDimmed', 'newMovedAlternativeDimmed',
];
