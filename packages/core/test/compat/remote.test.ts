import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { connectRemote, type RemoteConnectOptions } from '../../src/remote/connect.js';
import type { Connect } from '../../src/remote/connection.js';
import { createNodeHttpClient } from '../../src/remote/node-http-client.js';
import { createNodeProgramRunner } from '../../src/remote/node-program.js';
import { listRemote } from '../../src/repository/fetch.js';
import { Repository } from '../../src/repository/repository.js';
import { HttpBackend } from './http-backend.js';
import { describeWithGit, GIT_ENVIRONMENT, RealGit } from './real-git.js';

const COMMITTER = { name: 'C O Mitter', email: 'committer@example.com' };
const ALL_HEADS = '+refs/heads/*:refs/remotes/origin/*';

/** Refs of a git directory, one a line. */
function refsOf(git: RealGit, folder: string): string {
  return git.read(['-C', folder, 'for-each-ref', '--format=%(refname) %(objectname)']).toString();
}

/** Adds commits to branches of a bare repository, at random but from a seed. */
function grow(git: RealGit, folder: string, steps: readonly { readonly branch: number; readonly from: number; readonly tag: boolean }[], label: string): void {
  const stream: string[] = [];
  steps.forEach(({ branch, from, tag }, index) => {
    const name = `refs/heads/b${branch}`;
    const start = from === branch ? name : `refs/heads/b${from}`;
    const exists = git.run(['-C', folder, 'rev-parse', '-q', '--verify', start]).status === 0;
    stream.push(
      `commit ${name}\nmark :${index + 1}\ncommitter C <c@example.com> ${1_700_000_000 + index * 60} +0000\ndata 5\n${label.slice(0, 4).padEnd(4)}\n`,
      exists ? `from ${start}^0\n` : '',
      `M 100644 inline f${branch}-${index % 7}\ndata <<EOF\n${label} ${index}\n${'line\n'.repeat(index % 40)}EOF\n\n`,
    );
    if (tag) stream.push(`tag t-${label}-${index}\nfrom :${index + 1}\ntagger T <t@example.com> 1700000000 +0000\ndata 2\nt\n`);
    git.read(['-C', folder, 'fast-import', '--quiet', '--force'], stream.splice(0).join(''));
  });
}

const arbitrarySteps = fc.array(
  fc.record({ branch: fc.integer({ min: 0, max: 2 }), from: fc.integer({ min: 0, max: 2 }), tag: fc.boolean() }), { minLength: 1, maxLength: 6 },
);

