import { describe, expect, it } from '@jest/globals';
import { HAS_GIT, runBoth, type Step } from './script-lab.js';

/** A line of words, quoted where they hold spaces. */
function git(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
const write = (path: string, text: string): Step => ({ write: path, text });

const START: readonly Step[] = [
  write('a', 'one\ntwo\nthree\n'), write('d/e', 'x\n'), write('d/f/g', 'y\n'), git('add .'), git('commit -q -m first'),
];

const SCRIPTS: Readonly<Record<string, readonly Step[]>> = {
  'adds and commits': [
    write('a', '1\n'), write('d/b', '2\n'), git('status'), git('add -n .'), git('add -v a'), git('status'), git('add nothing'), git('add'),
    git('commit -m one'), git('commit -m none'), git('add -N d/b'), git('status -s'), git('diff'), git('add -A'), git('commit -m "two words"'),
    git('commit --allow-empty -m empty'), git('commit --amend -m "other words"'), git('commit --amend --no-edit --date=2020-01-01T00:00:00Z'),
    write('a', '3\n'), git('commit -am all'), git('commit --fixup HEAD --allow-empty'), git('commit --dry-run'), git('commit -C HEAD~1 --allow-empty'),
  ],
  'shows the status': [
    ...START, write('a', 'changed\n'), write('new', 'n\n'), write('u/v', '1\n'), { remove: 'd/e' }, git('status'), git('status -s'), git('status -sb'),
    git('status --porcelain=v2 --branch'), git('status -z'), git('status -uall -s'), git('status -uno'), git('add -A'), git('status'), git('mv a b'),
    git('status'), git('status --porcelain=v2'), git('status -s -- d'), write('.gitignore', '*.o\nbuild/\n'), write('x.o', ''), write('build/z', ''),
    git('status -s --ignored'), git('status --ignored'), git('status -s --ignored=matching -uall'), { cd: 'd' }, git('status -s'), git('status'),
  ],
  'switches branches': [
    ...START, write('a', 'more\n'), git('commit -qam second'), git('checkout -b topic HEAD~1'), write('t', 't\n'), git('add t'), git('commit -qm topic'),
    git('checkout main'), write('a', 'local\n'), git('checkout topic'), git('checkout a'), git('checkout -f topic'), git('checkout HEAD~1'), git('status'),
    git('checkout -'), git('checkout nope'), git('switch nope'), git('switch -c new main'), write('t', 'untracked\n'), git('switch topic'), { remove: 't' },
    git('switch topic'), git('switch --detach main'), git('switch topic'), git('checkout --orphan bare'), git('status -s'), git('checkout -B main'),
  ],
  'resets and restores': [
    ...START, write('a', 'more\n'), git('commit -qam second'), git('reset --soft HEAD~1'), git('status -s'), git('reset'), git('reset --hard'), write('a', 'z\n'),
    git('add a'), git('reset -- a'), git('reset -q HEAD a'), git('checkout -- a'), git('restore --source=HEAD@{1} a'), git('restore --staged a'), git('restore a'),
    { remove: 'd' }, git('checkout .'), git('reset --keep HEAD'), git('reset --merge HEAD'), git('reset nope'), git('rm d/e'), git('reset'), git('restore nope'),
  ],
  'removes and moves': [
    ...START, git('rm d'), git('rm -r d'), git('status -s'), git('reset -q --hard'), git('mv a b'), git('mv d e'), git('status -s'), write('b', 'z\n'), git('rm b'),
    git('rm --cached b'), git('mv nope x'), git('mv e/e e/f'), git('commit -qm moved'), git('rm -q --ignore-unmatch none'), git('rm -f e/e'), git('status -s'),
  ],
  'compares files, index and trees': [
    ...START, write('a', 'one\n2\nthree\n'), git('diff'), git('diff --stat'), git('diff-files'), git('diff-index HEAD'), git('add a'), git('diff --cached'),
    git('diff HEAD --name-status'), { remove: 'd/e' }, { write: 'd/f/g', text: 'y\n', isExecutable: true }, git('diff'), git('diff HEAD --raw -p'), git('diff --exit-code'),
    git('commit -qam 2'), git('diff HEAD~1 HEAD'), git('diff HEAD~1..HEAD --stat'), git('mv a newname'), git('diff --cached -M'), git('diff -R HEAD'), { cd: 'd' },
    git('diff --relative HEAD~1'),
  ],
  'works on the index by hand': [
    write('a', 'a\n'), write('d/g', 'y\n'), git('update-index a'), git('update-index --add a d/g'), git('update-index d'), git('ls-files -s'),
    git('update-index --chmod=+x a'), git('write-tree'), git('read-tree --empty'), git('update-index --refresh'), git('add .'), git('commit -qm 1'), git('read-tree HEAD'),
    write('a', 'b\n'), git('update-index --refresh'), git('update-index -q --refresh'), git('ls-files -m'), git('ls-files -d'), git('ls-files -t -c -m'), git('ls-files --eol'),
    git('read-tree --prefix=p/ HEAD'), git('ls-files p'), git('ls-files --error-unmatch nope'), git('read-tree --reset -u HEAD'), git('update-index --assume-unchanged a'),
    git('ls-files -v'), git('check-attr -a a'), git('clean -n'), write('u', 'u\n'), git('clean'), git('clean -f'), git('ls-files -o'),
  ],
};

(HAS_GIT ? describe : describe.skip)('a worktree by govc and by git', () => {
  it.each(Object.keys(SCRIPTS))('%s', async (name) => {
    const { git: expected, govc } = await runBoth(SCRIPTS[name]!);
    expect(govc.transcript).toBe(expected.transcript);
    expect(govc.state).toBe(expected.state);
  });
});
