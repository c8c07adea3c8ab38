import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../../src/errors.js';
import { AttributeRules } from '../../src/pattern/attributes.js';
import { parseAttributes } from '../../src/pattern/parse-attributes.js';
import { parsePathspec } from '../../src/pattern/pathspec.js';
import { describeWithGit, RealGit } from './real-git.js';

const PATHS = [
  'a', 'b.c', 'B.C', 'sub/a', 'sub/b.c', 'sub/deep/a', 'sub/deep/b.c', 'sub/deep/[x]', 'Sub/a', 'SUB/deep/z', 'sub2/a', 'subx', 'x y/z', ':colon', '!bang', 'é/ü', 'other/sub/a', 'other/sub/deep/b.c', 'q/w/e/r/t.c', '[x]', 'sub/*', 'star*',
];
const MAGIC = ['', '', '', ':/', ':!', ':^', ':(top)', ':(literal)', ':(glob)', ':(icase)', ':(exclude)', ':(glob,icase)', ':(exclude,icase)', ':(top,glob)', ':(attr:t)', ':(attr:-t)', ':(attr:!t)', ':(attr:v=1)', ':(exclude,attr:t)', ':(glob,literal)', ':(bogus)', ':(attr:)', ':(attr:t,attr:t)', ':;', ':/!', ':/:', ':(top', ':()', ':(,top,)', ':(attr:v=a\\,b)', ':(attr:b@d)'];
const BODIES = ['a', 'b.c', '*.c', 'sub', 'sub/', 'sub/a', 'sub/deep', 'SUB', 'Sub/A', 's*', 's*/a', '**/a', '**/deep/**', 'sub/**', '*', '?', '[x]', '\\[x\\]', '.', './a', './', '..', '../a', '../sub/a', 'deep/../a', 'sub//a', '', 'x y', ':colon', 'é', 'é/ü', '*/deep/*.c', 'sub/*', 'sub/\\*', 'star\\*', 'deep/', 'deep', '../../x', 'su[b]/a', 'q/*/e', 'b.c/'];
const ATTRIBUTES = '*.c t\nsub/a -t\nz v=1\na v=a,b\n';

describeWithGit('pathspecs compared with git ls-files', () => {
  const git = new RealGit();
  beforeAll(() => {
    git.read(['init', '-q']);
    mkdirSync(join(git.folder, 'sub/deep'), { recursive: true });
    const blob = git.read(['hash-object', '-w', '--stdin']).toString().trim();
    const attributes = git.read(['hash-object', '-w', '--stdin'], ATTRIBUTES).toString().trim();
    git.read(['update-index', '-z', '--index-info'], [`100644 ${attributes}\t.gitattributes`, ...PATHS.map((path) => `100644 ${blob}\t${path}`)].join('\0') + '\0');
    git.read(['checkout-index', '-a', '-f']);
  });
  afterAll(() => git.remove());

  const element = fc.tuple(fc.constantFrom(...MAGIC), fc.constantFrom(...BODIES)).map(([magic, body]) => magic + body);
  const rules = new AttributeRules({ inDirectory: (directory) => (directory === '' ? parseAttributes(Buffer.from(ATTRIBUTES), 'x') : undefined) });

  it.each([
    ['', {}], ['', {}], ['sub', {}], ['sub/deep', {}],
    ['', { isLiteral: true }], ['sub', { isGlob: true }], ['', { isNoglob: true }], ['sub', { ignoresCase: true }], ['', { isGlob: true, isNoglob: true }],
  ])('matches the same files from "%s" with %o', (prefix, settings: Readonly<Record<string, boolean>>) => {
    const flags = [
      settings['isLiteral'] === true ? '--literal-pathspecs' : '', settings['isGlob'] === true ? '--glob-pathspecs' : '',
      settings['isNoglob'] === true ? '--noglob-pathspecs' : '', settings['ignoresCase'] === true ? '--icase-pathspecs' : '',
    ].filter((flag) => flag !== '');
    const samples = fc.sample(fc.array(element, { minLength: 1, maxLength: 3 }), { numRuns: 150, seed: 7 + flags.length + prefix.length });
    const all = ['.gitattributes', ...PATHS];
    let refused = 0;
    for (const sample of samples) {
      // This git asks for attributes without the path that all elements have in common; one that is alone prevents that.
      const sources = sample.some((source) => source.includes('attr:')) ? [...sample, ':(top)zz'] : sample;
      const { status, stdout } = git.run([...flags, '-C', prefix === '' ? '.' : prefix, 'ls-files', '-z', '--full-name', '--', ...sources]);
      let ours: string[] | undefined;
      try {
        const pathspec = parsePathspec(sources, { ...settings, prefix, root: git.folder, prefersPrefix: true, attributesOf: (path, names) => rules.check(path, names) });
        ours = all.filter((path) => pathspec.matches(path)).sort();
        for (const path of ours) {
          for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            expect([sources, path.slice(0, slash), pathspec.canMatchBelow(path.slice(0, slash))]).toEqual([sources, path.slice(0, slash), true]);
          }
        }
      } catch (error) {
        if (!hasCode(error, 'pathspec-invalid')) throw error;
        refused++;
      }
      const theirs = status === 0 ? stdout.toString().split('\0').slice(0, -1).sort() : undefined;
      expect([sources, ours]).toEqual([sources, theirs]);
    }
    expect(refused).toBeLessThan(samples.length + 1);
  });

  it('understands absolute paths inside the worktree', () => {
    const source = join(git.folder, 'sub/deep');
    const theirs = git.read(['ls-files', '-z', '--', source]).toString().split('\0').slice(0, -1);
    const pathspec = parsePathspec([source], { root: git.folder });
    expect(PATHS.filter((path) => pathspec.matches(path)).sort()).toEqual(theirs.sort());
  });
});
