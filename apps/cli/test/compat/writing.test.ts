import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { GIT_VERSION, Playground } from './command-lines.js';

type Step = { readonly line: readonly string[]; readonly input?: string };

const step = (line: string, input?: string): Step => ({ line: line.split(' ').filter((word) => word !== ''), ...(input === undefined ? {} : { input }) });

/** Steps that change refs, objects and configuration; each is run by both programs in a folder of its own. */
const SCENARIOS: Readonly<Record<string, readonly Step[]>> = {
  'objects and refs': [
    step('init -q -b main'), step('hash-object -w --stdin', 'content\n'), step('mktree', '100644 blob d95f3ad14dee633a758d2e331151e950dd13e4ed\ta\n'),
    step('commit-tree 0b5fccd -m first'), step('commit-tree 496d6428b9cf92981dc9495211e6e1120fb6f2ba', 'no such tree'),
    step('update-ref -m made refs/heads/main HEAD'), step('commit-tree -m one -m two cd6c7b9'), step('mktree --missing', '100644 blob 1111111111111111111111111111111111111111\tx\n'),
    step('update-ref refs/heads/main refs/tags/nosuch'), step('symbolic-ref refs/heads/link refs/heads/main'), step('symbolic-ref HEAD nowhere'),
    step('symbolic-ref -d HEAD'), step('mktag', 'object 1111111111111111111111111111111111111111\n'),
  ],
  'branches and tags': [
    step('init -q -b main'), step('commit-tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'empty\n'), step('hash-object -t tree -w --stdin', ''),
    step('commit-tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'empty\n'), step('update-ref refs/heads/main 7bb12be5a90c1b79e35def1e0a8e5d25b9cf7eeb'),
    step('branch topic'), step('branch topic'), step('branch -f topic HEAD'), step('branch bad..name'), step('branch x nosuch'), step('tag v1'), step('tag v1'), step('tag -f v1'),
    step('tag -a -m annotated v2'), step('tag -m other -f v2'), step('tag -d v1 nosuch'), step('branch -m topic subject'), step('branch -c subject copy'), step('branch -d copy'),
    step('branch -D main'), step('branch --set-upstream-to=main subject'), step('branch -vv'), step('branch --unset-upstream subject'), step('branch --unset-upstream subject'),
    step('for-each-ref'), step('reflog subject'), step('notes add -m noted HEAD'), step('notes append -m more'), step('notes show'), step('notes copy HEAD v2'), step('notes remove'), step('notes'),
    step('pack-refs --all'), step('show-ref'), step('update-ref -d refs/heads/subject'), step('show-ref'), step('reflog delete main@{0}'), step('reflog main'),
  ],
  'refs at the top': [
    step('init -q -b main'), step('hash-object -t tree -w --stdin', ''), step('commit-tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'empty\n'),
    step('update-ref refs/heads/main 7bb12be5a90c1b79e35def1e0a8e5d25b9cf7eeb'), step('symbolic-ref NOTHEAD refs/heads/main'), step('symbolic-ref NOTHEAD'), step('rev-parse NOTHEAD'),
    step('symbolic-ref -d NOTHEAD'), step('rev-parse --verify NOTHEAD'), step('symbolic-ref refs/heads/top FETCH_HEAD'), step('update-ref FETCH_HEAD main'), step('rev-parse top FETCH_HEAD'),
    step('log --format=%s FETCH_HEAD'), step('for-each-ref'), step('update-ref -d FETCH_HEAD'), step('rev-parse --verify -q FETCH_HEAD'),
  ],
  'transactions of refs': [
    step('init -q -b main'), step('hash-object -t tree -w --stdin', ''), step('commit-tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'empty\n'),
    step('update-ref --stdin', 'create refs/heads/a HEAD\n'), step('update-ref --stdin', 'start\nabort\n'), step('update-ref --stdin', 'create refs/heads/..bad 7bb12be\n'),
    step('update-ref --stdin', 'unknown\n'), step('update-ref --stdin', 'update refs/heads/a\n'), step('update-ref --stdin', ' create x\n'), step('update-ref --stdin', 'verify refs/heads/none\n'),
    step('update-ref --stdin', 'delete refs/heads/none 1111111111111111111111111111111111111111\n'), step('show-ref'),
  ],
  'configuration': [
    step('init -q'), step('config user.name Somebody'), step('config core.editor'), step('config --add remote.a.fetch one'), step('config --add remote.a.fetch two'),
    step('config remote.a.fetch three'), step('config --replace-all remote.a.fetch three'), step('config --get-all remote.a.fetch'), step('config --unset user.name'), step('config --unset user.name'),
    step('config --bool a.b yes'), step('config --int a.c 1k'), step('config --int a.c nothing'), step('config --rename-section a b'), step('config --remove-section nosuch'), step('config nodot x'),
    step('config Sect.Sub.Key value'), step('config -l --local'), step('config --get-regexp ^b'), step('config --type=int --get b.c'), step('config --get-color nosuch red'), step('config -z -l --local'),
    step('config --unset-all remote.a.fetch'), step('config --default 5 --type=int no.such'), step('config --get-urlmatch http https://x.example'), step('config --fixed-value a.b c'),
  ],
};

(GIT_VERSION === undefined ? describe.skip : describe)('command lines that write', () => {
  it.each(Object.keys(SCENARIOS))('%s', async (name) => {
    const [theirs, ours] = [new Playground(), new Playground()];
    try {
      for (const { line, input } of SCENARIOS[name]!) {
        theirs.tick();
        ours.tick();
        const expected = theirs.git(line, { input: input ?? '' });
        const actual = await ours.govc(line, { input: input ?? '' });
        const plain = (ended: typeof expected, path: string): typeof expected => ({ ...ended, stderr: ended.stderr.replaceAll(path, 'PATH'), stdout: ended.stdout.replaceAll(path, 'PATH') });
        expect({ line, ...plain(actual, ours.path) }).toEqual({ line, ...plain(expected, theirs.path) });
        // A commit made by hand becomes the branch, so that what follows has something to work with.
        const made = line[0] === 'commit-tree' && expected.code === 0 ? expected.stdout.trim() : undefined;
        if (made !== undefined) for (const each of [theirs, ours]) writeFileSync(join(each.path, '.git', 'refs', 'heads', 'main'), `${made}\n`);
      }
      const read = (playground: Playground): string => readFileSync(join(playground.path, '.git', 'config'), 'utf8');
      expect(read(ours)).toBe(read(theirs));
      expect(ours.git(['for-each-ref'])).toEqual(theirs.git(['for-each-ref']));
      expect(ours.git(['fsck', '--no-dangling']).code).toBe(theirs.git(['fsck', '--no-dangling']).code);
    } finally {
      theirs.remove();
      ours.remove();
    }
  });
});
