import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SHA256 } from '../../src/hash/algorithm.js';
import { HEAD } from '../../src/ref/ref-name.js';
import { directRef } from '../../src/ref/ref-value.js';
import { EMPTY_BATCH } from '../../src/store/batch.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { CloneLab, VERSIONS } from './clone-lab.js';
import { MemoryRepository } from './git-server.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit } from './real-git.js';

describeWithGit('a git client that fetches', () => {
  const lab = new CloneLab();
  const { git, server } = lab;

  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  it('mirrors everything', async () => {
    await lab.compareClones('mirror', ['--mirror']);
    await git.read(['fsck', '--strict', '--full'], 'mirror-ours-2');
  });

  it('clones one branch with the tags that belong to it', async () => {
    await lab.compareClones('single', ['--single-branch', '--branch', 'topic']);
  });

  it('fetches only what is new', async () => {
    await git.read(['clone', '-q', '--mirror', lab.source, 'grower']);
    const repository = await lab.serve('grow', 'grower');
    for (const version of VERSIONS) {
      const folder = `grow-${version}`;
      await git.read(['clone', '-q', server.url('grow'), folder]);
      for (let round = 0; round < 3; round++) {
        const head = await git.read(['rev-parse', 'main'], 'grower');
        const tree = await git.read(['rev-parse', 'main^{tree}'], 'grower');
        const next = await git.read(['commit-tree', '-p', head, '-m', `${version} ${round}`, tree], 'grower');
        await git.read(['update-ref', 'refs/heads/main', next], 'grower');
        await git.read(['tag', '-a', '-m', 'x', `t-${version}-${round}`, next], 'grower');
        await git.read(['push', '-q', '--mirror', server.url('grow')], 'grower');
        // A commit the server does not know makes the client say more than one have.
        await git.read(['commit', '-q', '--allow-empty', '-m', `local ${round}`], folder);
        const { stderr, status } = await git.run(['-c', `protocol.version=${version}`, 'fetch', '--progress', 'origin'], { cwd: folder });
        expect({ status, errors: repository.errors }).toEqual({ status: 0, errors: [] });
        expect(stderr).toMatch(/remote: Total 2 \(delta \d+\), reused/);
        expect(await git.read(['rev-parse', 'origin/main'], folder)).toBe(next);
        expect(await git.read(['rev-parse', `t-${version}-${round}^{}`], folder)).toBe(next);
      }
    }
  });

  it('clones an empty repository and learns its branch', async () => {
    server.repositories.set('empty', new MemoryRepository());
    for (const version of VERSIONS) {
      const { status, stderr } = await git.run(['-c', `protocol.version=${version}`, '-c', 'init.defaultBranch=other', 'clone', server.url('empty'), `empty-${version}`]);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(stderr).toContain('You appear to have cloned an empty repository');
      const head = await git.read(['symbolic-ref', 'HEAD'], `empty-${version}`);
      expect(head).toBe(version === '2' ? 'refs/heads/main' : 'refs/heads/other');
    }
    expect(server.repositories.get('empty')!.errors).toEqual([]);
  });

  it('lists refs as git does', async () => {
    for (const version of VERSIONS) {
      for (const args of [[], ['--heads'], ['--tags', '--symref'], ['--symref', 'HEAD'], ['ma*']]) {
        const [flags, patterns] = [args.filter((arg) => arg.startsWith('-')), args.filter((arg) => !arg.startsWith('-'))];
        const list = (url: string): Promise<string> =>
          git.read(['-c', `protocol.version=${version}`, 'ls-remote', ...flags, url, ...patterns]);
        expect(await list(server.url('main'))).toBe(await list(lab.source));
      }
    }
  });

  it('clones a repository of SHA-256', async () => {
    await git.read(['init', '-q', '-b', 'main', '--object-format=sha256', 'source256']);
    await git.read(['fast-import', '--quiet'], 'source256', branchyHistory(3, 30));
    const repository = await lab.serve('sha256', 'source256', { algorithm: SHA256 });
    for (const version of VERSIONS) {
      await git.read(['-c', `protocol.version=${version}`, 'clone', '-q', '--mirror', server.url('sha256'), `sha256-${version}`]);
      await git.read(['fsck', '--strict', '--full'], `sha256-${version}`);
      expect(await git.read(['for-each-ref'], `sha256-${version}`)).toBe(await git.read(['for-each-ref'], 'source256'));
    }
    expect(repository.errors).toEqual([]);
  });

  it('sees a detached HEAD', async () => {
    const repository = await lab.serve('detached', 'source');
    const id = await git.read(['rev-parse', 'topic~1'], 'source') as ObjectId;
    repository.timeline.apply({ ...EMPTY_BATCH, refs: [{ name: HEAD, value: directRef(id), expected: { kind: 'any' } }] });
    for (const version of VERSIONS) {
      await git.read(['-c', `protocol.version=${version}`, 'clone', '-q', server.url('detached'), `detached-${version}`]);
      expect(await git.read(['rev-parse', 'HEAD'], `detached-${version}`)).toBe(id);
      expect((await git.run(['symbolic-ref', '-q', 'HEAD'], { cwd: `detached-${version}` })).status).toBe(1);
    }
  });

  it('sees neither hidden refs nor those of other namespaces', async () => {
    const repository = await lab.serve('hidden', 'source');
    repository.configure('[uploadpack]\nhideRefs = refs/heads/deep\n[transfer]\nhideRefs = refs/tags\nhideRefs = !refs/tags/v1\n');
    await git.read(['push', '-q', server.url('hidden', 'team'), 'topic:refs/heads/inside'], 'source');
    const secret = await git.read(['rev-parse', 'deep'], 'source');
    for (const version of VERSIONS) {
      const prefix = ['-c', `protocol.version=${version}`];
      const all = await git.read([...prefix, 'ls-remote', server.url('hidden')]);
      expect(all).toContain('refs/tags/v1');
      expect(all).toContain('refs/namespaces/team/refs/heads/inside');
      expect(all).not.toMatch(/refs\/heads\/deep|refs\/tags\/old/);
      const inside = await git.read([...prefix, 'ls-remote', server.url('hidden', 'team')]);
      expect(inside.split('\n').map((line) => line.split('\t')[1])).toEqual(['refs/heads/inside']);
      await git.read(['init', '-q', '--bare', `hidden-${version}`]);
      const asked = await git.run([...prefix, 'fetch', server.url('hidden'), secret], { cwd: `hidden-${version}` });
      if (version !== '2') {
        expect(asked.status).not.toBe(0);
        expect(asked.stderr).toMatch(/not our ref|does not allow request for unadvertised object/);
      }
    }
  });

  it('asks for single objects where the server allows it', async () => {
    const repository = await lab.serve('wants', 'source');
    const inside = await git.read(['rev-parse', 'main~4'], 'source');
    // Over HTTP the refs may have moved since they were shown, so a reached commit is given where any may be asked for.
    const cases = [
      ['', false], ['[uploadpack]\nallowReachableSHA1InWant = true\n', true], ['[uploadpack]\nallowTipSHA1InWant = true\n', true],
      ['[uploadpack]\nallowAnySHA1InWant = true\n', true],
    ] as const;
    for (const [index, [config, isAllowed]] of cases.entries()) {
      repository.configure(config);
      await git.read(['init', '-q', '--bare', `wants-${index}`]);
      const { status } = await git.run(['-c', 'protocol.version=0', 'fetch', '-q', server.url('wants'), inside], { cwd: `wants-${index}` });
      expect({ config, isAllowed: status === 0 }).toEqual({ config, isAllowed });
    }
  });
});
