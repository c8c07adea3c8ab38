import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Twins } from './remote-lab.js';

/** Commands that make a repository with branches, tags and some history. */
const SOURCE: readonly (readonly string[])[] = [
  ['init', '-q', '-b', 'main', 'source'],
  ...[1, 2, 3].flatMap((number) => [
    ['-C', 'source', 'commit', '-q', '--allow-empty', '-m', `c${number}`],
    ['-C', 'source', 'tag', '-a', '-m', `t${number}`, `t${number}`],
  ]),
  ['-C', 'source', 'branch', 'other', 'HEAD~1'],
  ['-C', 'source', 'branch', 'folder/deep', 'HEAD~2'],
];

describe('govc and other repositories', () => {
  let twins: Twins;

  beforeEach(() => {
    twins = new Twins();
    twins.prepare(SOURCE);
  });

  afterEach(() => {
    twins.remove();
  });

  async function same(args: readonly string[], cwd = ''): Promise<void> {
    const { git, govc } = await twins.both(args, cwd);
    expect({ args, ...govc }).toEqual({ args, ...git });
  }

  function sameState(cwd: string, files: readonly string[] = []): void {
    for (const args of [['for-each-ref', '--format=%(refname) %(objectname) %(symref)'], ['symbolic-ref', '-q', 'HEAD'], ['config', '--local', '--list'], ['status', '--porcelain'], ['fsck', '--strict', '--no-dangling']]) {
      const { git, govc } = twins.look(args, cwd);
      expect({ args, text: govc }).toEqual({ args, text: git });
    }
    for (const path of files) {
      const { git, govc } = twins.file(path);
      expect(govc).toBe(git);
    }
  }

  it.each([
    [['clone', 'source', 'copy']],
    [['clone', '-q', '-b', 'other', 'source', 'copy']],
    [['clone', '--no-tags', '-o', 'up', 'source', 'copy']],
    [['clone', '-n', '--single-branch', 'file://./source', 'copy']],
    [['clone', '--depth', '1', 'source', 'copy', '--no-local']],
    [['clone', '-b', 't2', '-c', 'advice.detachedHead=false', 'source', 'copy']],
    [['clone', '--bare', 'source', 'copy']],
    [['clone', '--mirror', 'source', 'copy']],
    [['clone', '-c', 'core.x=y', 'source', 'copy']],
  ])('clones by %j as git does', async (args) => {
    await same(args.map((word) => word.replace('file://.', `file://${twins.folder}/git`)));
    sameState('copy');
  });

  it('refuses to clone as git does', async () => {
    await same(['clone', 'nowhere']);
    await same(['clone', 'source', 'source']);
    await same(['clone', '-b', 'none', 'source', 'copy']);
    twins.prepare([['init', '-q', 'empty']]);
    await same(['clone', 'empty', 'copy']);
    sameState('copy');
  });

  it('fetches, prunes and reports as git does', async () => {
    twins.prepare([['clone', '-q', 'source', 'copy'], ['-C', 'source', 'commit', '-q', '--allow-empty', '-m', 'more'],
      ['-C', 'source', 'branch', 'new-one'], ['-C', 'source', 'branch', '-D', 'other'], ['-C', 'source', 'branch', '-f', 'folder/deep', 'HEAD']]);
    await same(['fetch', '--dry-run'], 'copy');
    twins.prepare([['-C', 'source', 'tag', 'light']]);
    await same(['fetch', '--prune', '-v'], 'copy');
    sameState('copy', ['copy/.git/FETCH_HEAD']);
    twins.prepare([['-C', 'source', 'commit', '-q', '--amend', '--allow-empty', '-m', 'amended'], ['-C', 'source', 'tag', '-f', 'light']]);
    await same(['fetch', 'origin', 'main'], 'copy');
    sameState('copy', ['copy/.git/FETCH_HEAD']);
    await same(['fetch', 'origin', 'main:refs/heads/local', 'tag', 't1'], 'copy');
    await same(['fetch', 'origin', 'folder/deep:local'], 'copy');
    await same(['fetch', '../source', 'folder/deep'], 'copy');
    sameState('copy', ['copy/.git/FETCH_HEAD']);
    await same(['fetch', '--tags'], 'copy');
    await same(['fetch', 'origin', 'nothing'], 'copy');
    await same(['fetch', 'nowhere'], 'copy');
    await same(['fetch', 'origin', 'main:main'], 'copy');
    await same(['fetch', '--all'], 'copy');
    sameState('copy');
  });

  it('lists the refs of others as git does', async () => {
    for (const args of [['source'], ['--heads', 'source'], ['--tags', '--refs', 'source'], ['source', 'main', 't*'], ['--symref', 'source', 'HEAD'], ['--exit-code', 'source', 'nope'], ['nowhere']]) {
      await same(['ls-remote', ...args]);
    }
    twins.prepare([['clone', '-q', 'source', 'copy']]);
    await same(['ls-remote'], 'copy');
    await same(['ls-remote', '--get-url'], 'copy');
  });

  it('pushes, refuses and reports as git does', async () => {
    twins.prepare([['clone', '-q', '--bare', 'source', 'target.git'], ['clone', '-q', 'target.git', 'copy'], ['clone', '-q', 'target.git', 'rival'],
      ['-C', 'copy', 'commit', '-q', '--allow-empty', '-m', 'mine'], ['-C', 'copy', 'branch', 'fresh'], ['-C', 'copy', 'tag', 'mark']]);
    await same(['push', '--dry-run'], 'copy');
    await same(['push'], 'copy');
    await same(['push'], 'copy');
    await same(['push', '-u', 'origin', 'fresh'], 'copy');
    await same(['push', 'origin', 'mark', ':other', 'HEAD:refs/heads/again'], 'copy');
    sameState('copy');
    sameState('target.git');
    twins.prepare([['-C', 'rival', 'commit', '-q', '--allow-empty', '-m', 'theirs'], ['-C', 'rival', 'push', '-q', '-f']]);
    await same(['push', 'origin', 'main', 'fresh:third'], 'copy');
    await same(['push', '--porcelain', 'origin', 'main'], 'copy');
    await same(['push', '--force-with-lease', 'origin', 'main'], 'copy');
    // Git adds what the process that it pushes through has to say.
    expect((await twins.both(['push', '--atomic', 'origin', 'main', 'fresh:fourth'], 'copy')).govc).toMatchObject({ code: 1, stderr: expect.stringContaining('(atomic push failed)') });
    sameState('target.git');
    await same(['push', '-f', 'origin', 'main'], 'copy');
    await same(['push', 'origin', '--delete', 'third'], 'copy');
    await same(['push', 'origin', 'nothing'], 'copy');
    await same(['push', '--tags'], 'copy');
    await same(['push', '--mirror'], 'copy');
    sameState('copy');
    sameState('target.git');
  });

  it('manages remotes as git does', async () => {
    twins.prepare([['clone', '-q', 'source', 'copy'], ['-C', 'source', 'branch', 'late'], ['-C', 'source', 'branch', '-D', 'other'], ['-C', 'copy', 'commit', '-q', '--allow-empty', '-m', 'mine']]);
    const lines = [
      [], ['-v'], ['show', '-n', 'origin'], ['show', 'origin'], ['prune', '-n', 'origin'], ['prune', 'origin'], ['add', 'up', '../source'], ['add', 'up', 'x'], ['add', '-t', 'main', '-f', 'part', '../source'],
      ['add', '--mirror=push', 'mirror', '/m'], ['-v'], ['rename', 'origin', 'first'], ['get-url', 'first'], ['get-url', 'none'], ['set-url', 'up', '/new'], ['set-url', '--add', '--push', 'up', '/one'],
      ['set-url', '--add', '--push', 'up', '/two'], ['set-url', '--push', '--delete', 'up', 'one'], ['get-url', '--push', '--all', 'up'], ['set-branches', '--add', 'first', 'late'],
      ['set-head', 'first', '-a'], ['set-head', 'first', 'late'], ['update', 'first'], ['set-head', 'first', 'late'], ['set-head', 'first', '-d'], ['remove', 'part'], ['rm', 'none'], ['remove', 'first'], ['-v'],
    ];
    for (const line of lines) {
      await same(['remote', ...line], 'copy');
      sameState('copy');
    }
  }, 60_000);

  it('is told by hooks of the other side', async () => {
    twins.prepare([['clone', '-q', '--bare', 'source', 'target.git'], ['clone', '-q', 'target.git', 'copy'], ['-C', 'copy', 'commit', '-q', '--allow-empty', '-m', 'mine']]);
    twins.hook('target.git/hooks/update', '#!/bin/sh\necho "update $1"\ncase $1 in refs/heads/no*) exit 1;; esac\n');
    twins.hook('target.git/hooks/post-receive', '#!/bin/sh\ncat\n');
    twins.hook('copy/.git/hooks/pre-push', '#!/bin/sh\ncat\n[ "$1" = origin ] || exit 1\n');
    await same(['push', 'origin', 'main', 'main:no', 'main:yes'], 'copy');
    await same(['push', '../target.git', 'main:late'], 'copy');
    sameState('target.git');
  });
});
