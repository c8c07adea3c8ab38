import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromLatin1, bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { detectRenames, type RenameOptions } from '../diff/renames.js';
import { diffTrees, type DiffEntry, type FileChange } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Progress } from '../job/job.js';
import type { Pathspec } from '../pattern/pathspec.js';
import { scanTagTarget } from '../object/tag.js';
import { decodeText } from '../object/text-encoding.js';
import { MODE_GITLINK } from '../object/tree.js';
import type { RefName } from '../ref/ref-name.js';
import { mapSource, type Refspec } from '../ref/refspec.js';
import { resolveRef } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import { exportPath, sortDepthFirst, splitCommit, splitTag } from './fast-export-format.js';
import { PieceCollector } from './piece-collector.js';
import { openRevList, type OpenRevList } from './rev-list.js';
import type { RevListEntry, RevListStart } from './rev-list-options.js';

/** A revision to export. */
export interface ExportTip {
  /** The ref that names it; without one the commits come under whatever ref reaches them. */
  readonly ref: RefName | undefined;
  readonly id: ObjectId;
}

/** The options of `git fast-export`. */
export interface FastExportOptions {
  /** What to do with signed tags, whose signatures a stream cannot keep true. Default: `abort`. */
  readonly signedTags?: 'abort' | 'verbatim' | 'strip' | undefined;
  /** What to do with a tag of something that is not exported. Default: `abort`. */
  readonly tagOfFilteredObject?: 'abort' | 'drop' | 'rewrite' | undefined;
  /** What to do with messages that are not in UTF-8: convert them or not. Default: `abort`. */
  readonly reencode?: 'abort' | 'yes' | 'no' | undefined;
  /** `-M`, `-C`. Default: no renames are looked for. */
  readonly renames?: RenameOptions | undefined;
  /** Write ids in place of the content of files. Default: false. */
  readonly noData?: boolean | undefined;
  /** Begin with `feature done` and end with `done`. Default: false. */
  readonly useDoneFeature?: boolean | undefined;
  /** Write all files of each commit in place of the changes. Default: false, but with `pathspec` and `importMarks`. */
  readonly fullTree?: boolean | undefined;
  /** Write `original-oid` lines. Default: false. */
  readonly showOriginalIds?: boolean | undefined;
  /** Write a tagger where a tag has none. Default: false. */
  readonly fakeMissingTagger?: boolean | undefined;
  /** Name excluded parents by their ids. Default: they are left out. */
  readonly referenceExcludedParents?: boolean | undefined;
  /** Give tags marks too. Default: false. */
  readonly markTags?: boolean | undefined;
  /** Only these paths, and commits that change them. Default: everything. */
  readonly pathspec?: Pathspec | undefined;
  /** Other names for refs. Default: none. */
  readonly refspecs?: readonly Refspec[] | undefined;
  /** Marks of commits that an earlier stream exported. Default: none. */
  readonly importMarks?: ReadonlyMap<number, ObjectId> | undefined;
}

/** What {@link fastExport} exports. */
export interface FastExportRequest {
  readonly snapshot: Snapshot;
  readonly graph?: CommitGraph | undefined;
  readonly tips: readonly ExportTip[];
  readonly exclude: readonly ObjectId[];
  readonly options?: FastExportOptions | undefined;
}

/** What was exported. */
export interface FastExportResult {
  /** The marks of commits, those of earlier streams included; for `importMarks`. */
  readonly marks: ReadonlyMap<number, ObjectId>;
  /** Tags and refs that a stream cannot carry. */
  readonly omitted: readonly { readonly name: string; readonly reason: string }[];
}

const STREAMED_SIZE = 1024 * 1024;

/**
 * History as a stream for fast-import, byte for byte that of `git fast-export`, in pieces with progress between them.
 *
 * @throws {GovcError} export-refused: a signed tag, a tag of something that is not exported, or a message in another
 *   encoding, where the options do not say what to do; object-missing, object-corrupt
 */
export function* fastExport(request: FastExportRequest): Generator<Uint8Array | Progress, FastExportResult, void> {
  const exporter = new Exporter(request);
  yield* exporter.run();
  return exporter.result();
}

interface TagRef {
  readonly name: string;
  readonly id: ObjectId;
}

class Exporter {
  readonly #snapshot: Snapshot;
  readonly #graph: CommitGraph;
  readonly #request: FastExportRequest;
  readonly #options: FastExportOptions;
  readonly #out = new PieceCollector();
  readonly #marks = new Map<ObjectId, number>();
  readonly #commitMarks = new Map<number, ObjectId>();
  readonly #extraRefs = new Map<string, ObjectId>();
  readonly #tagRefs: TagRef[] = [];
  readonly #omitted: { name: string; reason: string }[] = [];
  readonly #quotesPaths: boolean;
  readonly #fullTree: boolean;
  #history: OpenRevList | undefined;
  #lastMark = 0;

