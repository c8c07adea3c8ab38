import { describe, expect, it } from '@jest/globals';
import { HAS_GIT, runBoth, type Step } from './script-lab.js';

/** A line of words, quoted where they hold spaces. */
function git(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
const write = (path: string, text: string): Step => ({ write: path, text });
const commit = (name: string, text: string): readonly Step[] => [write('f', text), git('add f'), git(`commit -q -m ${name}`)];

/** `main`: base, fourth; `topic` from base: one, two, three, of which one conflicts with nothing and two with fourth. */
const START: readonly Step[] = [
  ...commit('base', '1\n2\n3\n4\n5\n6\n7\n8\n9\n'), git('checkout -q -b topic'), write('g', 'g\n'), git('add g'), git('commit -q -m one'),
  ...commit('two', '1\n2\n3\n4\nfive\n6\n7\n8\n9\n'), write('h', 'h\n'), git('add h'), git('commit -q -m three'), git('checkout -q main'),
  ...commit('fourth', '1\n2\n3\n4\nfunf\n6\n7\n8\n9\n'),
];

const SCRIPTS: Readonly<Record<string, readonly Step[]>> = {
  'picks one commit, with every way to say so': [
    ...START, git('cherry-pick topic~2'), git('cherry-pick -x topic'), git('cherry-pick topic'), git('cherry-pick --skip'), git('reset -q --hard HEAD~2'),
    git('cherry-pick -n topic'), git('status -s'), git('reset -q --hard'), git('cherry-pick -s --allow-empty topic'), git('cherry-pick nope'), git('cherry-pick'),
    git('cherry-pick --ff topic~2'), git('log -3 --format=%s%n%b'), git('reflog -3 --format=%gs'),
  ],
  'stops a sequence at conflicts and goes on': [
    ...START, git('cherry-pick main..topic'), git('status -s'), git('cherry-pick topic~2..topic'), write('f', 'solved\n'), git('add f'), git('cherry-pick --continue'), git('log --format=%s'),
    git('reset -q --hard HEAD~3'), git('cherry-pick topic~2 topic~1 topic'), git('cherry-pick --skip'), git('log --format=%s'), git('reset -q --hard HEAD~2'),
    git('cherry-pick topic~1 topic'), git('cherry-pick --abort'), git('cherry-pick topic~1'), git('cherry-pick --quit'), git('status -s'), git('cherry-pick --abort'),
  ],
  'reverts': [
    ...START, git('revert --no-edit HEAD'), git('revert --no-edit HEAD'), git('log --format=%B -2'), git('revert --no-edit HEAD~2'), git('revert --abort'), git('revert -n HEAD'),
    git('status -s'), git('reset -q --hard'), git('revert --no-edit topic~2'), git('revert -m 1 --no-edit HEAD'), git('revert --continue'),
  ],
  'rebases and stops': [
    ...START, git('checkout -q topic'), git('rebase main'), git('status -s'), git('status'), git('rebase main'), write('f', 'solved\n'), git('rebase --continue'), git('add f'),
    git('status'), git('-c core.editor=true rebase --continue'), git('log --format=%s'), git('reflog -6 --format=%gs'), git('rebase main'), git('rebase --onto main~1 main'), git('rebase --abort'), git('rebase --skip'),
    git('log --format=%s'), git('rebase -f main'), git('rebase nope'), git('rebase --quit'),
  ],
  'gives a rebase up, or the rest of it': [
    ...START, git('checkout -q topic'), git('rebase main'), git('rebase --abort'), git('log --format=%s'), git('rebase main'), git('rebase --skip'), git('log --format=%s'),
    git('reset -q --hard HEAD~1'), write('f', 'dirty\n'), git('rebase main~1'), git('rebase --autostash main~1'), git('status -s'),
  ],
  'edits the list of a rebase': [
    ...START, git('checkout -q topic'), git('commit -q --allow-empty --fixup HEAD~2'), git('-c sequence.editor=true rebase -i --autosquash --keep-empty main~1'), git('log --format=%s'),
    write('.git/swap', '#!/bin/sh\nsed -i -e "1{h;d};2{G}" "$1"\n'), git('-c "sequence.editor=sh .git/swap" rebase -i HEAD~2'), git('log --format=%s'),
    git('rebase -x true HEAD~2'), git('-c "sequence.editor=sed -i 1s/pick/edit/" rebase -i HEAD~2'), git('rebase --show-current-patch'), git('status'), git('rebase --continue'),
    git('-c "sequence.editor=sed -i 1s/pick/nonsense/" rebase -i HEAD~2'), git('rebase --abort'),
  ],
  'applies patches': [
    ...START, write('p', 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-1\n+one\n 2\n 3\n'), git('apply --stat p'), git('apply --check p'), git('apply p'), git('apply p'), git('diff --stat'),
    git('apply -R p'), git('status -s'), git('apply --index p'), git('status -s'), git('apply --cached -R p'), git('status -s'), git('checkout -qf main'),
    write('q', 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n 1\n+  \n 2\n 3\n'), git('apply q'), git('apply --whitespace=error q'), git('apply nope'),
    write('r', 'diff --git a/new b/new\nnew file mode 100755\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n'), git('apply --summary --numstat r'), git('apply --index r'), git('status -s'),
  ],
  'finds what went upstream, and compares series': [
    ...START, git('cherry-pick topic~2'), git('cherry main topic'), git('cherry -v topic main'), git('range-diff main...topic'), git('range-diff main~1..main main..topic'), git('cherry nope topic'),
  ],
};

(HAS_GIT ? describe : describe.skip)('sequences of commits, compared with git', () => {
  for (const [name, steps] of Object.entries(SCRIPTS)) {
    it(name, async () => {
      const { git: expected, govc } = await runBoth(steps);
      expect(govc.transcript).toBe(expected.transcript);
      expect(govc.state).toBe(expected.state);
    });
  }
});
