import { beforeEach, describe, expect, it } from '@jest/globals';
import { textFromBytes } from '../bytes/text.js';
import { Repository } from './repository.js';

const AUTHOR = { name: 'Dev', email: 'dev@example.com' };
const PERSON = { author: AUTHOR };

describe('merging into HEAD', () => {
  let repository: Repository;

  const commit = (branch: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, content] of Object.entries(files)) repository.add(path, content);
    repository.commit(`Change ${branch}`, { ...PERSON, branch });
  };

  beforeEach(() => {
    repository = Repository.init({ clock: () => 1_700_000_000_000 });
    commit('main', { file: 'base\n', other: 'other\n' });
    repository.branch('topic');
    repository.branch('rival');
    commit('main', { other: 'changed on main\n' });
    commit('topic', { 'folder/new': 'new\n', file: 'topic\n' });
    commit('rival', { other: 'changed on rival\n' });
  });

  it('makes a commit with two parents, moves the branch and remembers where it was', () => {
    const before = repository.resolve('HEAD');
    const outcome = repository.merge('topic', PERSON);
    if (outcome.kind !== 'merged') throw new Error(outcome.kind);
    expect(outcome.commit).toMatchObject({ parents: [before, repository.resolve('topic')], message: "Merge branch 'topic'\n" });
    expect(repository.resolve('HEAD')).toBe(outcome.commit.id);
    expect(repository.resolve('ORIG_HEAD')).toBe(before);
    expect(repository.readFile('folder/new').content).toBeDefined();
    expect(repository.merge('topic', PERSON)).toEqual({ kind: 'up-to-date' });
  });

  it('changes nothing when there are conflicts, and concludes the merge when they are resolved', () => {
    const before = repository.snapshot;
    const outcome = repository.merge('rival', PERSON);
    if (outcome.kind !== 'conflicts') throw new Error(outcome.kind);
    expect(repository.snapshot).toBe(before);
    expect(outcome.conflicts.map(({ path }) => path)).toEqual(['other']);
    expect(textFromBytes(outcome.objects.find(outcome.conflicts[0]!.result!.id)!.body)).toContain('<<<<<<< HEAD\nchanged on main\n');
    const concluded = repository.merge('rival', { ...PERSON, resolutions: new Map([['other', 'both\n']]) });
    expect(concluded.kind).toBe('merged');
    expect(textFromBytes(repository.readFile('other').content)).toBe('both\n');
  });

  it('forwards a branch, or says that it cannot', () => {
    repository.setHead('topic');
    repository.branch('ahead', 'topic');
    commit('ahead', { more: 'more\n' });
    expect(repository.merge('ahead', { fastForward: 'only' })).toMatchObject({ kind: 'fast-forward', to: repository.resolve('ahead') });
    expect(repository.merge('main', { fastForward: 'only' })).toEqual({ kind: 'diverged' });
    expect(repository.merge('main', { fastForward: 'only', ...PERSON }).kind).toBe('diverged');
  });

  it('stages the result where no commit is wanted', () => {
    const outcome = repository.merge('topic', { noCommit: true });
    if (outcome.kind !== 'staged') throw new Error(outcome.kind);
    expect([...repository.staged().keys()].sort()).toEqual(['file', 'folder/new']);
    const made = repository.commit(outcome.message, { ...PERSON, parents: outcome.parents });
    expect(made.parents).toEqual(outcome.parents);
    expect(made.tree).toBe(outcome.tree);
  });

  it('stages a squash with the messages of what it takes', () => {
    const outcome = repository.merge('topic', { squash: true });
    if (outcome.kind !== 'staged') throw new Error(outcome.kind);
    expect(outcome.message).toContain('Squashed commit of the following:\n\ncommit ');
    expect(repository.commit('Squash', PERSON).parents).toHaveLength(1);
  });

  it('takes the commit itself on a branch without commits', () => {
    repository.setHead('unborn');
    expect(repository.merge('topic')).toMatchObject({ kind: 'fast-forward', from: undefined });
    expect(repository.resolve('HEAD')).toBe(repository.resolve('topic'));
  });

  it('refuses histories that have nothing in common unless that is allowed', () => {
    repository.setHead('alien');
    repository.add('alien', 'alien\n');
    repository.commit('Alien', PERSON);
    expect(() => repository.merge('topic', PERSON)).toThrow(expect.objectContaining({ code: 'unrelated-histories' }));
    expect(repository.merge('topic', { ...PERSON, allowUnrelated: true }).kind).toBe('merged');
  });

  it('gives up an octopus that conflicts before its last head', () => {
    repository.branch('third', 'topic');
    commit('third', { other: 'third\n' });
    expect(repository.merge(['rival', 'third'], PERSON)).toMatchObject({ kind: 'failed', strategy: 'octopus' });
    expect(repository.merge(['topic', 'rival'], { ...PERSON, strategy: 'ort' }).kind).toBe('failed');
  });

  it('merges revisions and trees without changing anything', () => {
    const before = repository.snapshot;
    const result = repository.mergeTree('main', 'topic');
    expect(result.isClean).toBe(true);
    expect(result.objects.has(result.tree)).toBe(true);
    expect(repository.mergeTree('main^{tree}', 'topic^{tree}', { base: 'main~1' }).tree).toBe(result.tree);
    expect(repository.snapshot).toBe(before);
  });
});