describeWithGit('other repositories', () => {
  const git = new RealGit();
  const run = createNodeProgramRunner({ ...GIT_ENVIRONMENT, HOME: git.folder });
  let backend: HttpBackend;
  let guarded: HttpBackend;
  const at = (name: string): string => join(git.folder, name);
  const reach = (address: string, options: RemoteConnectOptions = {}): Connect => connectRemote(address, { run, http: createNodeHttpClient(), ...options });

  const remove = (...names: readonly string[]): void => {
    for (const name of names) rmSync(at(name), { recursive: true, force: true });
  };

  beforeAll(async () => {
    backend = await HttpBackend.start(git.folder);
    guarded = await HttpBackend.start(git.folder, { password: 'secret' });
    git.read(['init', '-q', '--bare', 'origin.git']);
    git.read(['-C', 'origin.git', 'config', 'http.receivepack', 'true']);
    git.read(['-C', 'origin.git', 'config', 'uploadpack.allowFilter', 'true']);
    grow(git, 'origin.git', Array.from({ length: 30 }, (_, i) => ({ branch: i % 3, from: i % 5 === 0 ? (i + 1) % 3 : i % 3, tag: i % 4 === 0 })), 'first');
    git.read(['-C', 'origin.git', 'symbolic-ref', 'HEAD', 'refs/heads/b0']);
  }, 60_000);

  afterAll(async () => {
    await backend.close();
    await guarded.close();
    git.remove();
  });

  describe.each([0, 1, 2] as const)('by version %i', (protocolVersion) => {
    it.each(['program', 'http'])('lists refs by %s as git ls-remote does', async (transport) => {
      const connect = transport === 'http' ? reach(`${backend.url}/origin.git`) : reach(at('origin.git'));
      const { refs, algorithm } = await listRemote({ connect, protocolVersion });
      const lines = refs.flatMap(({ name, id, peeled }) => [`${id ?? ''}\t${name}`, ...(peeled === undefined ? [] : [`${peeled}\t${name}^{}`])]);
      expect(`${lines.join('\n')}\n`).toBe(git.read(['ls-remote', at('origin.git')]).toString());
      expect(refs.find(({ name }) => name === 'HEAD')?.symrefTarget).toBe('refs/heads/b0');
      expect(algorithm.name).toBe('sha1');
    });

    it.each(['program', 'http'])('fetches by %s what git fetches, first and again', async (transport) => {
      await fc.assert(fc.asyncProperty(arbitrarySteps, arbitrarySteps, fc.constantFrom('consecutive' as const, 'skipping' as const), async (theirs, ours, negotiation) => {
        git.run(['init', '-q', '--bare', 'source.git']);
        git.read(['-C', 'source.git', 'fetch', '-q', at('origin.git'), '+refs/*:refs/*']);
        for (const name of ['mine.git', 'theirs.git']) {
          git.read(['init', '-q', '--bare', name]);
          git.read(['-C', name, 'fetch', '-q', at('source.git'), 'refs/heads/b1:refs/heads/b1']);
          grow(git, name, ours, 'own');
        }
        const connect = transport === 'http' ? reach(`${backend.url}/source.git`) : reach(at('source.git'));
        const mine = await Repository.open(at('mine.git'));
        for (const round of ['one', 'two']) {
          grow(git, 'source.git', theirs, `src${round}`);
          await mine.fetch({ connect, refspecs: [ALL_HEADS], protocolVersion, negotiation, isPruning: true, committer: COMMITTER });
          git.read(['-C', 'theirs.git', 'fetch', '-q', '--prune', at('source.git'), ALL_HEADS]);
          expect(refsOf(git, 'mine.git')).toBe(refsOf(git, 'theirs.git'));
          expect(git.run(['-C', 'mine.git', 'fsck', '--strict', '--no-dangling'])).toMatchObject({ status: 0 });
          git.run(['-C', 'source.git', 'update-ref', '-d', 'refs/heads/b2']);
        }
        await mine.close();
        remove('source.git', 'mine.git', 'theirs.git');
      }), { numRuns: 1 });
    }, 120_000);

    it('cuts histories, deepens them and completes them as git does', async () => {
      const connect = reach(`file://${at('origin.git')}`);
      git.read(['init', '-q', '--bare', 'shallow.git']);
      git.read(['init', '-q', '--bare', 'expected.git']);
      const mine = await Repository.open(at('shallow.git'));
      const steps = [
        { mine: { depth: 2 }, git: ['--depth=2'] },
        { mine: { depth: 3, isRelative: true }, git: ['--deepen=3'] },
        { mine: { sinceSeconds: 1_700_000_900 }, git: ['--shallow-since=1700000900'] },
        { mine: { depth: Number.POSITIVE_INFINITY }, git: ['--unshallow'] },
      ];
      for (const step of steps) {
        await mine.fetch({ connect, refspecs: ['+refs/heads/*:refs/heads/*'], tags: 'none', depth: step.mine, protocolVersion, committer: COMMITTER });
        git.read(['-C', 'expected.git', '-c', `protocol.version=${protocolVersion}`, 'fetch', '-q', '--no-tags', ...step.git, `file://${at('origin.git')}`, '+refs/heads/*:refs/heads/*']);
        const list = (name: string): string => git.read(['-C', name, 'rev-list', '--all', '--date-order']).toString();
        expect(list('shallow.git')).toBe(list('expected.git'));
        expect(git.run(['-C', 'shallow.git', 'fsck', '--strict'])).toMatchObject({ status: 0 });
      }
      await mine.close();
      remove('shallow.git', 'expected.git');
    }, 60_000);
  });

  describe('pushes', () => {
    it.each(['program', 'http', 'guarded'])('reach a real git by %s, and are refused and forced as by git', async (transport) => {
      git.read(['clone', '-q', '--bare', 'origin.git', 'target.git']);
      git.read(['-C', 'target.git', 'config', 'http.receivepack', 'true']);
      git.read(['clone', '-q', '--bare', 'origin.git', 'work.git']);
      grow(git, 'work.git', [{ branch: 0, from: 0, tag: true }, { branch: 5, from: 1, tag: false }], 'push');
      grow(git, 'target.git', [{ branch: 1, from: 1, tag: false }], 'other');
      const asked: string[] = [];
      const credentials = {
        fill: async () => ({ username: 'dev', password: 'secret' }),
        approve: async () => {
          asked.push('approved');
        },
        reject: async () => {
          asked.push('rejected');
        },
      };
      const connect = transport === 'program' ? reach(at('target.git')) : transport === 'http' ? reach(`${backend.url}/target.git`) : reach(`${guarded.url}/target.git`, { credentials });
      const work = await Repository.open(at('work.git'));
      const pushed = await work.push({ connect, refspecs: ['b0', 'b5:refs/heads/new', 'b1', ':b2', 'refs/tags/t-push-0'], committer: COMMITTER });
      expect(pushed.updates.map(({ target, status, reason }) => `${target} ${status} ${reason ?? ''}`)).toEqual([
        'refs/heads/b0 fast-forward ', 'refs/heads/b1 rejected fetch first', 'refs/heads/b2 deleted ', 'refs/heads/new new ', 'refs/tags/t-push-0 new ',
      ]);
      const again = await work.push({ connect, refspecs: ['b0', '+b1'], committer: COMMITTER });
      expect(again.updates.map(({ status }) => status)).toEqual(['up-to-date', 'forced']);
      const ids = (name: string, ref: string): string => git.read(['-C', name, 'rev-parse', ref]).toString();
      expect(ids('target.git', 'b0')).toBe(ids('work.git', 'b0'));
      expect(ids('target.git', 'b1')).toBe(ids('work.git', 'b1'));
      expect(ids('target.git', 'new')).toBe(ids('work.git', 'b5'));
      expect(git.run(['-C', 'target.git', 'rev-parse', '-q', '--verify', 'b2']).status).toBe(1);
      expect(git.run(['-C', 'target.git', 'fsck', '--strict'])).toMatchObject({ status: 0 });
      if (transport === 'guarded') expect(asked).toContain('approved');
      await work.close();
      remove('target.git', 'work.git');
    }, 60_000);

    it('are all or nothing where asked', async () => {
      git.read(['clone', '-q', '--bare', 'origin.git', 'target.git']);
      git.read(['clone', '-q', '--bare', 'origin.git', 'work.git']);
      grow(git, 'work.git', [{ branch: 0, from: 0, tag: false }], 'mine');
      grow(git, 'target.git', [{ branch: 1, from: 1, tag: false }], 'other');
      const before = refsOf(git, 'target.git');
      const work = await Repository.open(at('work.git'));
      const { updates } = await work.push({ connect: reach(at('target.git')), refspecs: ['b0', 'b1'], isAtomic: true, committer: COMMITTER });
      expect(updates.map(({ reason }) => reason)).toEqual(['atomic push failed', 'fetch first']);
      expect(refsOf(git, 'target.git')).toBe(before);
      await work.close();
      remove('target.git', 'work.git');
    });

    it('of megabytes go over HTTP in pieces', async () => {
      git.read(['init', '-q', '--bare', 'target.git']);
      git.read(['-C', 'target.git', 'config', 'http.receivepack', 'true']);
      const work = Repository.init();
      const noise = new Uint8Array(6 * 1024 * 1024);
      let state = 1;
      for (let i = 0; i < noise.length; i++) noise[i] = (state = (state * 1_103_515_245 + 12_345) >>> 0) >>> 16;
      work.add('noise', noise);
      const { id } = work.commit('Noise', { author: COMMITTER });
      for (const each of [backend, guarded]) {
        await work.push({ connect: reach(each.url.replace('//', each === guarded ? '//dev:secret@' : '//') + '/target.git'), refspecs: ['+main'], committer: COMMITTER });
        expect(git.read(['-C', 'target.git', 'rev-parse', 'main']).toString().trim()).toBe(id);
        git.read(['-C', 'target.git', 'update-ref', '-d', 'refs/heads/main']);
      }
      remove('target.git');
    }, 60_000);
  });

  it('clones from a repository of the same process and pushes back', async () => {
    const source = Repository.init();
    source.add('a', 'one\n');
    source.commit('One', { author: COMMITTER });
    source.tag('v1', { message: 'v1', tagger: COMMITTER });
    const copy = Repository.init();
    const fetched = await copy.fetch({ connect: source.connection(), refspecs: ['refs/heads/*:refs/heads/*'], committer: COMMITTER });
    expect(fetched.updates.map(({ target, status }) => `${target} ${status}`)).toEqual(['refs/heads/main new', 'refs/tags/v1 new']);
    copy.add('b', 'two\n');
    const { id } = copy.commit('Two', { author: COMMITTER });
    await copy.push({ connect: source.connection(), refspecs: ['main'], committer: COMMITTER });
    expect(source.resolve('main')).toBe(id);
  });

  it('says what is wrong', async () => {
    const mine = Repository.init();
    const fetch = (connect: Connect, refspecs = ['main']): Promise<unknown> => mine.fetch({ connect, refspecs, committer: COMMITTER });
    await expect(fetch(reach(`${backend.url}/none.git`))).rejects.toMatchObject({ code: 'remote-failed', message: expect.stringContaining('not found') });
    await expect(fetch(reach(`${guarded.url}/origin.git`))).rejects.toMatchObject({ code: 'remote-unauthorized' });
    await expect(fetch(reach(`${guarded.url.replace('//', '//dev:wrong@')}/origin.git`))).rejects.toMatchObject({ code: 'remote-unauthorized' });
    await expect(fetch(reach('http://127.0.0.1:1/x.git'))).rejects.toMatchObject({ code: 'remote-failed' });
    await expect(fetch(reach(at('nowhere.git')))).rejects.toMatchObject({ code: 'protocol-error' });
    await expect(fetch(reach(at('origin.git')), ['nothing'])).rejects.toMatchObject({ code: 'refspec-source-missing', message: "couldn't find remote ref nothing" });
    await expect(mine.push({ connect: reach(at('origin.git')), refspecs: ['nothing'], committer: COMMITTER })).rejects.toMatchObject({ code: 'refspec-source-missing' });
  });

  it('follows a repository that has moved', async () => {
    const mine = Repository.init();
    await mine.fetch({ connect: reach(`${backend.url}/moved/origin.git`), refspecs: ['refs/heads/b0:refs/heads/b0'], committer: COMMITTER });
    expect(mine.resolve('b0')).toBe(git.read(['-C', 'origin.git', 'rev-parse', 'b0']).toString().trim());
    expect(backend.requests.at(-1)).toBe('POST /origin.git/git-upload-pack');
  });
});
