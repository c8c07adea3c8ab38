import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { MODE_BLOB, MODE_TREE, serializeTree } from '../object/tree.js';
import { TreeEditor } from '../store/tree-editor.js';
import { YoungWriter } from '../store/young-objects.js';
import type { MergeOptions } from './merge-options.js';
import { mergeTrees, type MergeTreesResult } from './merge-trees.js';

type Files = Readonly<Record<string, string>>;

const LABELS = { ancestor: 'base', branch1: 'ours', branch2: 'theirs' };

class Lab {
  readonly writer = new YoungWriter(SHA1);

  tree(files: Files): ObjectId {
    const editor = new TreeEditor(this.writer, SHA1.emptyTreeId, SHA1);
    for (const [path, content] of Object.entries(files)) editor.set(path, { mode: MODE_BLOB, id: this.writer.write('blob', bytesFromText(content)) });
    return editor.write((type, body) => this.writer.write(type, body));
  }

  merge(base: ObjectId, ours: ObjectId, theirs: ObjectId, options: Partial<MergeOptions> = {}): MergeTreesResult {
    return runJob(mergeTrees({
      objects: this.writer, write: (type, body) => this.writer.write(type, body), algorithm: SHA1, base, ours, theirs, options: { labels: LABELS, ...options },
    }));
  }

  read(tree: ObjectId, path: string): string | undefined {
    const entry = new TreeEditor(this.writer, tree, SHA1).find(path);
    return entry === undefined ? undefined : textFromBytes(this.writer.find(entry.id)!.body);
  }
}

const lines = (...changed: readonly string[]): string => [...changed, 'a', 'b', 'c', 'd', 'e', 'f', ''].join('\n');