  constructor(request: FastExportRequest) {
    this.#request = request;
    this.#snapshot = request.snapshot;
    this.#graph = request.graph ?? new CommitGraph(request.snapshot.algorithm);
    this.#options = request.options ?? {};
    this.#quotesPaths = request.snapshot.config.getBool('core.quotePath', true);
    const { fullTree = false, pathspec, importMarks } = this.#options;
    // Marks say nothing of the paths that were exported with them.
    this.#fullTree = fullTree || (pathspec !== undefined && importMarks !== undefined);
    for (const [mark, id] of importMarks ?? []) {
      this.#lastMark = Math.max(this.#lastMark, mark);
      this.#marks.set(id, mark);
      this.#commitMarks.set(mark, id);
    }
  }

  result(): FastExportResult {
    return { marks: this.#commitMarks, omitted: this.#omitted };
  }

  *run(): Generator<Uint8Array | Progress, void, void> {
    const out = this.#out;
    const { useDoneFeature = false, refspecs = [] } = this.#options;
    if (useDoneFeature) out.latin1('feature done\n');
    const starts: RevListStart[] = [];
    for (const tip of this.#request.tips) yield* this.#addTip(tip, starts);
    const { snapshot, exclude } = this.#request;
    for (const each of exclude) {
      const peeled = findThroughTags(snapshot, each);
      if (peeled?.type === 'commit') starts.push({ id: peeled.id, isExcluded: true });
    }
    this.#history = openRevList({
      graph: this.#graph, objects: snapshot.objects, shallow: snapshot.shallow, starts,
      options: { order: 'topo', reverse: true, parents: true, pathspec: this.#options.pathspec },
    });
    let done = 0;
    for (const entry of this.#history.entries) {
      // A commit that an earlier stream exported is known by its mark.
      if (!this.#marks.has(entry.id)) yield* this.#commit(entry);
      if (out.isReady) yield* out.take();
      yield { phase: 'Exporting commits', done: ++done, total: undefined };
    }
    for (const [name, id] of [...this.#extraRefs].sort(byName).reverse()) this.#extraRef(name, id);
    for (const tag of this.#tagRefs.reverse()) this.#tag(tag);
    for (const { source, target } of refspecs) {
      if (source === '' && target !== undefined) this.#deleteRef(target);
    }
    if (useDoneFeature) out.latin1('done\n');
    yield* out.finish();
  }

  *#addTip(tip: ExportTip, starts: RevListStart[]): Generator<Uint8Array, void, void> {
    const { snapshot } = this.#request;
    const full = tip.ref === undefined ? undefined : (resolveRef(snapshot.refs, tip.ref)?.name ?? tip.ref);
    const name = full === undefined ? undefined : (mapSource(this.#options.refspecs ?? [], full)?.target ?? full);
    let { id } = tip;
    let isTag = false;
    for (let type = this.#typeOf(id); type === 'tag'; type = this.#typeOf(id)) {
      if (name !== undefined) this.#tagRefs.push({ name, id });
      isTag = true;
      id = scanTagTarget(this.#read(id), snapshot.algorithm).id;
    }
    const type = this.#typeOf(id);
    if (type === 'commit') {
      if (name !== undefined && !isTag) this.#extraRefs.set(name, id);
      starts.push({ id, source: name });
    } else if (type === 'blob' && isTag) {
      yield* this.#blob(id);
    } else if (!isTag || type !== 'tree') {
      this.#omitted.push({ name: name ?? id, reason: `it names a ${type}` });
    }
  }

  *#commit({ id, commit, parents, source }: RevListEntry): Generator<Uint8Array, void, void> {
    const parts = splitCommit(this.#read(id));
    if (parts === undefined) {
      throw new GovcError('object-corrupt', `The commit ${id} has no author or no committer.`, { id });
    }
    const { referenceExcludedParents = false, showOriginalIds = false } = this.#options;
    const graph = this.#graph;
    const tree = graph.treeIdOf(commit);
    const first = parents[0];
    const base = first !== undefined && !this.#fullTree && (this.#marks.has(first) || referenceExcludedParents) ? first : undefined;
    const changes = this.#changes(base, tree);
    for (const change of changes) {
      if (change.new !== undefined && change.new.mode !== MODE_GITLINK) yield* this.#blob(change.new.id);
    }
    const ref = latin1FromBytes(bytesFromLosslessText(source ?? id));
    if (source !== undefined) this.#extraRefs.delete(source);
    const message = this.#message(id, parts.message, parts.encoding);
    const out = this.#out;
    if (parents.length === 0) out.latin1(`reset ${ref}\n`);
    const mark = ++this.#lastMark;
    this.#marks.set(id, mark);
    this.#commitMarks.set(mark, id);
    out.latin1(`commit ${ref}\nmark :${mark}\n`);
    if (showOriginalIds) out.latin1(`original-oid ${id}\n`);
    out.latin1(`${parts.author}\n${parts.committer}\n`);
    if (!message.isConverted && parts.encoding !== undefined) out.latin1(`encoding ${parts.encoding}\n`);
    out.latin1(`data ${message.text.length}\n`);
    out.latin1(message.text);
    this.#parentLines(parents);
    if (this.#fullTree) out.latin1('deleteall\n');
    this.#fileCommands(changes);
    out.latin1('\n');
  }

  #changes(base: ObjectId | undefined, tree: ObjectId): FileChange[] {
    const { objects, algorithm } = this.#snapshot;
    const graph = this.#graph;
    let old: ObjectId | undefined;
    if (base !== undefined) {
      const number = graph.numberOf(base);
      graph.mustRead(number, objects);
      old = graph.treeIdOf(number);
    }
    const { renames, pathspec } = this.#options;
    const includeUnmodified = renames?.renames === 'copies' && renames.findCopiesHarder === true;
    return [...diffTrees(objects, algorithm, old, tree, { includeUnmodified, ...(pathspec === undefined ? {} : { pathspec }) })];
  }

  #message(id: ObjectId, message: string, encoding: string | undefined): { text: string; isConverted: boolean } {
    if (encoding === undefined) return { text: message, isConverted: false };
    const { reencode = 'abort' } = this.#options;
    if (reencode === 'abort') {
      throw new GovcError('export-refused', `The message of the commit ${id} is in ${encoding}; say whether to convert it.`, {
        reason: 'encoding', id, encoding,
      });
    }
    if (reencode === 'no') return { text: message, isConverted: false };
    return { text: latin1FromBytes(bytesFromText(decodeText(bytesFromLatin1(message), encoding))), isConverted: true };
  }

  #parentLines(parents: readonly ObjectId[]): void {
    let word = 'from';
    for (const parent of parents) {
      const mark = this.#marks.get(parent);
      if (mark === undefined && this.#options.referenceExcludedParents !== true) continue;
      this.#out.latin1(`${word} ${mark === undefined ? parent : `:${mark}`}\n`);
      word = 'merge';
    }
  }

  #fileCommands(found: readonly FileChange[]): void {
    const { renames } = this.#options;
    const { objects, algorithm } = this.#snapshot;
    const changes = renames === undefined ? [...found] : detectRenames(found, { objects, algorithm, options: renames }).changes;
    const changed = new Set<string>();
    for (const change of changes.length > 1 ? sortDepthFirst(changes) : changes) {
      const { status, old } = change;
      if (change.new === undefined) {
        this.#out.latin1(`D ${this.#path(old!)}\n`);
        changed.add(old!.path);
        continue;
      }
      const file = change.new;
      const isMoved = (status === 'renamed' || status === 'copied') && !changed.has(old!.path);
      changed.add(file.path);
      if (isMoved) {
        this.#out.latin1(`${status === 'renamed' ? 'R' : 'C'} ${this.#path(old!)} ${this.#path(file)}\n`);
        if (old!.id === file.id && old!.mode === file.mode) continue;
      }
      this.#out.latin1(`M ${file.mode.toString(8).padStart(6, '0')} ${this.#content(file)} ${this.#path(file)}\n`);
    }
  }

  #path(entry: DiffEntry): string {
    return exportPath(entry.path, this.#quotesPaths);
  }

  #content({ mode, id }: DiffEntry): string {
    if (this.#options.noData === true || mode === MODE_GITLINK) return id;
    return `:${this.#marks.get(id) ?? 0}`;
  }

  *#blob(id: ObjectId): Generator<Uint8Array, void, void> {
    if (this.#options.noData === true || this.#marks.has(id)) return;
    const { objects } = this.#snapshot;
    const header = objects.findHeader(id);
    if (header === undefined) throw missing(id);
    const mark = ++this.#lastMark;
    this.#marks.set(id, mark);
    const out = this.#out;
    out.latin1(`blob\nmark :${mark}\n`);
    if (this.#options.showOriginalIds === true) out.latin1(`original-oid ${id}\n`);
    out.latin1(`data ${header.size}\n`);
    if (header.size <= STREAMED_SIZE) {
      out.bytes(this.#read(id));
    } else {
      for (const chunk of objects.findChunks(id) ?? []) {
        // A chunk is only lent until the next one.
        out.bytes(chunk.slice());
        if (out.isReady) yield* out.take();
      }
    }
    out.latin1('\n');
    if (out.isReady) yield* out.take();
  }

  #extraRef(name: string, id: ObjectId): void {
    const commit = this.#standInOf(id);
    const mark = commit === undefined ? undefined : this.#marks.get(commit);
    if (mark !== undefined) this.#reset(name, `:${mark}`);
    else if (commit !== undefined && this.#options.referenceExcludedParents === true) this.#reset(name, commit);
    else this.#deleteRef(name);
  }

  /** What is exported for a commit: one below it where it changes none of the paths; `undefined`: nothing. */
  #standInOf(id: ObjectId): ObjectId | undefined {
    const found = this.#history?.standInOf(this.#graph.numberOf(id));
    return found === undefined ? undefined : this.#graph.idAt(found);
  }

  #tag({ name, id }: TagRef): void {
    const { algorithm } = this.#snapshot;
    const { tagOfFilteredObject = 'abort', markTags = false } = this.#options;
    if (findThroughTags(this.#snapshot, id)?.type === 'tree') {
      this.#omitted.push({ name, reason: 'it tags a tree' });
      return;
    }
    const body = this.#read(id);
    const target = scanTagTarget(body, algorithm);
    let mark = this.#marks.get(target.id);
    const message = this.#tagMessage(id, body);
    if (mark === undefined) {
      if (tagOfFilteredObject === 'drop') return;
      if (tagOfFilteredObject === 'abort' || (target.type === 'tag' && !markTags)) {
        throw new GovcError('export-refused', `The tag ${id} tags ${target.id}, which is not exported.`, {
          reason: 'tag-of-filtered-object', id, target: target.id,
        });
      }
      if (target.type === 'commit') {
        const commit = this.#standInOf(target.id);
        if (commit === undefined) {
          this.#deleteRef(name);
          return;
        }
        mark = this.#marks.get(commit);
      }
    }
    if (target.type === 'tag') this.#deleteRef(name);
    const out = this.#out;
    out.latin1(`tag ${latin1FromBytes(bytesFromLosslessText(name.replace(/^refs\/tags\//, '')))}\n`);
    if (markTags) {
      const own = ++this.#lastMark;
      this.#marks.set(id, own);
      out.latin1(`mark :${own}\n`);
    }
    out.latin1(`from ${mark === undefined ? target.id : `:${mark}`}\n`);
    if (this.#options.showOriginalIds === true) out.latin1(`original-oid ${id}\n`);
    if (message.tagger !== '') out.latin1(`${message.tagger}\n`);
    out.latin1(`data ${message.text.length}\n`);
    out.latin1(message.text);
    out.latin1('\n');
  }

  #tagMessage(id: ObjectId, body: Uint8Array): { readonly tagger: string; readonly text: string } {
    const { signedTags = 'abort', fakeMissingTagger = false } = this.#options;
    const { tagger, message, signatureAt } = splitTag(body);
    if (signatureAt >= 0 && signedTags === 'abort') {
      throw new GovcError('export-refused', `The tag ${id} is signed; say what to do with signatures.`, { reason: 'signed-tag', id });
    }
    return {
      tagger: tagger ?? (fakeMissingTagger ? 'tagger Unspecified Tagger <unspecified-tagger> 0 +0000' : ''),
      text: signatureAt >= 0 && signedTags === 'strip' ? message.slice(0, signatureAt) : message,
    };
  }

  #deleteRef(name: string): void {
    this.#reset(name, this.#snapshot.algorithm.zeroId);
  }

  #reset(name: string, from: string): void {
    this.#out.latin1(`reset ${latin1FromBytes(bytesFromLosslessText(name))}\nfrom ${from}\n\n`);
  }

  #typeOf(id: ObjectId): string {
    const type = this.#snapshot.objects.findHeader(id)?.type;
    if (type === undefined) throw missing(id);
    return type;
  }

  #read(id: ObjectId): Uint8Array {
    const object = this.#snapshot.objects.find(id);
    if (object === undefined) throw missing(id);
    return object.body;
  }
}

function byName([left]: readonly [string, ObjectId], [right]: readonly [string, ObjectId]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function missing(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
}
