import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HAS_GIT, runBoth, type Step } from './script-lab.js';

const path = fc.constantFrom('a', 'b', 'd/x', 'd/y', 'd', 'e/f/g');
const revision = fc.constantFrom('HEAD', 'HEAD~1', 'main', 'topic');
const text = fc.constantFrom('1\n', '2\n', '1\n2\n3\n', '');
const command = (...words: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<Step> =>
  fc.tuple(...words.map((word) => (typeof word === 'string' ? fc.constant(word) : word)));

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.tuple(path, text, fc.boolean()).map(([write, content, isExecutable]) => ({ write, text: content, isExecutable })), weight: 8 },
  { arbitrary: path.map((remove) => ({ remove })), weight: 2 },
  { arbitrary: command('add', path), weight: 3 },
  { arbitrary: command('add', '-A'), weight: 3 },
  { arbitrary: command('commit', '-qm', fc.constantFrom('one', 'two')), weight: 4 },
  command('commit', '-aqm', 'all'), command('rm', '-r', path), command('rm', '--cached', '-rq', path), command('mv', path, path),
  command('reset', '-q', revision), command('reset', '--hard', revision), command('reset', '--', path), command('restore', path),
  command('restore', '--staged', path), command('checkout', revision), command('checkout', '-b', 'topic'), command('checkout', revision, '--', path),
  command('switch', fc.constantFrom('main', 'topic')), command('status'), command('status', '-s'), command('status', '--porcelain=v2', '-uall'),
  command('diff'), command('diff', '--cached', '--stat'), command('diff', 'HEAD', '--raw'), command('ls-files', '-s'), command('clean', '-fd'),
);

(HAS_GIT ? describe : describe.skip)('any sequence of commands', () => {
  it('does and says what git does and says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
        const { git, govc } = await runBoth([{ write: 'a', text: 'a\n' }, ['add', '.'], ['commit', '-qm', 'start'], ...steps]);
        expect(govc.transcript).toBe(git.transcript);
        expect(govc.state).toBe(git.state);
      }),
      { numRuns: 8, seed: 1155008830 },
    );
  });
});
