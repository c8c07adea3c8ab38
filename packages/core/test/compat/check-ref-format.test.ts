import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { branchRef, checkRefFormat, tagRef, type RefFormatOptions } from '../../src/ref/ref-name.js';
import { describeWithGit, RealGit } from './real-git.js';

const git = new RealGit();
afterAll(() => git.remove());

/** One process of git per name is slow, so that names are few and made to be near the rules. */
const pieces = ['a', 'b', '/', '//', '.', '..', '@', '{', '@{', '*', '~', '^', ':', '?', '[', '\\', ' ', '\t', '\x7f', '.lock', 'lock', '-', 'é', '\u{1F600}', 'HEAD', 'refs/heads/'];
const name = fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join(''));

const FLAGS: readonly (readonly [string[], RefFormatOptions])[] = [
  [[], {}],
  [['--allow-onelevel'], { allowOneLevel: true }],
  [['--refspec-pattern'], { refspecPattern: true }],
  [['--normalize', '--allow-onelevel'], { normalize: true, allowOneLevel: true }],
];

/** Checks many names with one process: an alias runs git for each and prints what it said. */
function askGit(args: readonly string[], names: readonly string[]): string[] {
  const each = `out=$(git check-ref-format ${args.join(' ')} "$n" 2>/dev/null) && echo "ok $out" || echo no`;
  const alias = `alias.each=!f() { for n in "$@"; do ${each}; done; }; f`;
  return git.read(['-c', alias, 'each', ...names]).toString().split('\n').slice(0, -1);
}

describeWithGit('git check-ref-format', () => {
  const names = fc.sample(name, { numRuns: 120, seed: 7 }).filter((text) => !text.startsWith('-'));

  it.each(FLAGS)('with %j agrees on each name', (args, options) => {
    const answers = askGit(args, names);
    const ours = names.map((text) => {
      const format = checkRefFormat(text, options);
      return !format.valid ? 'no' : options.normalize === true ? `ok ${format.name}` : 'ok ';
    });
    expect(names.map((text, i) => [text, ours[i]])).toEqual(names.map((text, i) => [text, answers[i]]));
  });

  it('agrees on branches and tags', () => {
    git.read(['init', '-q']);
    git.read(['commit', '-q', '--allow-empty', '-m', 'x']);
    const short = ['plain', 'a/b', '-a', 'HEAD', 'a.lock', 'a..b', 'é', '@', '@a', 'a@{b', '.a', 'a.', 'refs/heads/a', 'a~b', 'main ', 'FETCH_HEAD'];
    const accepted = (make: (text: string) => string, text: string) => {
      try {
        make(text);
        return true;
      } catch {
        return false;
      }
    };
    const branches = short.filter((text) => git.run(['check-ref-format', '--branch', text]).status === 0);
    expect(short.filter((text) => accepted(branchRef, text) && text !== '@')).toEqual(branches.filter((text) => text !== '@'));
    // A name that begins with a dash is an option to git tag, so it follows "--".
    const tags = short.filter((text) => git.run(['tag', '--', text]).status === 0);
    // Git refuses a tag "HEAD" since 2.48; older ones, which may run this, take it.
    expect(short.filter((text) => accepted(tagRef, text))).toEqual(tags.filter((text) => text !== 'HEAD'));
  });
});
