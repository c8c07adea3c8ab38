import { afterAll, expect, it } from '@jest/globals';
import { Config } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { commentLines, messageSubject, stripSpace } from '../../src/history/commit-message.js';
import { interpretTrailers, type NewTrailer } from '../../src/history/trailers-edit.js';
import { trailerRules } from '../../src/history/trailers-rules.js';
import { appendSignoff } from '../../src/history/trailers-signoff.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const LINES = [
  'subject', 'a body line', '', '', '', ' ', 'Signed-off-by: A <a@b>', 'Reviewed-by: B', 'Acked-by:C', ' continued', '\tmore  ', '# comment',
  'Bug #43', 'fix: 12', '---', '--- a/file', '(cherry picked from commit 0123)', 'not a trailer at all', 'Conflicts:', '\tpath', 'key : value  ',
  ': empty', 'sign: x', '# ------------------------ >8 ------------------------', 'Trail\r',
];
const NEW = ['Reviewed-by: B', 'reviewed-by=b', 'fix=99', 'sign: me', 'Acked-by', 'review', 'Bug #7', ': bad', 'Key:  v  ', 'Signed-off-by: A <a@b>'];
const CONFIGS = [
  '', '[trailer]\n\twhere = start\n\tifexists = add\n', '[trailer]\n\tseparators = ":#="\n',
  '[trailer "sign"]\n\tkey = "Signed-off-by: "\n\tifexists = replace\n[trailer "fix"]\n\tkey = "Fix #"\n\twhere = before\n\tifmissing = doNothing\n',
  '[trailer "review"]\n\tkey = Reviewed-by\n\twhere = after\n\tifexists = addIfDifferent\n[core]\n\tcommentChar = ";"\n',
];
const WHERE = ['after', 'before', 'end', 'start'] as const;
const EXISTS = ['add', 'replace', 'doNothing', 'addIfDifferent', 'addIfDifferentNeighbor'] as const;

describeWithGit('messages', () => {
  const git = new RealGit();
  const random = new SeededRandom(7);
  afterAll(() => git.remove());

  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
  const message = (): string => {
    const lines = Array.from({ length: random.below(9) }, () => pick(LINES));
    // With the scissors behind a divider, git interpret-trailers never ends.
    const isEndless = lines.some((line) => line.includes('>8')) && lines.some((line) => line.startsWith('---'));
    return lines.filter((line) => !isEndless || !line.startsWith('---')).join('\n') + (random.below(5) === 0 ? '' : '\n');
  };

  it('get trailers as git interpret-trailers adds them', () => {
    for (let round = 0; round < 500; round++) {
      const text = message();
      const config = pick(CONFIGS);
      const add: NewTrailer[] = [];
      const args: string[] = [];
      const flag = (name: string): boolean => {
        const isSet = random.below(4) === 0;
        if (isSet) args.push(name);
        return isSet;
      };
      const options = {
        trimEmpty: flag('--trim-empty'), onlyTrailers: flag('--only-trailers'), unfold: flag('--unfold'), hasDivider: !flag('--no-divider'),
        onlyInput: flag('--only-input'),
      };
      for (let count = options.onlyInput ? 0 : random.below(3); count > 0; count--) {
        const trailer = { text: pick(NEW), where: pick(WHERE), ifExists: pick(EXISTS), ifMissing: pick(['add', 'doNothing'] as const) };
        if (random.below(2) === 0) {
          args.push('--no-where', '--no-if-exists', '--no-if-missing', '--trailer', trailer.text);
          add.push({ text: trailer.text });
        } else {
          args.push('--where', trailer.where, '--if-exists', trailer.ifExists, '--if-missing', trailer.ifMissing, '--trailer', trailer.text);
          add.push(trailer);
        }
      }
      const entries = parseConfig(Buffer.from(config));
      const settings = [...Config.from(entries).entries()].flatMap(({ section, subsection, key, value }) =>
        ['-c', `${section}.${subsection === undefined ? '' : `${subsection}.`}${key}=${value ?? ''}`]);
      const theirs = git.read([...settings, 'interpret-trailers', ...args], text).toString();
      const ours = interpretTrailers(text, { rules: trailerRules(Config.from(entries)), add, ...options });
      expect({ text, args, config, result: ours }).toEqual({ text, args, config, result: theirs });
    }
  });

  it('run the commands of the configuration', () => {
    const entries = parseConfig(Buffer.from('[trailer "a"]\n\tkey = A\n\tcommand = echo one $ARG\n[trailer "b"]\n\tkey = B\n\tcmd = echo two\n'));
    const settings = ['-c', 'trailer.a.key=A', '-c', 'trailer.a.command=echo one $ARG', '-c', 'trailer.b.key=B', '-c', 'trailer.b.cmd=echo two'];
    const theirs = git.read([...settings, 'interpret-trailers', '--trailer', 'b=x', '--trailer', 'a=y'], 's\n\nB: z\n').toString();
    const ours = interpretTrailers('s\n\nB: z\n', {
      rules: trailerRules(Config.from(entries)),
      add: [{ text: 'b=x' }, { text: 'a=y' }],
      runCommand: ({ command, argument }) => `${command.replace('echo ', '')}${argument === undefined ? '' : ` ${argument}`}\n`,
    });
    expect(ours).toBe(theirs);
  });

  it('are stripped as by git stripspace', () => {
    for (let round = 0; round < 150; round++) {
      const text = Array.from({ length: random.below(12) }, () => pick(['a', 'b  ', '', ' ', '\t', '# c', ' # d', '\r', '\v', '\te'])).join('\n');
      expect(stripSpace(text)).toBe(git.read(['stripspace'], text).toString());
      expect(stripSpace(text, '#')).toBe(git.read(['stripspace', '-s'], text).toString());
      expect(commentLines(text)).toBe(git.read(['stripspace', '-c'], text).toString());
    }
  });

  it('have the subjects that git shows, and its sign-offs', () => {
    git.read(['init', '-q', '.']);
    const tree = git.read(['mktree']).toString().trim();
    for (let round = 0; round < 60; round++) {
      const text = `${message()}x`;
      const id = git.read(['commit-tree', tree], text).toString().trim();
      expect(messageSubject(text)).toBe(git.read(['log', '-1', '--format=%s', id]).toString().slice(0, -1));
      git.read(['commit', '-q', '--allow-empty', '--allow-empty-message', '--cleanup=verbatim', '-s', '-F', '-'], text.replace(/^#.*\n?/gm, ''));
      const signed = git.read(['cat-file', 'commit', 'HEAD']).toString();
      const ours = appendSignoff(text.replace(/^#.*\n?/gm, ''), { name: 'C O Mitter', email: 'committer@example.com' });
      expect(ours).toBe(signed.slice(signed.indexOf('\n\n') + 2));
    }
  });
});
