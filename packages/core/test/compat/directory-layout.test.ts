import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { driveJob } from '../../src/job/run.js';
import { indexPack } from '../../src/pack/index-pack.js';
import type { Pack } from '../../src/pack/pack.js';
import { parseRefName } from '../../src/ref/ref-name.js';
import { directRef, symbolicRef } from '../../src/ref/ref-value.js';
import { DirectoryBackend, type TransactionObserver } from '../../src/storage/directory/directory-backend.js';
import { OpenFiles } from '../../src/storage/directory/open-files.js';
import { TemporaryFileSpool } from '../../src/storage/directory/temporary-file-spool.js';
import { MemoryPackSpool } from '../../src/storage/memory-pack-spool.js';
import type { IncomingPack, Spool } from '../../src/storage/spool.js';
import { Draft } from '../../src/store/draft.js';
import { describeWithGit } from './real-git.js';
import { commit, draftCommit, editRefs, IDENTITY, mustApply, SharedRepository, showRefs } from './shared-repository.js';

const MAIN = parseRefName('refs/heads/main');

async function receive(spool: Spool, bytes: Uint8Array): Promise<{ readonly incoming: IncomingPack; readonly pack: Pack }> {
  const incoming = await spool.open();
  for (let at = 0; at < bytes.length; at += 1000) await incoming.write(bytes.subarray(at, at + 1000));
  const source = await incoming.seal();
  expect(source.size).toBe(bytes.length);
  const { indexBytes, packChecksum } = await driveJob(indexPack(source, { algorithm: SHA1 }));
  return { incoming, pack: await incoming.install(indexBytes, packChecksum) };
}

