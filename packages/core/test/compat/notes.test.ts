import { afterAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { Repository } from '../../src/repository/repository.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const AUTHOR = { name: 'A U Thor', email: 'author@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };
const COMMITTER = { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };
const WHO = { author: AUTHOR, committer: COMMITTER };

describeWithGit('notes', () => {
  const random = new SeededRandom(3);
  const git = new RealGit();
  const run = (...args: string[]): string => git.read(['--git-dir=r', ...args]).toString().trim();
  git.read(['init', '-q', '--bare', 'r']);
  afterAll(() => git.remove());
  const someId = (): ObjectId => Buffer.from(random.bytes(20)).toString('hex') as ObjectId;

  it('have the commits of git as their trees grow and shrink', () => {
    const repository = Repository.init();
    const objects = Array.from({ length: 220 }, someId);
    for (let i = 0; i < 280; i++) {
      const object = random.pick(objects);
      run('notes', 'add', '-f', '-m', `note ${i}`, object);
      repository.addNote(object, `note ${i}`, { ...WHO, force: true });
    }
    expect(repository.resolve('refs/notes/commits')).toBe(run('rev-parse', 'refs/notes/commits'));
    expect(repository.list('', { revision: 'refs/notes/commits' }).some(({ type }) => type === 'tree')).toBe(true);
    for (let step = 0; step < 12; step++) {
      const noted = repository.notes().map(({ object }) => object);
      const gone = [...new Set(Array.from({ length: 10 }, () => random.pick(noted)))];
      git.read(['--git-dir=r', 'notes', 'remove', '--stdin'], gone.join('\n'));
      repository.removeNotes(gone, WHO);
      expect(repository.resolve('refs/notes/commits')).toBe(run('rev-parse', 'refs/notes/commits'));
    }
    const listed = repository.notes().map(({ object, note }) => `${note} ${object}`);
    expect(listed.sort()).toEqual(run('notes', 'list').split('\n').sort());
  });

  it('are appended, copied, emptied and pruned alike', () => {
    const repository = Repository.init();
    const options = { ...WHO, ref: 'other' };
    const objects = Array.from({ length: 12 }, (_, i) => git.read(['--git-dir=r', 'hash-object', '-w', '--stdin'], `o${i}`).toString().trim() as ObjectId);
    for (let i = 0; i < objects.length; i += 2) repository.writeObject('blob', Buffer.from(`o${i}`));
    const same = (): void => expect(repository.resolve('refs/notes/other')).toBe(run('rev-parse', 'refs/notes/other'));
    for (let round = 0; round < 45; round++) {
      const object = random.pick(objects);
      const other = random.pick(objects);
      const text = random.pick(['one', ' two \n\n\nthree', '', 'four\n']);
      const kind = random.below(4);
      if (kind === 0) {
        run('notes', '--ref=other', 'append', '-m', text, object);
        repository.appendNote(object, text, options);
      } else if (kind === 1) {
        run('notes', '--ref=other', 'add', '-f', '-m', text, object);
        repository.addNote(object, text, { ...options, force: true });
      } else if (repository.note(object, options) !== undefined) {
        run('notes', '--ref=other', 'copy', '-f', object, other);
        repository.copyNote(object, other, { ...options, force: true });
      }
      if (run('for-each-ref', 'refs/notes/other') !== '') same();
    }
    for (const object of objects) {
      const note = repository.note(object, options);
      expect(note === undefined ? undefined : Buffer.from(note).toString()).toBe(
        note === undefined ? undefined : git.read(['--git-dir=r', 'notes', '--ref=other', 'show', object]).toString());
    }
    const pruned = repository.pruneNotes(options);
    for (const object of pruned) run('notes', '--ref=other', 'remove', object);
    expect(pruned.length).toBeGreaterThan(0);
    expect(repository.list('', { revision: 'refs/notes/other' })).toHaveLength(6 - objects.filter((o, i) => i % 2 === 0 && repository.note(o, options) === undefined).length);
  });

  it('about what does not exist are pruned with the commits of git', () => {
    const folder = ['--git-dir=pruned'];
    git.read(['init', '-q', '--bare', 'pruned']);
    const repository = Repository.init();
    const kept: ObjectId[] = [];
    const gone: ObjectId[] = [];
    for (let i = 0; i < 24; i++) {
      if (i % 3 === 0) {
        kept.push(git.read([...folder, 'hash-object', '-w', '--stdin'], `kept ${i}`).toString().trim() as ObjectId);
        repository.writeObject('blob', Buffer.from(`kept ${i}`));
      } else {
        gone.push(someId());
      }
    }
    for (const object of [...kept, ...gone]) {
      git.read([...folder, 'notes', 'add', '-m', 'about', object]);
      repository.addNote(object, 'about', WHO);
    }
    const theirs = git.read([...folder, 'notes', 'prune', '-n']).toString().trim().split('\n');
    git.read([...folder, 'notes', 'prune']);
    expect(repository.pruneNotes(WHO).sort()).toEqual(theirs.sort());
    expect(repository.resolve('refs/notes/commits')).toBe(git.read([...folder, 'rev-parse', 'refs/notes/commits']).toString().trim());
    const tip = repository.resolve('refs/notes/commits');
    git.read([...folder, 'notes', 'prune']);
    expect(repository.pruneNotes(WHO)).toEqual([]);
    expect([repository.resolve('refs/notes/commits'), git.read([...folder, 'rev-parse', 'refs/notes/commits']).toString().trim()]).toEqual([tip, tip]);
  });

  it('are merged by every strategy, with the entries that are no notes', () => {
    for (const strategy of ['manual', 'ours', 'theirs', 'union', 'cat_sort_uniq'] as const) {
      const objects = Array.from({ length: 40 }, someId);
      const ref = `m-${strategy}`;
      const readme = git.read(['--git-dir=r', 'hash-object', '-w', '--stdin'], 'readme').toString().trim();
      const tree = git.read(['--git-dir=r', 'mktree'], `100644 blob ${readme}\tREADME\n`).toString().trim();
      run('update-ref', `refs/notes/${ref}`, run('commit-tree', '-m', 'start', tree));
      for (const object of objects.slice(0, 12)) run('notes', `--ref=${ref}`, 'add', '-m', `base\n${object}`, object);
      run('update-ref', `refs/notes/${ref}-2`, `refs/notes/${ref}`);
      for (const side of [ref, `${ref}-2`]) {
        for (let i = 0; i < 15; i++) {
          const object = random.pick(objects);
          if (random.below(3) === 0) run('notes', `--ref=${side}`, 'remove', '--ignore-missing', object);
          else run('notes', `--ref=${side}`, 'append', '-m', random.pick(['x', 'y', 'base', side]), object);
        }
      }
      const repository = Repository.init();
      loadAll(repository);
      for (const side of [ref, `${ref}-2`]) repository.setRef(`refs/notes/${side}` as never, run('rev-parse', `refs/notes/${side}`) as ObjectId);
      const { status } = git.run(['--git-dir=r', 'notes', `--ref=${ref}`, 'merge', '-s', strategy, `${ref}-2`]);
      const merge = repository.mergeNotes(`${ref}-2`, { ...WHO, ref, strategy });
      expect(status === 0).toBe(merge.kind === 'merged');
      if (merge.kind === 'merged') {
        expect([strategy, merge.id]).toEqual([strategy, run('rev-parse', `refs/notes/${ref}`)]);
      } else {
        expect(merge.partial).toBe(run('rev-parse', 'NOTES_MERGE_PARTIAL'));
        run('notes', `--ref=${ref}`, 'merge', '--abort');
      }
    }
  });

  function loadAll(repository: Repository): void {
    const output = git.read(['--git-dir=r', 'cat-file', '--batch', '--batch-all-objects']);
    for (let at = 0; at < output.length;) {
      const end = output.indexOf(10, at);
      const [, type, size] = output.toString('latin1', at, end).split(' ') as [string, 'blob', string];
      repository.writeObject(type, output.subarray(end + 1, end + 1 + Number(size)));
      at = end + 2 + Number(size);
    }
  }
});
