import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { parseRefName, type RefName } from '../../src/ref/ref-name.js';
import { directRef, symbolicRef } from '../../src/ref/ref-value.js';
import { Draft } from '../../src/store/draft.js';
import type { Batch } from '../../src/store/batch.js';
import { describeWithGit } from './real-git.js';
import { commit, draftCommit, editRefs, IDENTITY, mustApply, SharedRepository, showRefs } from './shared-repository.js';

const MAIN = parseRefName('refs/heads/main');
const SIDE = parseRefName('refs/heads/side');
const ref = (name: string): RefName => parseRefName(name);

describeWithGit('a Git directory that git changes at the same time', () => {
  let shared: SharedRepository;
  beforeEach(() => {
    shared = new SharedRepository();
    shared.init();
  });
  afterEach(() => shared.end());

  it('sees every change of git at the next refresh', async () => {
    const writer = await shared.open();
    const id = shared.commit('refs/heads/main');
    const steps: (() => void)[] = [
      () => shared.commit('refs/heads/main'),
      () => shared.git(['branch', 'a', 'main']),
      () => shared.git(['pack-refs', '--all', '--prune']),
      () => shared.commit('refs/heads/main'),
      () => shared.git(['branch', '-m', 'a', 'a/b']),
      () => shared.git(['tag', '-a', '-m', 'x', 'v1', 'main']),
      () => shared.git(['branch', '-D', 'a/b']),
      () => shared.git(['branch', 'a', id]),
      () => shared.git(['gc', '-q']),
      () => shared.commit('refs/heads/a'),
      () => shared.git(['repack', '-adq']),
      () => shared.git(['symbolic-ref', 'refs/heads/link', 'refs/heads/a']),
      () => shared.git(['symbolic-ref', 'HEAD', 'refs/heads/a']),
      () => shared.git(['update-ref', '-d', 'refs/heads/main']),
      () => shared.git(['update-ref', '--stdin'], `create refs/heads/x ${id}\ncreate refs/heads/y/z ${id}\ndelete refs/tags/v1\n`),
      () => shared.git(['pack-refs', '--all']),
      () => writeFileSync(shared.path('repo.git/refs/heads/x'), shared.git(['rev-parse', 'a'])),
    ];
    for (const step of steps) {
      step();
      await writer.refresh();
      expect([step.toString(), showRefs(writer)]).toEqual([step.toString(), shared.refs()]);
    }
    expect(writer.current.refs.get('HEAD')).toEqual(symbolicRef(ref('refs/heads/a')));
  });

  it('sees git undo what was written here and not looked at since', async () => {
    const id = shared.commit('refs/heads/main');
    const writer = await shared.open();
    editRefs(writer, [[ref('refs/heads/new'), directRef(id)]]);
    await writer.flush();
    shared.git(['branch', '-D', 'new']);
    await writer.refresh();
    expect(showRefs(writer)).toEqual(shared.refs());
    editRefs(writer, [[MAIN, undefined]]);
    await writer.flush();
    shared.git(['update-ref', 'refs/heads/main', id]);
    await writer.refresh();
    expect(showRefs(writer)).toEqual(shared.refs());
  });

  it('tells listeners of what git did, and does nothing when nothing was done', async () => {
    const writer = await shared.open();
    const heard: Batch[] = [];
    writer.timeline.subscribe(({ batch }) => heard.push(batch));
    await writer.refresh();
    expect(heard).toEqual([]);
    const id = shared.commit('refs/heads/main');
    await Promise.all([writer.refresh(), writer.refresh()]);
    await writer.refresh();
    expect(heard).toHaveLength(1);
    expect(heard[0]!.refs).toEqual([{ name: MAIN, value: directRef(id), expected: { kind: 'absent' } }]);
  });

  it('undoes a batch that git was faster than, and keeps the others', async () => {
    const writer = await shared.open();
    commit(writer, MAIN, 'base');
    await writer.flush();
    const lost = draftCommit(writer, MAIN, 'lost');
    mustApply(writer.apply(lost.batch));
    const kept = draftCommit(writer, SIDE, 'kept');
    mustApply(writer.apply(kept.batch));
    const onTop = draftCommit(writer, MAIN, 'on top of what is lost');
    mustApply(writer.apply(onTop.batch));
    const theirs = shared.commit('refs/heads/main');
    const flushes = [lost, kept, onTop].map(({ batch }) => writer.flush(batch));
    await expect(flushes[0]).rejects.toMatchObject({ code: 'ref-conflict' });
    await expect(flushes[1]).resolves.toBeUndefined();
    await expect(flushes[2]).rejects.toMatchObject({ code: 'ref-conflict' });
    expect(writer.state).toBe('idle');
    expect(shared.refs()).toBe(`${theirs} refs/heads/main\n${kept.id} refs/heads/side\n`);
    expect(showRefs(writer)).toBe(shared.refs());
    const next = commit(writer, MAIN, 'next');
    await writer.flush();
    expect(shared.git(['log', '--format=%H', 'main']).split('\n').slice(0, 2)).toEqual([next, theirs]);
    expect(shared.fsck()).toBe('');
  });

  it('stores deletions, replacements and symbolic refs as git does', async () => {
    const writer = await shared.open();
    const id = commit(writer, MAIN, 'base');
    const check = async (edits: Parameters<typeof editRefs>[1]): Promise<void> => {
      editRefs(writer, edits);
      await writer.flush();
      expect(shared.refs()).toBe(showRefs(writer));
      const again = await shared.open();
      expect(showRefs(again)).toBe(showRefs(writer));
    };
    await check([[ref('refs/heads/a'), directRef(id)], [ref('refs/heads/b/c/d'), directRef(id)]]);
    shared.git(['pack-refs', '--all', '--no-prune']);
    await check([[ref('refs/heads/a'), undefined]]);
    await check([[ref('refs/heads/b/c/d'), undefined], [ref('refs/heads/b'), directRef(id)]]);
    expect(existsSync(shared.path('repo.git/refs/heads/b/c'))).toBe(false);
    await check([[ref('refs/heads/b'), undefined], [ref('refs/heads/b/c'), directRef(id)], [ref('refs/heads/b/d'), directRef(id)]]);
    shared.git(['pack-refs', '--all', '--prune']);
    await check([[ref('refs/heads/b/c'), undefined], [ref('refs/heads/b/d'), undefined], [ref('refs/heads/b'), directRef(id)]]);
    await check([[ref('HEAD'), symbolicRef(ref('refs/heads/b'))], [ref('refs/remotes/o/HEAD'), symbolicRef(MAIN)]]);
    await check([[ref('HEAD'), directRef(id)], [ref('refs/remotes/o/HEAD'), undefined]]);
    expect(readFileSync(shared.path('repo.git/HEAD'), 'utf8')).toBe(`${id}\n`);
    expect(existsSync(shared.path('repo.git/refs/remotes/o'))).toBe(false);
    // Empty folders where git has deleted refs are no obstacle.
    shared.git(['update-ref', 'refs/heads/e/f/g', id]);
    shared.git(['pack-refs', '--all', '--prune']);
    shared.git(['update-ref', '-d', 'refs/heads/e/f/g']);
    await writer.refresh();
    await check([[ref('refs/heads/e'), directRef(id)]]);
  });

  it('puts many new refs into packed-refs, with what tags name', async () => {
    const writer = await shared.open();
    const id = commit(writer, MAIN, 'base');
    const draft = new Draft(writer.current);
    const who = 'Ours <ours@example.com> 1700000000 +0000';
    const tag = draft.write('tag', Buffer.from(`object ${id}\ntype commit\ntag t\ntagger ${who}\n\nt\n`));
    const nested = draft.write('tag', Buffer.from(`object ${tag}\ntype tag\ntag t\ntagger ${who}\n\nt\n`));
    for (let i = 0; i < 1000; i++) draft.setRef(ref(`refs/${i % 2 === 0 ? 'tags' : 'heads/deep'}/r${i}`), i % 4 === 0 ? nested : id);
    mustApply(writer.apply(draft.finish({ origin: 'test', reflog: { identity: IDENTITY, message: 'many' } })));
    await writer.flush();
    expect(shared.refs()).toBe(showRefs(writer));
    expect(existsSync(shared.path('repo.git/refs/heads/deep'))).toBe(false);
    const packed = readFileSync(shared.path('repo.git/packed-refs'), 'utf8');
    expect(packed.split('\n').filter((line) => line === `^${id}`)).toHaveLength(250);
    shared.git(['pack-refs', '--all']);
    expect(readFileSync(shared.path('repo.git/packed-refs'), 'utf8')).toBe(packed);
    editRefs(writer, Array.from({ length: 1000 }, (_, i) => [ref(`refs/${i % 2 === 0 ? 'tags' : 'heads/deep'}/r${i}`), undefined] as const));
    await writer.flush();
    expect(shared.refs()).toBe(`${id} refs/heads/main\n`);
    expect(shared.fsck()).toBe('');
  });

  it.each(['', 'true', 'always', 'false'])('writes reflogs as git does with core.logAllRefUpdates=%s', async (policy) => {
    shared.read(['init', '-q', '--bare', '-b', 'main', 'twin.git']);
    for (const folder of ['repo.git', 'twin.git']) {
      if (policy !== '') shared.read([`--git-dir=${folder}`, 'config', 'core.logAllRefUpdates', policy]);
      shared.read([`--git-dir=${folder}`, 'config', 'core.bare', 'true']);
    }
    const writer = await shared.open();
    const first = commit(writer, MAIN, 'one');
    await writer.flush();
    const second = commit(writer, MAIN, 'two');
    await writer.flush();
    const env = {
      GIT_COMMITTER_NAME: 'Ours', GIT_COMMITTER_EMAIL: 'ours@example.com', GIT_OBJECT_DIRECTORY: shared.path('repo.git/objects'),
    };
    const theirs = (input: string, message: string): void => {
      shared.read(['--git-dir=twin.git', 'update-ref', '-m', message, '--stdin'], input, env);
    };
    theirs(`create refs/heads/main ${first}\n`, 'commit: one');
    theirs(`update refs/heads/main ${second}\n`, 'commit: two');
    const steps: [string, (readonly [RefName, ObjectId | undefined])[]][] = [
      ['tag and note', [[ref('refs/tags/t'), first], [ref('refs/notes/commits'), first], [ref('refs/remotes/o/x'), first]]],
      ['same', [[MAIN, second]]],
      ['back  and\tforth ', [[MAIN, first], [ref('refs/heads/x/y'), first]]],
      ['gone', [[MAIN, undefined], [ref('refs/heads/x/y'), undefined]]],
      ['again', [[ref('refs/heads/x'), second]]],
    ];
    for (const [message, edits] of steps) {
      editRefs(writer, edits.map(([name, id]) => [name, id === undefined ? undefined : directRef(id)]), message);
      await writer.flush();
      theirs(edits.map(([name, id]) => (id === undefined ? `delete ${name}\n` : `update ${name} ${id}\n`)).join(''), message);
    }
    const logs = (folder: string): string => shared.runShell(`cd ${folder} && find logs -print 2>/dev/null | sort; find logs -type f 2>/dev/null | sort | xargs -r cat`);
    expect(logs('repo.git')).toBe(logs('twin.git'));
    if (policy === 'always') expect(logs('repo.git')).toContain('logs/refs/tags/t');
  });

  it('gives up a batch whose ref stays locked, and goes on with others', async () => {
    const writer = await shared.open();
    commit(writer, MAIN, 'base');
    await writer.flush();
    writeFileSync(shared.path('repo.git/refs/heads/main.lock'), '');
    const blocked = draftCommit(writer, MAIN, 'blocked');
    mustApply(writer.apply(blocked.batch));
    const other = draftCommit(writer, SIDE, 'other');
    mustApply(writer.apply(other.batch));
    const flushes = [writer.flush(blocked.batch), writer.flush(other.batch)];
    await expect(flushes[0]).rejects.toMatchObject({ code: 'lock-held', data: { name: MAIN } });
    await flushes[1];
    expect(writer.state).toBe('idle');
    expect(showRefs(writer)).toBe(shared.refs());
    expect(existsSync(shared.path('repo.git/refs/heads/main.lock'))).toBe(true);
    shared.runShell('rm repo.git/refs/heads/main.lock');
    commit(writer, MAIN, 'free again');
    await writer.flush();
    expect(showRefs(writer)).toBe(shared.refs());
  });

  it.each([1, 2000])('shows one of two refs of which one is a folder of the other (beside %i others)', async (count) => {
    const id = shared.commit('refs/heads/main');
    const names = Array.from({ length: count }, (_, i) => `refs/heads/r${i}`).sort();
    const lines = [...names, 'refs/heads/a/b/c', 'refs/heads/a/b/d'].sort().map((name) => `${id} ${name}\n`);
    writeFileSync(shared.path('repo.git/packed-refs'), `# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`);
    writeFileSync(shared.path('repo.git/refs/heads/a'), `${id}\n`);
    const writer = await shared.open();
    expect(showRefs(writer)).toBe(['refs/heads/a', 'refs/heads/main', ...names].map((name) => `${id} ${name}\n`).join(''));
  });

  it('serves objects from the directory, once they are durable, instead of holding them', async () => {
    const { DirectoryBackend } = await import('../../src/storage/directory/directory-backend.js');
    const { Writer } = await import('../../src/storage/writer.js');
    const backend = await DirectoryBackend.open(shared.path('repo.git'));
    const writer = await Writer.open(backend, { youngBytesMax: 1000 });
    const ids: ObjectId[] = [];
    for (let i = 0; i < 10; i++) {
      ids.push(commit(writer, MAIN, `${i} `.repeat(100)));
      const flushed = writer.flush();
      if (i % 3 === 0) ids.push(commit(writer, SIDE, `side ${i} `.repeat(100)));
      await flushed;
      expect(writer.current.young.sizeBytes).toBeLessThan(2500);
      for (const id of ids) expect(writer.current.objects.findHeader(id)?.type).toBe('commit');
    }
    await writer.close();
    expect(shared.fsck()).toBe('');
  });

  it('leaves out broken refs as git does, until they are mended', async () => {
    const id = shared.commit('refs/heads/main');
    const missing = '1234567890123456789012345678901234567890';
    writeFileSync(shared.path('repo.git/refs/heads/empty'), '');
    writeFileSync(shared.path('repo.git/refs/heads/garbage'), 'garbage\n');
    writeFileSync(shared.path('repo.git/refs/heads/missing'), `${missing}\n`);
    writeFileSync(shared.path('repo.git/refs/heads/zero'), `${'0'.repeat(40)}\n`);
    writeFileSync(shared.path('repo.git/refs/heads/bad..name'), `${id}\n`);
    const problems: string[] = [];
    const writer = await shared.open('repo.git', { onProblem: (problem) => problems.push(problem.code) });
    expect(showRefs(writer)).toBe(`${id} refs/heads/main\n`);
    // Git lists a ref to a missing object as long as nobody looks at the object; a snapshot never has one.
    expect(shared.refs()).toBe(`${showRefs(writer)}${missing} refs/heads/missing\n`);
    expect(problems).toEqual(expect.arrayContaining(['ref-invalid', 'ref-invalid', 'ref-invalid']));
    writeFileSync(shared.path('repo.git/refs/heads/empty'), `${id}\n`);
    await writer.refresh();
    expect(writer.current.refs.get('refs/heads/empty')).toEqual(directRef(id));
  });
});
