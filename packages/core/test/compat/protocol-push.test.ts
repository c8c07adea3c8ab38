import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { parseRefName } from '../../src/ref/ref-name.js';
import { directRef, symbolicRef } from '../../src/ref/ref-value.js';
import { EMPTY_BATCH } from '../../src/store/batch.js';
import { ACCEPTED, refused } from '../../src/protocol/decision.js';
import { AsyncGit, GitServer, MemoryRepository, type GitOutcome } from './git-server.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit } from './real-git.js';

describeWithGit('a git client that pushes', () => {
  const git = new AsyncGit();
  const server = new GitServer();
  let repository: MemoryRepository;
  let count = 0;
  let name = '';

  beforeAll(async () => {
    await server.start();
    await git.read(['init', '-q', '-b', 'main', 'work']);
    await git.read(['fast-import', '--quiet'], 'work', branchyHistory(11, 60));
    await git.read(['reset', '-q', '--hard', 'main'], 'work');
  });

  afterAll(async () => {
    await server.stop();
    git.remove();
  });

  beforeEach(() => {
    name = `r${count++}`;
    repository = new MemoryRepository();
    server.repositories.set(name, repository);
  });

  async function push(args: readonly string[], options: readonly string[] = []): Promise<GitOutcome> {
    return git.run([...options, 'push', '--porcelain', server.url(name), ...args], { cwd: 'work' });
  }

  async function id(revision: string): Promise<ObjectId> {
    return await git.read(['rev-parse', revision], 'work') as ObjectId;
  }

  it('creates, updates, forces and deletes refs', async () => {
    expect(await push(['main~3:refs/heads/main', 'v1', 'topic'])).toMatchObject({ status: 0 });
    expect(repository.refs()).toEqual({
      'HEAD': 'ref: refs/heads/main',
      'refs/heads/main': await id('main~3'),
      'refs/heads/topic': await id('topic'),
      'refs/tags/v1': await id('v1'),
    });
    expect(await push(['main', 'topic~2:refs/heads/topic'])).toMatchObject({ status: 1 });
    expect(repository.refs()['refs/heads/main']).toBe(await id('main'));
    expect(await push(['+topic~2:refs/heads/topic', ':refs/tags/v1'])).toMatchObject({ status: 0 });
    expect(repository.refs()['refs/heads/topic']).toBe(await id('topic~2'));
    expect(repository.refs()['refs/tags/v1']).toBeUndefined();
    expect(repository.errors).toEqual([]);
    expect(repository.spool.discarded).toBe(0);
  });

  it('pushes branches that need no objects, in an empty pack', async () => {
    await push(['main']);
    const result = await push(['main:refs/heads/again', 'main~1:refs/heads/older']);
    expect({ ...result, errors: repository.errors }).toMatchObject({ status: 0, errors: [] });
    expect(repository.refs()['refs/heads/older']).toBe(await id('main~1'));
  });

  it('pushes many refs at once and deletes them again', async () => {
    await push(['main']);
    const main = await id('main');
    const input = Array.from({ length: 500 }, (_, i) => `create refs/many/r${i} ${main}\n`).join('');
    await git.read(['update-ref', '--stdin'], 'work', input);
    expect(await push(['refs/many/*:refs/many/*'])).toMatchObject({ status: 0 });
    expect(Object.keys(repository.refs())).toHaveLength(502);
    expect(await push(['--prune', 'refs/none/*:refs/many/*'])).toMatchObject({ status: 0 });
    expect(Object.keys(repository.refs())).toHaveLength(2);
    await git.read(['update-ref', '--stdin'], 'work', input.replace(/create (\S+) \S+/g, 'delete $1'));
    expect(repository.errors).toEqual([]);
  });

  it('changes nothing when one ref of an atomic push is refused', async () => {
    repository.configure('[receive]\ndenyDeletes = true\n');
    await push(['main', 'topic']);
    const before = repository.refs();
    const result = await push(['--atomic', 'main:refs/heads/new', ':topic']);
    expect(result.status).toBe(1);
    expect(result.stdout).toContain('[remote rejected] (deletion prohibited)');
    expect(result.stdout).toContain('[remote rejected] (atomic push failure)');
    expect(repository.refs()).toEqual(before);
    expect(await push(['--atomic', 'main:refs/heads/new', 'side'])).toMatchObject({ status: 0 });
    expect(repository.refs()['refs/heads/new']).toBe(before['refs/heads/main']);
  });

  it('refuses by configuration, in the words of git', async () => {
    await push(['main', 'topic', 'side']);
    repository.configure(
      '[receive]\ndenyNonFastForwards = true\ndenyDeletes = true\n[transfer]\nhideRefs = refs/secret\n',
    );
    const result = await push([
      '+topic~1:refs/heads/topic', ':refs/heads/side', 'main:refs/secret/x', 'v1:refs/tags/ok', 'v1^{tree}:refs/heads/tree',
    ]);
    expect(result.stdout).toContain('[remote rejected] (non-fast-forward)');
    expect(result.stdout).toContain('[remote rejected] (deletion prohibited)');
    expect(result.stdout).toContain('[remote rejected] (deny updating a hidden ref)');
    expect(result.stdout).toContain('[remote rejected] (failed to update ref)');
    expect(result.stdout).toContain('*\trefs/tags/v1:refs/tags/ok');
    expect(result.stderr).toContain('remote: error: denying non-fast-forward refs/heads/topic (you should pull first)');
    expect(result.stderr).toContain('remote: error: denying ref deletion for refs/heads/side');
    expect(repository.refs()).toMatchObject({ 'refs/tags/ok': await id('v1'), 'refs/heads/side': await id('side') });
  });

  it('protects the current branch', async () => {
    await push(['main']);
    const deletion = await push([':main']);
    expect(deletion.stdout).toContain('[remote rejected] (deletion of the current branch prohibited)');
    expect(deletion.stderr).toContain('remote: error: refusing to delete the current branch: refs/heads/main');
    repository.configure('[core]\nbare = false\n');
    const update = await push(['+main~1:main']);
    expect(update.stdout).toContain('[remote rejected] (branch is currently checked out)');
    expect(update.stderr).toContain('remote: error: refusing to update checked out branch: refs/heads/main');
    repository.configure('[core]\nbare = false\n[receive]\ndenyCurrentBranch = updateInstead\n');
    repository.decide = async (decision) =>
      decision.kind === 'update-worktree' ? refused('Working directory has unstaged changes') : ACCEPTED;
    expect((await push(['+main~1:main'])).stdout).toContain('(Working directory has unstaged changes)');
    repository.decide = async () => ACCEPTED;
    expect(await push(['+main~1:main'])).toMatchObject({ status: 0 });
    repository.configure('[receive]\ndenyDeleteCurrent = warn\n');
    const warned = await push([':main']);
    expect(warned).toMatchObject({ status: 0 });
    expect(warned.stderr).toContain('remote: warning: deleting the current branch');
    expect(repository.refs()).toEqual({ HEAD: 'ref: refs/heads/main' });
  });

  it('finds names that cannot stand beside each other, and keeps the first', async () => {
    await push(['main', 'main:refs/heads/a']);
    const result = await push(['main:refs/heads/a/b', 'main:refs/heads/x', 'main:refs/heads/x/y']);
    expect(result.stdout).toMatch(/!\trefs\/heads\/main:refs\/heads\/a\/b\t\[remote rejected\] \(failed to update ref\)/);
    expect(result.stdout).toMatch(/!\trefs\/heads\/main:refs\/heads\/x\/y\t\[remote rejected\] \(failed to update ref\)/);
    expect(result.stderr).toContain("'refs/heads/a' exists; cannot create 'refs/heads/a/b'");
    expect(Object.keys(repository.refs())).toEqual(['HEAD', 'refs/heads/a', 'refs/heads/main', 'refs/heads/x']);
    expect(await push([':refs/heads/x', 'main:refs/heads/x/y'])).toMatchObject({ status: 0 });
  });

  it('asks policy in the order of the hooks and shows it what was pushed', async () => {
    await push(['main~1:refs/heads/main']);
    repository.decisions.length = 0;
    const main = await id('main');
    repository.decide = async (decision, tell) => {
      if (decision.kind === 'pre-receive') {
        expect(decision.push.view.objects.has(main)).toBe(true);
        expect(repository.timeline.current.objects.has(main)).toBe(false);
        await tell('looking\n');
      }
      if (decision.kind === 'update' && decision.command.name === 'refs/heads/no') return refused();
      return ACCEPTED;
    };
    repository.configure('[receive]\nadvertisePushOptions = true\n');
    const result = await push(['-o', 'one', '-o', 'ci.skip', 'main', 'main:refs/heads/no']);
    expect(result.stderr).toContain('remote: looking');
    expect(result.stdout).toContain('[remote rejected] (hook declined)');
    expect(repository.decisions.map(({ kind }) => kind)).toEqual(['pre-receive', 'update', 'update', 'post-receive', 'post-update']);
    expect(repository.decisions[0]!.push.options).toEqual(['one', 'ci.skip']);
    expect(repository.decisions[3]).toMatchObject({ commands: [{ name: 'refs/heads/main', newId: main }] });
    expect(repository.decisions[4]).toMatchObject({ names: ['refs/heads/main'] });
  });

  it('leaves no trace of a push that pre-receive declines', async () => {
    repository.decide = async (decision) => decision.kind === 'pre-receive' ? refused() : ACCEPTED;
    const before = repository.timeline.current;
    const result = await push(['main', 'topic']);
    expect(result.stdout).toContain('[remote rejected] (pre-receive hook declined)');
    expect(repository.timeline.current).toBe(before);
    expect(repository.spool.discarded).toBe(1);
    repository.decide = async (decision) => decision.kind === 'pre-receive' ? refused('branch is frozen') : ACCEPTED;
    expect((await push(['main'])).stdout).toContain('[remote rejected] (branch is frozen)');
  });

  it('refuses a ref that moved in the meantime, and only that one', async () => {
    await push(['main~2:refs/heads/main', 'topic']);
    repository.decide = async (decision) => {
      if (decision.kind === 'pre-receive') {
        const main = parseRefName('refs/heads/main');
        repository.timeline.apply({
          ...EMPTY_BATCH, refs: [{ name: main, value: directRef(await id('main~3')), expected: { kind: 'any' } }],
        });
      }
      return ACCEPTED;
    };
    const result = await push(['main', 'side']);
    expect(result.stdout).toMatch(/!\trefs\/heads\/main:refs\/heads\/main\t\[remote rejected\] \(failed to update ref\)/);
    expect(result.stderr).toContain("remote: error: cannot lock ref 'refs/heads/main': is at");
    expect(repository.refs()['refs/heads/side']).toBe(await id('side'));
    expect(repository.refs()['refs/heads/main']).toBe(await id('main~3'));
  });

  it('hands commands to a proc-receive handler and reports what it did', async () => {
    repository.configure('[receive]\nprocReceiveRefs = refs/for\n');
    const main = await id('main');
    repository.decide = async (decision) => {
      if (decision.kind !== 'proc-receive') return ACCEPTED;
      expect(decision.commands.map((command) => command.name)).toEqual(['refs/for/main/topic', 'refs/for/x']);
      const rewritten = { name: 'refs/changes/1', oldId: undefined, newId: main, forced: false };
      return {
        kind: 'proc-receive',
        error: undefined,
        problems: [],
        reports: [
          { name: 'refs/for/main/topic', status: 'ok', reason: undefined, rewritten },
          { name: 'refs/for/x', status: 'ng', reason: 'no such review', rewritten: undefined },
        ],
      };
    };
    const result = await push(['main:refs/for/main/topic', 'main:refs/for/x', 'main']);
    expect(result.stdout).toContain('main:refs/changes/1');
    expect(result.stdout).toContain('[remote rejected] (no such review)');
    expect(repository.refs()['refs/heads/main']).toBe(main);
    expect(repository.refs()['refs/for/main/topic']).toBeUndefined();
    const post = repository.decisions.find(({ kind }) => kind === 'post-receive');
    expect(post).toMatchObject({ commands: [{ name: 'refs/changes/1' }, { name: 'refs/heads/main' }] });
  });

  it('refuses a pack that is too large or breaks a rule of fsck', async () => {
    repository.configure('[receive]\nmaxInputSize = 100\n');
    const large = await push(['main']);
    expect(large.stderr).toContain('pack exceeds maximum allowed size (100 bytes)');
    expect(large.stdout).toContain('[remote rejected] (unpacker error)');
    const random = randomBytes(8 * 1024 * 1024);
    writeFileSync(join(git.folder, 'work', 'large.bin'), random);
    const blob = await git.read(['hash-object', '-w', 'large.bin'], 'work');
    const huge = await push([`${blob}:refs/blobs/huge`]);
    expect(huge.stdout).toContain('[remote rejected] (unpacker error)');
    const tree = await git.read(['rev-parse', 'main^{tree}'], 'work');
    const bad = await git.read(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], 'work',
      `tree ${tree}\nauthor A <a> 1 +0000\ncommitter no mail 1 +0000\n\nx\n`);
    repository.configure('[transfer]\nfsckObjects = true\n');
    const broken = await push([`${bad}:refs/heads/bad`]);
    expect(broken.stderr).toMatch(/remote: error: object [0-9a-f]{40}: missingEmail/);
    expect(broken.stdout).toContain('[remote rejected] (unpacker error)');
    expect(repository.refs()).toEqual({ HEAD: 'ref: refs/heads/main' });
    repository.configure('[transfer]\nfsckObjects = true\n[receive "fsck"]\nmissingEmail = ignore\n');
    const allowed = await push([`${bad}:refs/heads/bad`]);
    expect({ ...allowed, errors: repository.errors }).toMatchObject({ status: 0, errors: [] });
  });

  it('takes pushes from shallow clones into complete repositories', async () => {
    await push(['--all']);
    await git.read(['clone', '-q', '--depth', '2', server.url(name), `shallow-${name}`]);
    await git.read(['commit', '-q', '--allow-empty', '-m', 'on top'], `shallow-${name}`);
    const result = await git.run(['push', '-q', 'origin', 'HEAD:refs/heads/top'], { cwd: `shallow-${name}` });
    expect({ ...result, errors: repository.errors }).toMatchObject({ status: 0, errors: [] });
    expect(repository.timeline.current.shallow.size).toBe(0);
    const orphan = new MemoryRepository();
    server.repositories.set(`${name}-other`, orphan);
    const refusal = await git.run(['push', '--porcelain', server.url(`${name}-other`), 'HEAD:refs/heads/top'], { cwd: `shallow-${name}` });
    expect(refusal.stdout).toContain('[remote rejected] (shallow update not allowed)');
    expect(orphan.refs()).toEqual({ HEAD: 'ref: refs/heads/main' });
  });

  it('updates what a symbolic ref stands for', async () => {
    await push(['main~1:refs/heads/main']);
    repository.timeline.apply({
      ...EMPTY_BATCH,
      refs: [{ name: parseRefName('refs/heads/alias'), value: symbolicRef(parseRefName('refs/heads/main')), expected: { kind: 'any' } }],
    });
    expect(await push(['main:alias'])).toMatchObject({ status: 0 });
    expect(repository.refs()).toMatchObject({ 'refs/heads/alias': 'ref: refs/heads/main', 'refs/heads/main': await id('main') });
    const both = await push(['+main~1:alias', '+main~2:main']);
    expect(both.stdout).toContain('[remote rejected] (inconsistent aliased update)');
    expect(both.stderr).toContain("refusing inconsistent update between symref 'refs/heads/alias'");
  });

  it('pushes into a namespace', async () => {
    const result = await git.run(['push', '-q', server.url(name, 'team'), 'main', 'v1'], { cwd: 'work' });
    expect({ ...result, errors: repository.errors }).toMatchObject({ status: 0, errors: [] });
    expect(repository.refs()).toMatchObject({ 'refs/namespaces/team/refs/heads/main': await id('main') });
  });

  it('pushes with protocol version 1', async () => {
    expect(await push(['main'], ['-c', 'protocol.version=1'])).toMatchObject({ status: 0 });
    expect(await push([':main'], ['-c', 'protocol.version=1'])).toMatchObject({ status: 1 });
  });
});
