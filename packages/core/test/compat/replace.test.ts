import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { Repository } from '../../src/repository/repository.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('replaced objects and grafts, compared with git', () => {
  let git: RealGit;
  let repository: Repository;
  beforeEach(async () => {
    git = new RealGit();
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
    git.read(['fast-import', '--quiet', '--force'], branchyHistory(5, 40));
    repository = await Repository.open(git.folder);
  });
  afterEach(async () => {
    await repository.close();
    git.remove();
  });
  const id = (revision: string): ObjectId => git.read(['rev-parse', revision]).toString().trim() as ObjectId;
  const log = (): string[] => [...repository.log({ from: 'main' })].map((commit) => commit.id);
  const theirLog = (): string[] => git.read(['rev-list', 'main']).toString().trim().split('\n');

  it('gives a commit other parents, as git replace --graft does', async () => {
    const target = id('main~1');
    const made = repository.graft(target, [id('topic')]);
    await repository.flush();
    expect(git.read(['replace', '--list', '--format=medium']).toString().trim()).toBe(`${target} -> ${made ?? ''}`);
    expect(log()).toEqual(theirLog());
    git.read(['replace', '--delete', target]);
    git.read(['replace', '--graft', target, 'topic']);
    expect(id(`refs/replace/${target}`)).toBe(made);
    await repository.refresh();
    repository.deleteReplacement(target);
    await repository.flush();
    expect(log()).toEqual(theirLog());
    expect(repository.replacements()).toEqual([]);
  });

  it('reads what git replaced, and packs and checks what is stored', async () => {
    const blob = git.read(['hash-object', '-w', '--stdin'], 'another content').toString().trim() as ObjectId;
    const [mode, , file, path] = git.read(['ls-tree', '-r', 'main']).toString().split('\n')[0]!.split(/[ \t]/) as [string, string, ObjectId, string];
    expect(mode).toMatch(/^100/);
    git.read(['replace', file, blob]);
    await repository.refresh();
    expect(Buffer.from(repository.readFile(path, 'main').content).toString()).toBe('another content');
    expect(repository.replacements()).toEqual([{ id: file, replacement: blob }]);
    expect(repository.fsck().filter(({ kind }) => kind === 'corrupt' || kind === 'missing')).toEqual([]);
    const archive = Buffer.concat([...repository.archive('main')]);
    expect(archive.equals(git.read(['archive', 'main']))).toBe(true);
  });

  it('refuses another type, and a second replacement, unless forced', () => {
    const [first, second, tree] = [id('main'), id('main~1'), id('main^{tree}')];
    expect(() => {
      repository.replace(first, tree);
    }).toThrow(expect.objectContaining({ code: 'object-type-mismatch' }));
    repository.replace(first, second);
    expect(() => {
      repository.replace(first, second);
    }).toThrow(expect.objectContaining({ code: 'ref-conflict' }));
    repository.replace(first, id('main~2'), { force: true });
    expect(repository.replacements()).toEqual([{ id: first, replacement: id('main~2') }]);
  });

  it('does not go in circles', () => {
    const [first, second] = [id('main'), id('main~1')];
    repository.replace(first, second);
    repository.replace(second, first);
    expect(() => repository.commitAt('main')).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it('shows grafts to walks, and to nothing that packs', async () => {
    const text = `# a comment\nnonsense\n${id('main')} ${id('topic')}\t${id('main~2')}\n${id('topic')}\n${id('main')}\n${'1'.repeat(40)} ${id('main')}\n`;
    mkdirSync(join(git.folder, 'info'), { recursive: true });
    writeFileSync(join(git.folder, 'info', 'grafts'), text);
    const theirs = theirLog();
    const parents = git.read(['rev-list', '--parents', '--all']).toString();
    const given = await Repository.open(git.folder, { grafts: '' });
    const grafted = await Repository.open(git.folder);
    const plain = await Repository.open(git.folder, { grafts: text });
    const reality = grafted.reality();
    for (const one of [grafted, plain, reality]) {
      expect([...one.log({ from: 'main' })].map((commit) => commit.id)).toEqual(theirs);
      expect([...one.revList({ revisions: ['--all'] })].map((entry) => `${[entry.id, ...entry.parents].join(' ')}\n`).join('')).toBe(parents);
    }
    expect(grafted.commitAt('topic').parents).toEqual([]);
    expect(grafted.fsck()).toEqual(given.fsck());
    rmSync(join(git.folder, 'info', 'grafts'));
    expect(log()).toEqual(theirLog());
    expect([...given.log({ from: 'main' })].map((commit) => commit.id)).toEqual(theirLog());
    expect(theirs).not.toEqual(theirLog());
    await Promise.all([given.close(), grafted.close(), plain.close()]);
  });
});