describe('mergeTrees', () => {
  it('takes what only one side changed', () => {
    const lab = new Lab();
    const base = lab.tree({ 'x/one': '1', 'y/two': '2' });
    const result = lab.merge(base, lab.tree({ 'x/one': '1 changed', 'y/two': '2' }), lab.tree({ 'x/one': '1', 'z': '3' }));
    expect(result).toMatchObject({ isClean: true, conflicts: [], messages: [] });
    expect(result.tree).toBe(lab.tree({ 'x/one': '1 changed', 'z': '3' }));
  });

  it('lets changes follow a file that the other side renamed', () => {
    const lab = new Lab();
    const result = lab.merge(lab.tree({ old: lines() }), lab.tree({ 'folder/new': lines() }), lab.tree({ old: lines('changed') }));
    expect(result.isClean).toBe(true);
    expect(lab.read(result.tree, 'folder/new')).toBe(lines('changed'));
  });

  it('looks for no renames when told so', () => {
    const lab = new Lab();
    const result = lab.merge(lab.tree({ old: lines() }), lab.tree({ new: lines() }), lab.tree({ old: lines('changed') }), { renames: false });
    expect(result.conflicts.map(({ path, kind }) => [path, kind])).toEqual([['old', 'CONFLICT (modify/delete)']]);
  });

  it('writes conflicts with markers and gives the three stages', () => {
    const lab = new Lab();
    const result = lab.merge(lab.tree({ f: 'base\n' }), lab.tree({ f: 'ours\n' }), lab.tree({ f: 'theirs\n' }), { style: 'diff3' });
    expect(result.isClean).toBe(false);
    const [conflict] = result.conflicts;
    expect(conflict).toMatchObject({ path: 'f', kind: 'CONFLICT (contents)', stages: { base: { mode: MODE_BLOB } } });
    expect(lab.read(result.tree, 'f')).toBe('<<<<<<< ours\nours\n||||||| base\nbase\n=======\ntheirs\n>>>>>>> theirs\n');
    expect(result.messages.map(({ text }) => text)).toEqual(['Auto-merging f', 'CONFLICT (content): Merge conflict in f']);
  });

  it('keeps a folder where it is and gives a file of the other side another name', () => {
    const lab = new Lab();
    const result = lab.merge(lab.tree({ keep: 'k' }), lab.tree({ keep: 'k', 'a/b': '1' }), lab.tree({ keep: 'k', a: '2' }));
    expect(result.conflicts.map(({ path }) => path)).toEqual(['a~theirs']);
    expect(lab.read(result.tree, 'a/b')).toBe('1');
  });

  it('moves what was added to a folder that the other side renamed, as the option says', () => {
    const lab = new Lab();
    const folder = (name: string): Files => ({ [`${name}/1`]: lines('1'), [`${name}/2`]: lines('2'), [`${name}/3`]: lines('3') });
    const trees = [folder('old'), folder('new'), { ...folder('old'), 'old/added': 'added' }].map((files) => lab.tree(files)) as [ObjectId, ObjectId, ObjectId];
    expect(lab.read(lab.merge(...trees, { directoryRenames: 'true' }).tree, 'new/added')).toBe('added');
    expect(lab.merge(...trees).conflicts.map(({ path }) => path)).toEqual(['new/added']);
    expect(lab.read(lab.merge(...trees, { directoryRenames: 'false' }).tree, 'old/added')).toBe('added');
  });

  it('loses nothing of a folder that was taken whole and then gets a file more', () => {
    const lab = new Lab();
    const old = (name: string): Files => Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`${name}/${i}`, lines(`${i}`)]));
    const base = { ...old('a'), 'a/deep/in': lines('in') };
    const ours = { ...old('z'), 'z/deep/in': lines('in'), 'z/deep/own': 'own' };
    const result = lab.merge(lab.tree(base), lab.tree(ours), lab.tree({ ...base, 'a/deep/added': 'added' }), { directoryRenames: 'true' });
    expect(result.isClean).toBe(true);
    expect(result.tree).toBe(lab.tree({ ...ours, 'z/deep/added': 'added' }));
  });

  it('takes changes that are none once contents are normalized', () => {
    const lab = new Lab();
    const normalize = (_path: string, content: Uint8Array): Uint8Array => bytesFromText(textFromBytes(content).replaceAll('\r\n', '\n'));
    const base = lab.tree({ f: 'a\r\nb\r\n', g: 'x\r\n' });
    const ours = lab.tree({ f: 'a\nb\n', g: 'x\n' });
    const theirs = lab.tree({ f: 'a\r\nb\r\nc\r\n' });
    expect(lab.merge(base, ours, theirs).isClean).toBe(false);
    const result = lab.merge(base, ours, theirs, { normalize });
    expect(result.isClean).toBe(true);
    expect(result.tree).toBe(lab.tree({ f: 'a\nb\nc\n' }));
  });

  it('hands a file to the driver that its attributes name, and the driver for bases between bases', () => {
    const lab = new Lab();
    const seen: string[] = [];
    const drivers = new Map([
      ['mine', { merge: ({ path, markerSize }: { path: string; markerSize: number }) => {
        seen.push(`${path} ${markerSize}`);
        return { content: bytesFromText('merged'), isClean: true };
      }, recursive: 'binary' }],
    ]);
    const trees = [{ f: '1' }, { f: '2' }, { f: '3' }].map((files) => lab.tree(files)) as [ObjectId, ObjectId, ObjectId];
    const result = lab.merge(...trees, { drivers, defaultDriver: 'mine' });
    expect(lab.read(result.tree, 'f')).toBe('merged');
    expect(seen).toEqual(['f 7']);
  });

  it('merges commits of submodules of which one follows the other', () => {
    const lab = new Lab();
    const link = (digit: string): ObjectId => lab.writer.write('tree', serializeTree([{ mode: 0o160000, name: bytesFromText('sub'), id: digit.repeat(40) as ObjectId }]));
    const history = { has: () => true, isAncestor: (one: string, two: string) => one <= two, findMerges: () => [] };
    const result = lab.merge(link('1'), link('2'), link('3'), { submodule: () => history });
    expect(result.tree).toBe(link('3'));
    expect(result.messages[0]?.kind).toBe('Fast forwarding submodule');
    expect(lab.merge(link('1'), link('2'), link('3')).conflictedSubmodules).toEqual(['sub']);
  });

  it('goes through five thousand levels of folders', () => {
    const lab = new Lab();
    const deep = (content: string, name: string): ObjectId => {
      let id = lab.writer.write('tree', serializeTree([{ mode: MODE_BLOB, name: bytesFromText(name), id: lab.writer.write('blob', bytesFromText(content)) }]));
      for (let i = 0; i < 5000; i++) id = lab.writer.write('tree', serializeTree([{ mode: MODE_TREE, name: bytesFromText('d'), id }]));
      return id;
    };
    const result = lab.merge(deep(lines(), 'f'), deep(lines('x'), 'f'), deep(`${lines()}y\n`, 'f'));
    expect(result.tree).toBe(deep(`${lines('x')}y\n`, 'f'));
  });

  it('refuses a tree that is missing', () => {
    const lab = new Lab();
    const known = lab.tree({ f: '1' });
    expect(() => lab.merge(known, 'a'.repeat(40) as ObjectId, known)).toThrow(expect.objectContaining({ code: 'object-missing' }));
  });
});

const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const files = fc.array(fc.tuple(path, fc.constantFrom('1\n', '2\n', lines(), lines('x'), '')), { maxLength: 8 });

describe('merges of arbitrary trees', () => {
  it('give the other side where one changed nothing, and one side where both are the same', () => {
    fc.assert(fc.property(files, files, (one, two) => {
      const lab = new Lab();
      const [base, changed] = [one, two].map((entries) => lab.tree(Object.fromEntries(entries))) as [ObjectId, ObjectId];
      for (const result of [lab.merge(base, changed, base), lab.merge(base, base, changed), lab.merge(base, changed, changed)]) {
        expect(result).toMatchObject({ tree: changed, isClean: true, conflicts: [] });
      }
    }));
  });

  it('are as clean one way as the other, and give the same tree when they are', () => {
    fc.assert(fc.property(files, files, files, (one, two, three) => {
      const lab = new Lab();
      const trees = [one, two, three].map((entries) => lab.tree(Object.fromEntries(entries))) as [ObjectId, ObjectId, ObjectId];
      const result = lab.merge(...trees);
      const mirrored = lab.merge(trees[0], trees[2], trees[1]);
      expect(mirrored.isClean).toBe(result.isClean);
      if (result.isClean) expect(mirrored.tree).toBe(result.tree);
    }));
  });
});
