import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { MODE_BLOB, MODE_EXECUTABLE, MODE_SYMLINK } from '../object/tree.js';
import { TreeEditor } from '../store/tree-editor.js';
import { YoungWriter } from '../store/young-objects.js';
import { mergeTrees, type MergeTreesResult } from './merge-trees.js';

interface File {
  readonly mode: number;
  readonly lines: readonly string[];
}
type Files = ReadonlyMap<string, File>;

const paths = fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/c', 'e/a', 'e/f/a', 'e/f/b', 'd', 'x', 'y/z');
const modes = fc.constantFrom(MODE_BLOB, MODE_BLOB, MODE_BLOB, MODE_EXECUTABLE, MODE_SYMLINK);
const base = fc.uniqueArray(fc.record({ path: paths, mode: modes }), { selector: ({ path }) => path, minLength: 1, maxLength: 7 });
const edit = fc.record({
  kind: fc.constantFrom('change', 'change', 'insert', 'remove', 'move', 'move-folder', 'add', 'mode'),
  path: paths, other: paths, line: fc.nat(9), text: fc.constantFrom('one', 'two', 'three'), mode: modes,
});
const edits = fc.array(edit, { maxLength: 5 });
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** Files cannot stand where folders do. */
function put(files: Map<string, File>, path: string, file: File): void {
  for (const other of [...files.keys()]) if (other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
  files.set(path, file);
}

/**
 * What a side makes of the files. Nothing comes where something was moved away: such a file may be lost on one side or the other, in
 * Git as here, when the other side renames its folder.
 */
function apply(files: Files, steps: readonly Edit[]): Files {
  const made = new Map(files);
  const isFree = (path: string): boolean => made.has(path) || !files.has(path);
  for (const { kind, path, other, line, text, mode } of steps) {
    const file = made.get(path);
    if (kind === 'add' && isFree(path)) put(made, path, { mode, lines: [text, 'new'] });
    if (file === undefined) continue;
    const lines = [...file.lines];
    if (kind === 'change') lines[line % lines.length] = text;
    if (kind === 'insert') lines.splice(line, 0, text);
    if (kind === 'change' || kind === 'insert') made.set(path, { ...file, lines });
    if (kind === 'mode') made.set(path, { ...file, mode });
    if (kind === 'remove' || (kind === 'move' && isFree(other))) made.delete(path);
    if (kind === 'move' && isFree(other)) put(made, other, file);
    if (kind === 'move-folder') {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      for (const [name, each] of [...made].filter(([name]) => folder !== '' && name.startsWith(folder))) {
        made.delete(name);
        put(made, `moved/${name.slice(folder.length)}`, each);
      }
    }
  }
  return made;
}

class Lab {
  readonly writer = new YoungWriter(SHA1);

  tree(files: Files): ObjectId {
    const editor = new TreeEditor(this.writer, SHA1.emptyTreeId, SHA1);
    for (const [path, { mode, lines }] of files) editor.set(path, { mode, id: this.writer.write('blob', bytesFromText(`${lines.join('\n')}\n`)) });
    return editor.write((type, body) => this.writer.write(type, body));
  }

  merge(trees: { readonly base: ObjectId; readonly ours: ObjectId; readonly theirs: ObjectId }, labels: readonly [string, string]): MergeTreesResult {
    const write = this.writer.write.bind(this.writer);
    const options = { labels: { ancestor: 'base', branch1: labels[0], branch2: labels[1] } };
    return runJob(mergeTrees({ objects: this.writer, write, algorithm: SHA1, ...trees, options }));
  }
}

const start = base.map((files): Files => {
  const made = new Map<string, File>();
  // All different: which of two equal files was renamed Git decides otherwise when the sides are changed.
  for (const [seed, { path, mode }] of files.entries()) put(made, path, { mode, lines: Array.from({ length: 10 }, (_, i) => `${seed} line ${i}`) });
  return made;
});

describe('mergeTrees', () => {
  it('gives the same with the sides changed: the same tree where it is clean, mirrored stages where it is not', () => {
    fc.assert(fc.property(start, edits, edits, (files, left, right) => {
      const lab = new Lab();
      const trees = { base: lab.tree(files), ours: lab.tree(apply(files, left)), theirs: lab.tree(apply(files, right)) };
      const forth = lab.merge(trees, ['left', 'right']);
      const back = lab.merge({ base: trees.base, ours: trees.theirs, theirs: trees.ours }, ['right', 'left']);
      expect(back.isClean).toBe(forth.isClean);
      const stages = (result: MergeTreesResult, isBack: boolean): unknown => result.conflicts.map(({ path, stages: { base: before, ours, theirs } }) =>
        ({ path, before, left: isBack ? theirs : ours, right: isBack ? ours : theirs }));
      expect(stages(back, true)).toEqual(stages(forth, false));
      if (forth.isClean) expect(back.tree).toBe(forth.tree);
    }), { numRuns: 400 });
  });

  it('takes what only one side changed, and what both did alike', () => {
    fc.assert(fc.property(start, edits, (files, steps) => {
      const lab = new Lab();
      const [before, after] = [lab.tree(files), lab.tree(apply(files, steps))];
      for (const [ours, theirs] of [[after, before], [before, after], [after, after]] as const) {
        const result = lab.merge({ base: before, ours, theirs }, ['left', 'right']);
        expect([result.isClean, result.tree, result.conflicts]).toEqual([true, after, []]);
      }
    }), { numRuns: 150 });
  });
});
