/**
 * The history of lines (`git log -L`): lines of a file are taken back over the changes of each commit; a commit is
 * given when it touches them. From there on, what stood in their place is followed.
 */
import { GovcError } from '../errors.js';
import { diffLines, type LineChange } from '../diff/line-diff.js';
import { detectRenames } from '../diff/renames.js';
import { diffTrees, type DiffEntry, type FileChange } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import { parsePathspec } from '../pattern/pathspec.js';
import type { LineRange } from './blame-request.js';
import { makeLineSet, mapLinesBack, uniteLineSets, type LineSet } from './line-set.js';
import type { RevListEntry, RevListRequest } from './rev-list-options.js';

/** Lines of a file of the commit where a walk begins. */
export interface FollowedLines {
  /** Lossless text. */
  readonly path: string;
  readonly ranges: readonly LineRange[];
}

/** A file of which a commit touches lines that are followed. */
export interface LineLogFile {
  /** `undefined` where the commit added the file. */
  readonly old: DiffEntry | undefined;
  readonly new: DiffEntry;
  /** The lines that are followed, as the commit left them. */
  readonly lines: LineSet;
  /** The changes that touch them. */
  readonly changes: readonly LineChange[];
}

/** A commit that touches the lines; a merge that no parent explains comes without files. */
export interface LineLogEntry {
  readonly id: ObjectId;
  readonly files: readonly LineLogFile[];
}

type FileLines = ReadonlyMap<string, LineSet>;

/**
 * The commits of a walk that touch some lines.
 *
 * @param walk in topological order, beginning with the one commit that has the lines
 * @throws {GovcError} object-missing, object-corrupt
 */
export function* lineLog(
  walk: Iterable<RevListEntry>, request: Pick<RevListRequest, 'graph' | 'objects' | 'shallow'>,
  options: { readonly lines: readonly FollowedLines[]; readonly firstParent?: boolean | undefined; readonly renames?: boolean | undefined },
): Generator<LineLogEntry, void, void> {
  const log = new LineLog(request, options);
  let isFirst = true;
  for (const { id, commit } of walk) {
    if (isFirst) log.begin(commit, options.lines);
    isFirst = false;
    const files = log.take(commit);
    if (files !== undefined) yield { id, files };
  }
}

class LineLog {
  readonly #request: Pick<RevListRequest, 'graph' | 'objects' | 'shallow'>;
  readonly #firstParent: boolean;
  readonly #findsRenames: boolean;
  readonly #shallow: ReadonlySet<number>;
  readonly #lines = new Map<number, FileLines>();

  constructor(
    request: Pick<RevListRequest, 'graph' | 'objects' | 'shallow'>,
    { firstParent = false, renames = true }: { readonly firstParent?: boolean | undefined; readonly renames?: boolean | undefined },
  ) {
    this.#request = request;
    this.#firstParent = firstParent;
    this.#findsRenames = renames;
    this.#shallow = new Set([...request.shallow].map((id) => request.graph.numberOf(id)));
  }

  begin(commit: number, files: readonly FollowedLines[]): void {
    for (const { path, ranges } of files) this.#give(commit, new Map([[path, makeLineSet(ranges)]]));
  }

  /** Passes a commit's lines on; gives the files it touched, or `undefined` when it did not. */
  take(commit: number): LineLogFile[] | undefined {
    const lines = this.#lines.get(commit);
    this.#lines.delete(commit);
    if (lines === undefined) return undefined;
    const { graph, objects } = this.#request;
    graph.mustRead(commit, objects);
    const parentCount = this.#shallow.has(commit) ? 0 : graph.parentCountOf(commit);
    if (parentCount > 1) return this.#takeMerge(commit, lines, this.#firstParent ? 1 : parentCount);
    const parent = parentCount === 0 ? undefined : graph.parentOf(commit, 0);
    const { files, before } = this.#mapBack(commit, parent, lines);
    if (parent !== undefined) this.#give(parent, before);
    return files.length > 0 ? files : undefined;
  }

  /** A parent that has the lines as they are explains them all; else each parent is followed. */
  #takeMerge(commit: number, lines: FileLines, parentCount: number): LineLogFile[] | undefined {
    const { graph } = this.#request;
    const candidates: [parent: number, lines: FileLines][] = [];
    for (let i = 0; i < parentCount; i++) {
      const parent = graph.parentOf(commit, i);
      const { files, before } = this.#mapBack(commit, parent, lines);
      if (files.length === 0) {
        this.#give(parent, before);
        return undefined;
      }
      candidates.push([parent, before]);
    }
    for (const [parent, before] of candidates) this.#give(parent, before);
    return [];
  }

  #give(commit: number, lines: FileLines): void {
    const known = this.#lines.get(commit);
    if (known === undefined) {
      this.#lines.set(commit, lines);
      return;
    }
    const united = new Map(known);
    for (const [path, set] of lines) united.set(path, uniteLineSets(united.get(path) ?? [], set));
    this.#lines.set(commit, united);
  }

  #mapBack(commit: number, parent: number | undefined, lines: FileLines): { files: LineLogFile[]; before: FileLines } {
    const files: LineLogFile[] = [];
    const before = new Map(lines);
    for (const { old, new: new_ } of this.#changesOf(commit, parent, lines)) {
      const set = new_ === undefined ? undefined : before.get(new_.path);
      if (new_ === undefined || set === undefined || set.length === 0) continue;
      const { changes } = diffLines(this.#contentOf(old), this.#contentOf(new_), { indentHeuristic: false, trimsTail: true });
      const mapped = mapLinesBack(set, changes);
      before.delete(new_.path);
      const path = (old ?? new_).path;
      before.set(path, uniteLineSets(before.get(path) ?? [], mapped.lines));
      if (mapped.touched.length > 0) files.push({ old, new: new_, lines: lines.get(new_.path) ?? set, changes: mapped.touched });
    }
    return { files, before };
  }

  #changesOf(commit: number, parent: number | undefined, lines: FileLines): FileChange[] {
    const { objects, graph: { algorithm } } = this.#request;
    const newTree = this.#treeOf(commit);
    const oldTree = parent === undefined ? undefined : this.#treeOf(parent);
    const pathspec = parsePathspec([...lines.keys()].map((path) => `:(top,literal)${path}`));
    const changes = [...diffTrees(objects, algorithm, oldTree, newTree, { pathspec })];
    if (!this.#findsRenames || changes.every(({ old }) => old !== undefined)) return changes;
    const candidates = [...diffTrees(objects, algorithm, oldTree, newTree)]
      .filter(({ new: new_ }) => new_ === undefined || lines.has(new_.path));
    return detectRenames(candidates, { objects, algorithm }).changes;
  }

  #treeOf(commit: number): ObjectId {
    const { graph, objects } = this.#request;
    graph.mustRead(commit, objects);
    return graph.treeIdOf(commit);
  }

  #contentOf(entry: DiffEntry | undefined): Uint8Array {
    if (entry === undefined) return new Uint8Array(0);
    const body = this.#request.objects.find(entry.id)?.body;
    if (body === undefined) throw new GovcError('object-missing', `The object ${entry.id} is missing from the repository.`, { id: entry.id });
    return body;
  }
}