describeWithGit('the parts of a Git directory', () => {
  let shared: SharedRepository;
  beforeEach(() => {
    shared = new SharedRepository();
    shared.init();
  });
  afterEach(() => shared.end());

  it('is found by its path, its worktree, its .git file and linked worktrees', async () => {
    shared.read(['init', '-q', '-b', 'main', 'work']);
    shared.read(['-C', 'work', 'commit', '-q', '--allow-empty', '-m', 'x']);
    shared.read(['-C', 'work', 'worktree', 'add', '-q', '-b', 'linked', '../linked']);
    shared.read(['init', '-q', '--separate-git-dir', 'elsewhere.git', 'separate']);
    for (const [name, head] of [['work', 'main'], ['work/.git', 'main'], ['linked', 'linked'], ['linked/.git', 'linked']]) {
      const writer = await shared.open(name);
      expect([name, writer.current.refs.get('HEAD')]).toEqual([name, symbolicRef(parseRefName(`refs/heads/${head}`))]);
      expect(showRefs(writer)).toBe(shared.read(['-C', 'work', 'for-each-ref', '--format=%(objectname) %(refname)']).toString());
    }
    const linked = await shared.open('linked');
    const id = commit(linked, parseRefName('refs/heads/linked'), 'from the worktree');
    await linked.flush();
    expect(shared.read(['-C', 'work', 'rev-parse', 'linked']).toString()).toBe(`${id}\n`);
    expect(shared.read(['-C', 'linked', 'reflog', '-1', '--format=%gs']).toString()).toBe('commit: from the worktree\n');
    expect((await shared.open('separate')).current.refs.size).toBe(1);
    mkdirSync(shared.path('empty'));
    for (const name of ['empty', 'nowhere', 'work/.git/HEAD']) {
      await expect(shared.open(name)).rejects.toMatchObject({ code: 'repository-invalid' });
    }
  });

  it.each([
    ['core.repositoryformatversion=2', 'repository-invalid'],
    ['core.repositoryformatversion=1 extensions.unheardof=true', 'repository-invalid'],
    ['extensions.objectformat=sha1', 'repository-invalid'],
    ['core.repositoryformatversion=1 extensions.refstorage=other', 'unsupported'],
    ['core.repositoryformatversion=1 extensions.objectformat=md5', 'unsupported'],
    ['core.repositoryformatversion=1 extensions.noop=true extensions.partialclone=origin extensions.worktreeconfig=true', undefined],
    ['extensions.unheardof=true', undefined],
    ['core.repositoryformatversion=1 extensions.objectformat=sha1 extensions.preciousobjects=true', undefined],
  ])('opens or refuses %s as git does', async (settings, code) => {
    for (const setting of settings.split(' ')) {
      const [name, value] = setting.split('=') as [string, string];
      shared.read(['config', '-f', 'repo.git/config', name, value]);
    }
    const isRefused = shared.run(['--git-dir=repo.git', 'rev-parse', '--git-dir']).status !== 0;
    expect(isRefused).toBe(code !== undefined);
    if (code === undefined) await shared.open();
    else await expect(shared.open()).rejects.toMatchObject({ code });
  });

  it('reads configuration with includes, keeps it up to date, and edits it in place', async () => {
    writeFileSync(shared.path('repo.git/extra'), '[transfer]\n\thideRefs = refs/a\n\thideRefs = !refs/a/b\n');
    shared.git(['config', 'include.path', 'extra']);
    shared.git(['config', '--add', 'transfer.hideRefs', 'refs/c']);
    const writer = await shared.open();
    const theirs = (name: string): string[] => shared.git(['config', '--get-all', name]).trim().split('\n');
    expect(writer.current.config.getAll('transfer.hiderefs')).toEqual(theirs('transfer.hiderefs'));
    const before = writer.current.config;
    await writer.refresh();
    expect(writer.current.config).toBe(before);
    writeFileSync(shared.path('repo.git/extra'), '[transfer]\n\thideRefs = refs/z\n');
    await writer.refresh();
    expect(writer.current.config.getAll('transfer.hiderefs')).toEqual(['refs/z', 'refs/c']);
    writeFileSync(shared.path('repo.git/config'), `# a comment\n${readFileSync(shared.path('repo.git/config'), 'utf8')}`);
    const draft = new Draft(writer.current);
    draft.setConfig('receive.denyDeletes', 'true');
    draft.setConfig('core.bare', undefined);
    mustApply(writer.apply(draft.finish({ origin: 'test' })));
    await writer.flush();
    await writer.refresh();
    expect(theirs('receive.denydeletes')).toEqual(['true']);
    expect(writer.current.config.get('receive.denydeletes')).toBe('true');
    expect(readFileSync(shared.path('repo.git/config'), 'utf8')).toMatch(/^# a comment\n\[core\]\n\trepositoryformatversion = 0\n\tfilemode = true\n\[include/);
  });

  it('reads objects of alternates, and of theirs', async () => {
    const id = shared.commit('refs/heads/main', 'far');
    shared.read(['clone', '-q', '--bare', '--shared', 'repo.git', 'b.git']);
    shared.read(['clone', '-q', '--bare', '--shared', 'b.git', 'c.git']);
    const writer = await shared.open('c.git');
    expect(writer.current.refs.get(MAIN)).toEqual(directRef(id));
    expect(writer.current.objects.has(id)).toBe(true);
    // A circle, a comment, a folder that is not there, a quoted and a relative path.
    writeFileSync(shared.path('repo.git/objects/info/alternates'), `# x\n${shared.path('c.git/objects')}\n/nowhere\n`);
    shared.read(['init', '-q', '--bare', 'd d.git']);
    writeFileSync(shared.path('d d.git/objects/info/alternates'), '"../../repo.git/\\157bjects"\n');
    const other = await shared.open('d d.git');
    expect(other.current.objects.has(id)).toBe(true);
    expect(new Set(other.current.objects.ids()).has(id)).toBe(true);
    expect(other.current.objects.has(SHA1.emptyBlobId)).toBe(false);
  });

  it('finds objects that git moves while they are read', async () => {
    const ids: ObjectId[] = [];
    for (let i = 0; i < 5; i++) ids.push(shared.commit('refs/heads/main', `c${i}`));
    const writer = await shared.open();
    const bounded = await shared.open('repo.git', { files: new OpenFiles(1) });
    const check = (): void => {
      for (const { current } of [writer, bounded]) {
        for (const id of ids) expect(Buffer.from(current.objects.find(id)!.body).toString()).toMatch(/^tree/);
      }
    };
    check();
    shared.git(['gc', '-q']);
    check();
    const location = writer.current.objects.findEntry(ids[0]!)!;
    ids.push(shared.commit('refs/heads/main', 'more'));
    shared.git(['repack', '-q', '-d']);
    check();
    shared.git(['repack', '-adq']);
    check();
    // The pack is deleted, but was open then; whoever refers to it goes on reading.
    expect(() => location.pack.readAt(location.offset)).not.toThrow();
    shared.git(['multi-pack-index', 'write']);
    shared.git(['update-ref', 'refs/heads/main', ids[2]!]);
    shared.git(['-c', 'gc.reflogExpire=now', 'gc', '-q', '--prune=now']);
    await writer.refresh();
    expect(writer.current.refs.get(MAIN)).toEqual(directRef(ids[2]!));
    expect(writer.current.objects.has(ids[1]!)).toBe(true);
  });

  it('reads objects from where they were found although git repacks and few files may be open', async () => {
    let count = 0;
    const commit = (): ObjectId => shared.commit('refs/heads/main', `c${count++}`);
    commit();
    const { objects } = (await shared.open('repo.git', { files: new OpenFiles(1) })).current;
    const repack = (): void => {
      commit();
      shared.git(['repack', '-adq']);
    };
    /** In a pack that is known, but whose file was closed in favour of another one. */
    const commitClosed = (): ObjectId => {
      const ids = [commit(), ''] as [ObjectId, ObjectId];
      shared.git(['repack', '-adq']);
      expect(objects.find(ids[0])?.type).toBe('commit');
      ids[1] = commit();
      shared.git(['repack', '-dq']);
      expect(objects.find(ids[1])?.type).toBe('commit');
      return ids[0];
    };
    const entry = objects.findEntry(commitClosed());
    repack();
    expect(entry?.pack.readAt(entry.offset).type).toBe('commit');
    const chunks = objects.findChunks(commitClosed());
    repack();
    expect(Buffer.concat([...(chunks ?? [])]).toString()).toContain('tree');
    const gone = commitClosed();
    repack();
    const moved = objects.findEntry(gone);
    repack();
    expect(moved?.pack.readAt(moved.offset).type).toBe('commit');
  });

  it('keeps a pack open that git deleted, although other files are used more', async () => {
    const id = shared.commit('refs/heads/main', 'one');
    shared.git(['repack', '-adq']);
    const files = new OpenFiles(1);
    const { objects } = (await shared.open('repo.git', { files })).current;
    const other = (await shared.open('repo.git', { files })).current;
    const entry = objects.findEntry(id);
    const later = shared.commit('refs/heads/main', 'two');
    shared.git(['repack', '-adq']);
    expect(other.objects.find(later)?.type).toBe('commit');
    expect(entry?.pack.readAt(entry.offset).type).toBe('commit');
  });

  it('reads damaged objects as errors and other copies instead of them', async () => {
    const id = shared.commit('refs/heads/main', 'x');
    const blob = shared.git(['hash-object', '-w', '--stdin'], 'content\n'.repeat(100)).trim() as ObjectId;
    const path = shared.path(`repo.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
    const whole = readFileSync(path);
    const writer = await shared.open();
    const damage = (bytes: Uint8Array): void => {
      rmSync(path);
      writeFileSync(path, bytes);
    };
    for (const bytes of [whole.subarray(0, 10), whole.subarray(0, 25), Buffer.alloc(0), Buffer.from('garbage'), whole.subarray(0, -1)]) {
      damage(bytes);
      expect(() => writer.current.objects.find(blob)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
      expect(writer.current.objects.has(id)).toBe(true);
    }
    damage(whole);
    shared.git(['update-ref', 'refs/tags/blob', blob]);
    shared.git(['repack', '-aq']);
    damage(Buffer.from('garbage'));
    expect(writer.current.objects.find(blob)!.body).toHaveLength(800);
    const [pack] = readdirSync(shared.path('repo.git/objects/pack')).filter((name) => name.endsWith('.pack'));
    rmSync(shared.path(`repo.git/objects/pack/${pack!}`));
    writeFileSync(shared.path(`repo.git/objects/pack/${pack!}`), 'PACK and then nothing of use');
    damage(whole);
    const again = await shared.open();
    expect(again.current.objects.find(blob)!.body).toHaveLength(800);
  });

  it('streams large loose objects', async () => {
    const big = Buffer.from('0123456789'.repeat(500_000));
    const id = shared.git(['hash-object', '-w', '--stdin'], big.toString()).trim() as ObjectId;
    const writer = await shared.open();
    const chunks = Array.from(writer.current.objects.findChunks(id)!, (chunk) => Buffer.from(chunk));
    expect(chunks.length).toBeGreaterThan(4);
    expect(Buffer.concat(chunks).equals(big)).toBe(true);
    expect(writer.current.objects.findHeader(id)).toEqual({ type: 'blob', size: 5_000_000 });
  });

  it('receives packs in a quarantine that git can look into', async () => {
    shared.read(['init', '-q', '--bare', 'source.git']);
    const id = shared.read(['--git-dir=source.git', 'commit-tree', '-m', 'pushed', shared.read(['--git-dir=source.git', 'mktree']).toString().trim()]).toString().trim() as ObjectId;
    const bytes = shared.read(['--git-dir=source.git', 'pack-objects', '-q', '--revs', '--stdout'], `${id}\n`);
    const backend = await DirectoryBackend.open(shared.path('repo.git'));
    const writer = await shared.openOn(backend);
    const objects = shared.path('repo.git/objects');
    const dropped = await receive(backend.spool, bytes);
    expect(readdirSync(objects).filter((name) => name.startsWith('tmp_objdir-incoming-'))).toHaveLength(1);
    await dropped.incoming.discard();
    expect(readdirSync(objects).sort()).toEqual(['info', 'pack']);
    const { incoming, pack } = await receive(backend.spool, bytes);
    const env = {
      GIT_QUARANTINE_PATH: incoming.quarantinePath!,
      GIT_OBJECT_DIRECTORY: incoming.quarantinePath!,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
    };
    expect(shared.read(['--git-dir=repo.git', 'cat-file', '-t', id], '', env).toString()).toBe('commit\n');
    expect(shared.run(['--git-dir=repo.git', 'cat-file', '-e', id]).status).not.toBe(0);
    const draft = new Draft(writer.current);
    draft.addPack(pack);
    draft.setRef(MAIN, id);
    mustApply(writer.apply(draft.finish({ origin: 'push', reflog: { identity: IDENTITY, message: 'push' } })));
    await writer.flush();
    await incoming.discard();
    expect(shared.refs()).toBe(`${id} refs/heads/main\n`);
    expect(readdirSync(objects).sort()).toEqual(['info', 'pack']);
    expect(readdirSync(join(objects, 'pack')).map((name) => name.replace(/.*\./, '')).sort()).toEqual(['idx', 'pack', 'rev']);
    expect(writer.current.packs).toEqual([backend.objects]);
    expect(Buffer.from(writer.current.objects.find(id)!.body).toString()).toContain('pushed');
    expect(shared.fsck()).toBe('');
  });

  it('receives packs for repositories in memory, large ones into files without a name', async () => {
    const blob = shared.git(['hash-object', '-w', '--stdin'], 'x'.repeat(5000)).trim() as ObjectId;
    const bytes = shared.read(['--git-dir=repo.git', 'pack-objects', '-q', '--stdout', '--compression=0'], `${blob}\n`);
    const folder = shared.path('spool');
    const spools = [
      new MemoryPackSpool({ algorithm: SHA1 }),
      new TemporaryFileSpool({ algorithm: SHA1, path: folder }),
      new TemporaryFileSpool({ algorithm: SHA1, path: folder, memoryMax: 2000 }),
    ];
    for (const spool of spools) {
      const { pack } = await receive(spool, bytes);
      expect(pack.find(blob)!.body).toHaveLength(5000);
      const thin = await spool.open();
      await thin.write(bytes.subarray(0, 3000));
      expect(thin.source.size).toBe(3000);
      const source = await thin.seal();
      await thin.amend(2990, Uint8Array.from({ length: 20 }, (_, i) => i));
      expect([...source.read(2988, 22)]).toEqual([...bytes.subarray(2988, 2990), ...Array.from({ length: 20 }, (_, i) => i)]);
      await expect(thin.write(bytes)).rejects.toMatchObject({ code: 'unsupported' });
      await thin.discard();
    }
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    for (const spool of [new MemoryPackSpool({ algorithm: SHA1, sizeMax: 3000 }), new TemporaryFileSpool({ algorithm: SHA1, path: folder, sizeMax: 3000 })]) {
      const incoming = await spool.open();
      await incoming.write(bytes.subarray(0, 2000));
      await expect(incoming.write(bytes.subarray(2000))).rejects.toMatchObject({ code: 'limit-exceeded' });
      await incoming.discard();
    }
  });

  it('removes quarantines that were left behind a day ago', async () => {
    const old = shared.path('repo.git/objects/tmp_objdir-incoming-old');
    const fresh = shared.path('repo.git/objects/tmp_objdir-incoming-new');
    for (const path of [old, fresh]) mkdirSync(join(path, 'pack'), { recursive: true });
    writeFileSync(join(old, 'pack/tmp_pack'), 'x');
    utimesSync(old, 1_600_000_000, 1_600_000_000);
    await shared.open();
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });

  it('lets an observer see and stop changes of refs while they are locked', async () => {
    const calls: string[] = [];
    let refuses = false;
    const observer: TransactionObserver = {
      prepared: async (changes) => {
        const locks = changes.filter(({ name }) => existsSync(shared.path(`repo.git/${name}.lock`)));
        calls.push(`prepared ${changes.map(({ name }) => name).join()} ${locks.length} ${shared.refs() === '' ? 'unseen' : 'seen'}`);
        if (refuses) throw Object.assign(new Error('No.'), { code: 'ref-refused' });
      },
      committed: async (changes) => {
        calls.push(`committed ${changes.length}`);
      },
      aborted: async (changes) => {
        calls.push(`aborted ${changes.length}`);
      },
    };
    const writer = await shared.open('repo.git', { observer });
    refuses = true;
    const refused = draftCommit(writer, MAIN, 'refused');
    mustApply(writer.apply(refused.batch));
    await expect(writer.flush(refused.batch)).rejects.toMatchObject({ code: 'ref-refused' });
    expect([shared.refs(), showRefs(writer), writer.state]).toEqual(['', '', 'idle']);
    refuses = false;
    commit(writer, MAIN, 'accepted');
    await writer.flush();
    expect(calls).toEqual([
      `prepared ${MAIN} 1 unseen`, 'aborted 1', `prepared ${MAIN} 1 unseen`, 'committed 1',
    ]);
    expect(shared.refs()).toBe(showRefs(writer));
  });

  it('refuses refs that cannot be stored, and goes on', async () => {
    const writer = await shared.open();
    const id = commit(writer, MAIN, 'base');
    await writer.flush();
    const batch = editRefs(writer, [[parseRefName(`refs/heads/${'x'.repeat(300)}`), directRef(id)]]);
    await expect(writer.flush(batch)).rejects.toMatchObject({ code: 'ref-refused' });
    mkdirSync(shared.path('repo.git/refs/heads/full/junk'), { recursive: true });
    writeFileSync(shared.path('repo.git/refs/heads/full/junk/not..a..ref'), 'x');
    const clash = editRefs(writer, [[parseRefName('refs/heads/full'), directRef(id)]]);
    await expect(writer.flush(clash)).rejects.toMatchObject({ code: 'ref-name-clash' });
    expect(showRefs(writer)).toBe(`${id} refs/heads/main\n`);
    expect(writer.state).toBe('idle');
  });

  it('keeps shallow commits in the shallow file', async () => {
    for (let i = 0; i < 3; i++) shared.commit('refs/heads/main', `c${i}`);
    shared.read(['clone', '-q', '--bare', '--depth=1', `file://${shared.path('repo.git')}`, 'shallow.git']);
    const writer = await shared.open('shallow.git');
    expect([...writer.current.shallow].map((id) => `${id}\n`).join('')).toBe(readFileSync(shared.path('shallow.git/shallow'), 'utf8'));
    shared.read(['--git-dir=shallow.git', 'fetch', '-q', '--unshallow', 'origin', 'main']);
    await writer.refresh();
    expect(writer.current.shallow.size).toBe(0);
  });

  it('reads a HEAD that is a symbolic link', async () => {
    const id = shared.commit('refs/heads/main');
    rmSync(shared.path('repo.git/HEAD'));
    symlinkSync('refs/heads/main', shared.path('repo.git/HEAD'));
    const writer = await shared.open();
    expect(writer.current.refs.get('HEAD')).toEqual(symbolicRef(MAIN));
    expect(showRefs(writer)).toBe(`${id} refs/heads/main\n`);
    editRefs(writer, [[parseRefName('HEAD'), directRef(id)]]);
    await writer.flush();
    expect(readFileSync(shared.path('repo.git/HEAD'), 'utf8')).toBe(`${id}\n`);
    expect(shared.refs()).toBe(showRefs(writer));
  });
});
