import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { parseGrafts, replacedSnapshot } from '../../src/store/replace.js';
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

  it('reads grafts from text', () => {
    const { snapshot } = repository;
    const grafts = parseGrafts(`# a comment\n${id('main')} ${id('topic')}\n${id('topic')}\n`, snapshot.algorithm);
    const view = replacedSnapshot(snapshot, grafts);
    expect(view.objects.find(id('main'))!.body.toString()).not.toBe(snapshot.objects.find(id('main'))!.body.toString());
    const text = Buffer.from(view.objects.find(id('topic'))!.body).toString();
    expect(text).not.toContain('parent');
    expect(() => parseGrafts('nonsense', snapshot.algorithm)).toThrow(expect.objectContaining({ code: 'object-id-invalid' }));
  });
});
