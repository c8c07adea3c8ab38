/**
 * The three-way merge of trees that the strategies "resolve" and "octopus" stand on: path by path, without renames, with
 * any number of bases. First what one look at the entries decides (`git read-tree -m --aggressive`), then each path that
 * is left (`git merge-one-file`).
 */
import { isBinary } from '../diff/is-binary.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { MODE_GITLINK, MODE_SYMLINK, MODE_TREE } from '../object/tree.js';
import { TreeEditor } from '../store/tree-editor.js';
import { readBlob } from './merge-content.js';
import { ABSENT, typeOfMode, type Version } from './merge-entry.js';
import { mergeFile, type ConflictStyle } from './merge-file.js';
import { compareByteText, textFromByteText } from './merge-message.js';
import type { MergeStore } from './merge-state.js';
import type { MergeConflict, MergeStage } from './merge-trees.js';
import { readTreeRows } from './tree-rows.js';

/** Trees to be merged. */
export interface SimpleMergeRequest extends MergeStore {
  readonly bases: readonly ObjectId[];
  readonly ours: ObjectId;
  readonly theirs: ObjectId;
  /** Default: `merge`. */
  readonly style?: ConflictStyle | undefined;
  readonly labels: { readonly ours: string; readonly theirs: string };
}

/** What came of it. */
export interface SimpleMergeResult {
  readonly tree: ObjectId;
  readonly isClean: boolean;
  readonly conflicts: readonly MergeConflict[];
  /** What Git says about the paths that one look did not decide. Lossless text. */
  readonly notes: readonly string[];
}

/** Merges without renames. @throws {GovcError} object-missing, object-type-mismatch, object-corrupt, path-invalid */
export function* simpleMerge(request: SimpleMergeRequest): Job<SimpleMergeResult> {
  const editor = new TreeEditor(request.objects, request.ours, request.algorithm);
  const open = yield* decideEntries(request, editor);
  const conflicts: MergeConflict[] = [];
  const notes: string[] = [];
  open.sort((left, right) => compareByteText(left.path, right.path));
  for (const entry of open) {
    const path = textFromByteText(entry.path);
    const outcome = mergeOne(request, editor, { ...entry, path });
    for (const note of outcome.notes) notes.push(note);
    if (outcome.result !== undefined) editor.set(path, outcome.result);
    else if (outcome.isClean) editor.remove(path);
    if (outcome.isClean) continue;
    const stages = { base: stageOf(entry.base), ours: stageOf(entry.ours), theirs: stageOf(entry.theirs) };
    conflicts.push({ path, stages, kind: undefined, result: outcome.result ?? stages.ours });
  }
  return { tree: editor.write(request.write), isClean: conflicts.length === 0, conflicts, notes };
}

/** A path on which one look at the entries decides nothing. */
interface OpenEntry {
  readonly path: string;
  readonly base: Version;
  readonly ours: Version;
  readonly theirs: Version;
}

interface Frame {
  /** With a slash at its end; '' for the root. Byte text. */
  readonly prefix: string;
  readonly trees: readonly (ObjectId | undefined)[];
  /** The trees that have a file where a folder above this path would be. */
  readonly clashes: readonly boolean[];
}

/** Stands for a file in the way of a folder, or a folder in the way of a file. */
const CLASH: Version = { mode: -1, id: undefined };

function* decideEntries(request: SimpleMergeRequest, editor: TreeEditor): Job<OpenEntry[]> {
  const open: OpenEntry[] = [];
  const count = request.bases.length;
  const stack: Frame[] = [{
    prefix: '', trees: [...request.bases, request.ours, request.theirs], clashes: new Array<boolean>(count + 2).fill(false),
  }];
  let done = 0;
  for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
    const folders: Frame[] = [];
    for (const { name, versions } of readTreeRows(request, frame.trees)) {
      if (++done % 4096 === 0) yield { phase: 'Comparing trees', done, total: undefined };
      if (versions.every((version) => version.id === versions[count]!.id && version.mode === versions[count]!.mode)) continue;
      const path = frame.prefix + name;
      const isFile = versions.map(({ mode }) => mode !== 0 && mode !== MODE_TREE);
      const { clashes } = frame;
      if (isFile.includes(true)) {
        const stages = versions.map((version, i) => version.mode === MODE_TREE || (version.mode === 0 && clashes[i]!) ? CLASH : version);
        const decision = decide(stages);
        if (decision === undefined) open.push({ path, ...openStages(stages) });
        else applyDecision(editor, textFromByteText(path), { ours: stages[count]!, decision });
      }
      if (versions.some(({ mode }) => mode === MODE_TREE)) {
        folders.push({
          prefix: `${path}/`,
          trees: versions.map(({ mode, id }) => (mode === MODE_TREE ? id : undefined)),
          clashes: clashes.map((clash, i) => clash || isFile[i]!),
        });
      }
    }
    for (const folder of folders.reverse()) stack.push(folder);
  }
  return open;
}

function applyDecision(editor: TreeEditor, path: string, { ours, decision }: { readonly ours: Version; readonly decision: Version }): void {
  if (decision === ours) return;
  if (decision.id !== undefined) editor.set(path, { mode: decision.mode, id: decision.id });
  else if (ours.id !== undefined) editor.remove(path);
}

