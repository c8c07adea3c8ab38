import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WM_CASEFOLD, WM_PATHNAME, wildmatch } from '../../src/pattern/wildmatch.js';
import { describeWithGit, RealGit } from './real-git.js';

const PATTERN_ATOMS = [
  'a', 'b', 'A', 'B', '-', ']', '/', '/', '*', '*', '**', '**/', '/**', '/**/', '?', '\\*', '\\a', '\\/', '\\A', '***',
  '[ab]', '[!a]', '[^/]', '[a-b]', '[A-B]', '[]a]', '[a-]', '[[:alpha:]]', '[[:upper:]]', '[[:lower:]]', '[[:digit:]_]',
  '[[:alnum:]]', '[[:xdigit:]]', '[[:graph:]]', '[[:print:]]', '[[:cntrl:]]', '[[:blank:]]', '[[:punct:]]', '[[:space:]/]',
  '[[:foo:]]', '[[:alpha', '[[:alpha]', '[[:', '[[::]]', '[[:]]', '[', '[a', '[!]a-]', '[\\a]', '[\\]]', '[a-\\b]', '[-a]',
  '\\', '[/]', '[--0]', '[a-c-e]', '[[a]', 'é', '[é]', '[!é]', '[\\-_]', '[!-a]', '[^', '[]', '[!', '[b-a]', '[a-[:alpha:]]',
];
const TEXT_ATOMS = ['a', 'b', 'A', 'B', 'aa', 'ab', '/', '/', 'x', '-', ']', '_', '.', '[', 'é', '*', '0', 'ba/', ' ', '\t', '\x7f', '!', 'F'];

function generate(atoms: readonly string[], options: { size: number; count: number; seed: number }): Set<string> {
  const arbitrary = fc.array(fc.constantFrom(...atoms), { minLength: 1, maxLength: options.size });
  return new Set(fc.sample(arbitrary, { numRuns: options.count, seed: options.seed }).map((parts) => parts.join('')));
}

/** Paths of files, none of which is a folder of another. */
function generatePaths(count: number): string[] {
  const paths = [...generate(TEXT_ATOMS, { size: 9, count, seed: 11 })]
    .map((text) => text.replace(/\/+/g, '/').replace(/^\/|\/$/g, ''))
    .filter((text) => text !== '' && !/(^|\/)\.\.?(\/|$)/.test(text));
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => other.startsWith(`${path}/`)));
}

describeWithGit('wildmatch compared with git', () => {
  const git = new RealGit();
  const paths = generatePaths(700);
  beforeAll(() => {
    git.read(['init', '-q']);
    const blob = git.read(['hash-object', '-w', '--stdin']).toString().trim();
    git.read(['update-index', '-z', '--index-info'], paths.map((path) => `100644 ${blob}\t${path}\0`).join(''));
  });
  afterAll(() => git.remove());

  // An attribute per pattern: a pattern that begins with "/" and a wildcard goes to wildmatch whole, with WM_PATHNAME.
  it.each([['case', WM_PATHNAME, 'false'], ['folded case', WM_PATHNAME | WM_CASEFOLD, 'true']])(
    'decides a million pairs with WM_PATHNAME and %s as attributes do',
    (_name, flags, ignoreCase) => {
      const patterns = [...generate(PATTERN_ATOMS, { size: 7, count: 4000, seed: 12 })].filter(
        (pattern) => /^[*?[\\]/.test(pattern) && !pattern.endsWith('/'),
      );
      expect(patterns.length * paths.length).toBeGreaterThan(500_000);
      const quoted = patterns.map((pattern, i) => `"/${pattern.replace(/["\\]/g, '\\$&')}" p${i}\n`);
      writeFileSync(join(git.folder, '.git/info/attributes'), quoted.join(''));
      const output = git
        .read(['-c', `core.ignoreCase=${ignoreCase}`, 'check-attr', '-z', '--stdin', '-a'], paths.join('\0'))
        .toString()
        .split('\0');
      const theirs = new Map(paths.map((path) => [path, new Set<string>()]));
      for (let i = 0; i + 2 < output.length; i += 3) theirs.get(output[i]!)!.add(output[i + 1]!);

      const compiled = patterns.map((pattern) => Buffer.from(pattern));
      const differences: string[] = [];
      for (const path of paths) {
        const bytes = Buffer.from(path);
        const matched = theirs.get(path)!;
        compiled.forEach((pattern, i) => {
          const ours = wildmatch(pattern, bytes, flags);
          if (ours !== matched.has(`p${i}`)) differences.push(`${patterns[i]!} ${path} ours ${ours}`);
        });
      }
      expect(differences).toEqual([]);
    },
  );

  // A pathspec without magic is wildmatch without flags. It also matches what is equal to it or below it.
  it.each([['case', 0, ''], ['folded case', WM_CASEFOLD, ':(icase)']])(
    'matches without WM_PATHNAME and with %s as pathspecs do',
    (_name, flags, magic) => {
      const patterns = [...generate(PATTERN_ATOMS, { size: 6, count: 550, seed: 13 })].filter(
        (pattern) => /^[*?[\\]/.test(pattern) && !/\/\/|\/$/.test(pattern),
      );
      const fold = (text: string): string => (flags === 0 ? text : text.toLowerCase());
      const differences: string[] = [];
      for (const pattern of patterns) {
        const theirs = new Set(git.read(['ls-files', '-z', '--', `${magic}${pattern}`]).toString().split('\0'));
        for (const path of paths) {
          const isPlain = fold(`${path}/`).startsWith(fold(`${pattern}/`));
          const ours = isPlain || wildmatch(Buffer.from(pattern), Buffer.from(path), flags);
          if (ours !== theirs.has(path)) differences.push(`${pattern} ${path} ours ${ours}`);
        }
      }
      expect(patterns.length).toBeGreaterThan(200);
      expect(differences).toEqual([]);
    },
  );
});
