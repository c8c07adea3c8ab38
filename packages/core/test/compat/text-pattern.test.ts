import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../../src/errors.js';
import { bytesFromText } from '../../src/bytes/text.js';
import { compileTextPattern, type PatternSyntax } from '../../src/pattern/text-pattern.js';
import { describeWithGit, RealGit } from './real-git.js';

const ATOMS = ['a', 'b', 'ab', '.', '[ab]', '[^a]', '[[:upper:]x]', '\\w', '\\W', '-', '_', ' ', 'A', 'B', '1', '\\.'];
const ASSERTIONS = ['\\<', '\\>', '\\b'];
const POSTFIXES = { extended: ['', '*', '+', '?', '{2}', '{1,2}', '{,1}'], basic: ['', '*', '\\+', '\\?', '\\{2\\}', '\\{1,2\\}'] };

function expression(syntax: 'basic' | 'extended'): fc.Arbitrary<string> {
  const [open, close, or] = syntax === 'extended' ? ['(', ')', '|'] : ['\\(', '\\)', '\\|'];
  const { tree } = fc.letrec<{ tree: string; atom: string }>((tie) => ({
    atom: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.constantFrom(...ATOMS), tie('tree').map((inner) => `${open}${inner}${close}`)),
    tree: fc.oneof({ maxDepth: 3 },
      fc.array(fc.tuple(tie('atom'), fc.constantFrom(...POSTFIXES[syntax])).map((pair) => pair.join('')), { minLength: 1, maxLength: 4 })
        .map((parts) => parts.join('')),
      fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `${left}${or}${right}`)),
  }));
  // Assertions stand outside of groups: what glibc makes of a repeated group with one inside contradicts POSIX.
  const part = fc.oneof({ weight: 3, arbitrary: tree.map((inner) => `${open}${inner}${close}`) }, { weight: 1, arbitrary: fc.constantFrom(...ASSERTIONS) });
  return fc.tuple(fc.constantFrom('', '', '^'), fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '$'))
    .map(([start, parts, end]) => start + parts.join('') + end);
}

const line = fc.array(fc.constantFrom('a', 'b', 'A', 'B', '1', '_', ' ', '-', '.', 'x'), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));

describeWithGit('compileTextPattern finds what git grep finds', () => {
  const git = new RealGit();
  afterAll(() => {
    git.remove();
  });

  it.each<[PatternSyntax & ('basic' | 'extended'), boolean]>([['basic', false], ['extended', false], ['extended', true]])('%s, ignoring case: %s', (syntax, ignoreCase) => {
    fc.assert(fc.property(expression(syntax), fc.array(line, { minLength: 20, maxLength: 20 }), (pattern, lines) => {
      writeFileSync(join(git.folder, 'text'), lines.map((text) => `${text}\n`).join(''));
      const flags = [syntax === 'basic' ? '-G' : '-E', ...(ignoreCase ? ['-i'] : [])];
      const { status, stdout } = git.run(['grep', '--no-index', '-h', '-n', '--column', ...flags, '-e', pattern, '--', 'text']);
      // Git looks at the empty text behind the last line end, too.
      const matched = stdout.toString().split('\n').filter((text) => text !== '' && !text.startsWith(`${lines.length + 1}:`));
      let compiled;
      try {
        compiled = compileTextPattern(pattern, { syntax, ignoreCase });
      } catch (error) {
        if (!hasCode(error, 'pattern-invalid')) throw error;
        expect({ pattern, status }).toEqual({ pattern, status: 128 });
        return;
      }
      const found = lines.flatMap((text, i) => {
        const bytes = bytesFromText(text);
        const match = compiled.find(bytes, 0, bytes.length);
        return match === undefined ? [] : [`${i + 1}:${match.start + 1}:${text}`];
      });
      expect({ pattern, found }).toEqual({ pattern, found: matched });
    }), { numRuns: 300 });
  });
});
