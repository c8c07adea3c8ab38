import { describe, expect, it } from '@jest/globals';
import { HAS_GIT, runBoth, type Step } from './script-lab.js';

/** A line of words, quoted where they hold spaces. */
function git(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
const write = (path: string, text: string): Step => ({ write: path, text });
const commit = (name: string): readonly string[] => ['commit', '-q', '-a', '-m', name];

const START: readonly Step[] = [
  write('a.c', 'int one(void)\n{\n\treturn 1;\n}\n'), write('d/b', 'x\ny\n'), git('add .'), git('commit -q -m first'),
  write('a.c', 'int one(void)\n{\n\treturn 1;\n}\n\nint two(void)\n{\n\treturn 2;\n}\n'), commit('second'),
  write('a.c', 'int one(void)\n{\n\treturn  1;\n}\n\nint two(void)\n{\n\treturn 22;\n}\n'), commit('third'),
];

const SCRIPTS: Readonly<Record<string, readonly Step[]>> = {
  'blames and annotates': [
    ...START, git('blame a.c'), git('blame -s -n a.c'), git('blame -L2,3 a.c'), git('blame -L /two/,+2 a.c'), git('blame -L :two a.c'), git('blame -w a.c'), git('blame -p a.c'),
    git('blame --line-porcelain a.c'), git('blame -e --date=short HEAD~1 a.c'), git('blame -l --root a.c'), git('annotate a.c'), git('blame nope'), git('blame -L99 a.c'),
    git('blame --ignore-rev HEAD a.c'), git('blame --reverse HEAD~2.. a.c'), git('blame --abbrev=10 -t a.c'), git('blame'), git('mv d/b c'), commit('moved'), git('blame c'), git('blame -f c'),
  ],
  'looks for patterns': [
    ...START, git('grep return'), git('grep -n -e return --and --not -e 22'), git('grep -c -i INT'), git('grep -l return HEAD~1'), git('grep -L return'), git('grep -p return'),
    git('grep -W 22'), git('grep -n -C1 two'), git('grep --column -o t'), git('grep --heading --break -n re'), git('grep -E "(one|two)" -- "*.c"'), git('grep -F (void'), git('grep -w in'),
    git('grep -v -h int'), git('grep -q nothing'), git('grep --cached y'), git('grep --color=always -n two'), git('grep -m1 return'), git('grep return nope'), git('grep -z -l x'), write('u', 'return\n'),
    git('grep --untracked return'), git('grep --no-index -l return'), git('grep --and'), git('grep -e a --all-match -e x'), { cd: 'd' }, git('grep x'), git('grep --full-name x'), git('grep return ..'),
  ],
  'bisects': [
    ...START, write('d/b', '1\n'), commit('4'), write('d/b', '2\n'), commit('5'), write('d/b', '3\n'), commit('6'), write('d/b', '4\n'), commit('7'), git('bisect log'), git('bisect start'),
    git('bisect bad'), git('bisect good HEAD~6'), git('bisect skip'), git('bisect good'), git('bisect log'), git('bisect terms'), git('bisect bad'), git('bisect reset'),
    git('bisect start --term-old=fine --term-new=broken HEAD HEAD~5'), git('bisect terms'), git('bisect fine'), git('bisect good'), git('bisect reset'), git('bisect reset'), git('bisect bad nope'),
    git('bisect start HEAD HEAD~6 -- d'), ['bisect', 'run', 'sh', '-c', 'test "$(cat d/b)" != 3'], git('bisect log'), git('bisect reset'),
  ],
  'keeps several worktrees': [
    ...START, git('branch side'), git('worktree add w side'), git('worktree list'), git('worktree add w2'), git('worktree list --porcelain'), git('worktree add w3 main'),
    git('worktree lock --reason why w'), git('worktree lock w'), git('worktree remove w'), git('worktree unlock w'), git('worktree move w moved'), git('worktree list'), write('moved/new', 'x'),
    git('worktree remove moved'), git('worktree remove -f moved'), { remove: 'w2' }, git('worktree list -v'), git('worktree prune -n'), git('worktree prune'), git('worktree list'), git('worktree'),
    git('worktree remove nope'), git('worktree add --detach det HEAD~1'), git('-C det status'), git('-C det log --oneline'),
  ],
  'draws the history in colour': [
    ...START, git('checkout -q -b side HEAD~1'), write('s', 's\n'), git('add s'), commit('side'), git('checkout -q main'), git('merge -q -m merged side'), git('log --graph --oneline --all'),
    git('log --graph --stat'), git('log --graph -p --color=always'), git('log --color=always --decorate -3'), git('diff --color=always HEAD~2'), git('show --color=always --stat HEAD~1'),
    git('log --graph --reverse'), git('log --graph --boundary --format=%h%n%s HEAD~1..'), write('a.c', 'x \n \ty\n'), git('diff --color=always'),
  ],
  'checks out a part': [
    ...START, write('d/e/f', 'f\n'), write('g/h', 'h\n'), git('add .'), commit('more'), git('sparse-checkout list'), git('sparse-checkout set d/e'), git('sparse-checkout list'), git('ls-files -t'),
    git('status -s'), git('sparse-checkout add g'), git('sparse-checkout list'), git('checkout -q -b other'), git('reset -q --hard HEAD~1'), git('ls-files -t'), git('sparse-checkout set --no-cone /g/ "!/d/"'),
    git('sparse-checkout list'), git('sparse-checkout reapply'), git('sparse-checkout disable'), git('ls-files -t'), git('sparse-checkout set a.c'), git('sparse-checkout'),
  ],
};

(HAS_GIT ? describe : describe.skip)('history and worktrees by govc and by git', () => {
  it.each(Object.keys(SCRIPTS))('%s', async (name) => {
    const { git: expected, govc } = await runBoth(SCRIPTS[name]!);
    expect(govc.transcript).toBe(expected.transcript);
    expect(govc.state).toBe(expected.state);
  });
});