/** Both absent, or the same entry. What is in the way is equal to nothing. */
function isSame(left: Version, right: Version): boolean {
  return left.mode !== -1 && left.mode === right.mode && left.id === right.id;
}

/** What stands at a path after a look at the bases, ours and theirs; `undefined` where that does not decide. */
function decide(stages: readonly Version[]): Version | undefined {
  const bases = stages.slice(0, -2);
  const oursClash = stages.at(-2) === CLASH;
  const theirsClash = stages.at(-1) === CLASH;
  const ours = oursClash ? ABSENT : stages.at(-2)!;
  const theirs = theirsClash ? ABSENT : stages.at(-1)!;
  if (isSame(ours, theirs)) {
    if (ours.id !== undefined) return ours;
    return ABSENT;
  }
  const oursIsBase = bases.some((base) => isSame(base, ours));
  const theirsIsBase = bases.some((base) => isSame(base, theirs));
  if (theirs.id !== undefined && !oursClash && oursIsBase && !theirsIsBase) return theirs;
  if (ours.id !== undefined && !theirsClash && theirsIsBase && !oursIsBase) return ours;
  if (ours.id === undefined && theirsIsBase) return ABSENT;
  if (theirs.id === undefined && oursIsBase) return ABSENT;
  return undefined;
}

/** The base is left out when each side is like one of the bases: then nobody knows which change is the newer. */
function openStages(stages: readonly Version[]): Omit<OpenEntry, 'path'> {
  const real = stages.map((version) => (version === CLASH ? ABSENT : version));
  const bases = real.slice(0, -2);
  const ours = real.at(-2)!;
  const theirs = real.at(-1)!;
  const isEach = stages.slice(0, -2).some((base) => isSame(base, ours)) && stages.slice(0, -2).some((base) => isSame(base, theirs));
  const base = isEach ? undefined : bases.find(({ id }) => id !== undefined);
  return { base: base ?? ABSENT, ours, theirs };
}

interface Outcome {
  readonly isClean: boolean;
  /** What stands at the path now; `undefined`: nothing where it is clean, and what stood there where not. */
  readonly result: MergeStage | undefined;
  readonly notes: readonly string[];
}

/** Merges one path as `git merge-one-file` does. */
function mergeOne(request: SimpleMergeRequest, editor: TreeEditor, entry: OpenEntry): Outcome {
  const { path, base, ours, theirs } = entry;
  const fail = (note: string): Outcome => ({ isClean: false, result: undefined, notes: [note] });
  if (ours.id === undefined || theirs.id === undefined) {
    const left = ours.id === undefined ? theirs : ours;
    if (base.id === undefined) {
      if (!isFree(editor, path)) return fail(`ERROR: ${path} cannot be added: a file or folder is in the way.`);
      return { isClean: true, result: stageOf(left), notes: ours.id === undefined ? [`Adding ${path}`] : [] };
    }
    if (left.id !== base.id) return fail(`ERROR: ${path}: Not handling case ${base.id} -> ${ours.id ?? ''} -> ${theirs.id ?? ''}`);
    return fail(`ERROR: File ${path} deleted on one branch but had its permissions changed on the other.`);
  }
  if (base.id === undefined && ours.id === theirs.id) {
    return fail(`ERROR: File ${path} added identically in both branches, but permissions conflict ${ours.mode.toString(8)}->${theirs.mode.toString(8)}.`);
  }
  const types = [typeOfMode(ours.mode), typeOfMode(theirs.mode)];
  if (types.includes(MODE_SYMLINK)) return fail(`ERROR: ${path}: Not merging symbolic link changes.`);
  if (types.includes(MODE_GITLINK)) return fail(`ERROR: ${path}: Not merging conflicting submodule changes.`);
  return mergeBlobs(request, entry);
}

function mergeBlobs(request: SimpleMergeRequest, { path, base, ours, theirs }: OpenEntry): Outcome {
  const notes = [base.id === undefined ? `Added ${path} in both, but differently.` : `Auto-merging ${path}`];
  const contents = [base, ours, theirs].map(({ id }) => readBlob(request, id));
  const isText = !contents.some(isBinary);
  const merged = isText
    ? mergeFile(contents[0]!, contents[1]!, contents[2]!, { style: request.style, labels: request.labels })
    : { content: contents[1]!, conflictCount: 1 };
  const problems: string[] = [];
  if (merged.conflictCount > 0 || base.id === undefined) problems.push('content conflict');
  if (ours.mode !== theirs.mode) {
    const modes = [base, ours, theirs].map(({ mode }) => (mode === 0 ? '' : mode.toString(8)));
    problems.push(`permissions conflict: ${modes[0]!}->${modes[1]!},${modes[2]!}`);
  }
  if (problems.length > 0) notes.push(`ERROR: ${problems.join(', ')} in ${path}`);
  const id = request.write('blob', merged.content);
  return { isClean: problems.length === 0, result: { mode: ours.mode, id }, notes };
}

/** Whether a file can be put at a path without taking something away. */
function isFree(editor: TreeEditor, path: string): boolean {
  if (editor.find(path)?.mode === MODE_TREE) return false;
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const above = editor.find(path.slice(0, slash));
    if (above === undefined) return true;
    if (above.mode !== MODE_TREE) return false;
  }
  return true;
}

function stageOf({ mode, id }: Version): MergeStage | undefined {
  return id === undefined ? undefined : { mode, id };
}
