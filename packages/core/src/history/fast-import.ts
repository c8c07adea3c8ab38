/**
 * Reads a stream of git-fast-import(1) as it arrives, and writes what it says into a store.
 *
 * 1. A command takes effect when all of it has come; of a command that is cut the rest is waited for.
 * 2. Objects are written as they come; refs only by {@link FastImporter.takeRefs}.
 */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import type { ObjectType } from '../hash/hash-object.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK, MODE_TREE } from '../object/tree.js';
import { exportPath, losslessFromLatin1 } from './fast-export-format.js';
import { findDateFormat, importIdent, type ImportDateFormat } from './fast-import-ident.js';
import { ImportInput, unquote } from './fast-import-input.js';
import { ImportNames, NO_BRANCH, type ImportBranch, type ImportedRef, type Marked } from './fast-import-names.js';
import { ImportNotes } from './fast-import-notes.js';
import type { ImportStore, ImportTree } from './fast-import-tree.js';

/** How a stream is imported. */
export interface FastImportOptions {
  /** Default: `raw`; the stream may say another. */
  readonly dateFormat?: ImportDateFormat | undefined;
  /** For dates `now`, and what the zone of dates without one is taken at. Default: 0. */
  readonly nowSeconds?: number | undefined;
  /** Marks of earlier imports. Default: none. */
  readonly importMarks?: ReadonlyMap<number, ObjectId> | undefined;
  /** What a revision names in the repository as it was; refs of the stream come first. Default: full ids only. */
  readonly resolve?: ((revision: string) => ObjectId | undefined) | undefined;
  /** Told what the stream asks: the answers to `cat-blob`, `ls` and `get-mark`. Default: they are dropped. */
  readonly respond?: ((answer: Uint8Array) => void) | undefined;
  /** Told the text of `progress`. */
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Told at `checkpoint`. */
  readonly onCheckpoint?: (() => void) | undefined;
}

type State =
  | { readonly kind: 'command' }
  | { readonly kind: 'blob'; mark: number }
  | { readonly kind: 'commit'; readonly commit: CommitDraft }
  | { readonly kind: 'inline'; readonly commit: CommitDraft; readonly take: (blob: ObjectId) => void }
  | { readonly kind: 'tag'; readonly tag: TagDraft }
  | { readonly kind: 'reset'; readonly branch: ImportBranch; isDone: boolean }
  | { readonly kind: 'alias'; mark: number }
  | { readonly kind: 'done' };

interface CommitDraft {
  readonly branch: ImportBranch;
  mark: number;
  author: string | undefined;
  committer: string | undefined;
  encoding: string | undefined;
  signatures: string;
  message: Uint8Array | undefined;
  merges: ObjectId[];
  tree: ImportTree | undefined;
}

interface TagDraft {
  readonly name: string;
  mark: number;
  target: Marked | undefined;
  tagger: string | undefined;
}

const COMMAND: State = { kind: 'command' };
const FEATURES = new Set(['alias', 'get-mark', 'cat-blob', 'relative-marks', 'no-relative-marks', 'done', 'force', 'notes', 'ls']);
const FILE_MODES: Readonly<Record<string, number>> = {
  '644': MODE_BLOB, '0644': MODE_BLOB, '100644': MODE_BLOB, '755': MODE_EXECUTABLE, '0755': MODE_EXECUTABLE,
  '100755': MODE_EXECUTABLE, '120000': MODE_SYMLINK, '040000': MODE_TREE, '40000': MODE_TREE, '160000': MODE_GITLINK,
};

/** The reader of one stream. Throws `GovcError` `import-invalid`, `limit-exceeded` and `object-missing`. */
export class FastImporter {
  readonly #store: ImportStore;
  readonly #options: FastImportOptions;
  readonly #input = new ImportInput();
  readonly #names: ImportNames;
  #state: State = COMMAND;
  #dateFormat: ImportDateFormat;
  #needsDone = false;
  #hasCommand = false;
  #isForced = false;
  #count = 0;
  /** As Git, a blob is stored as a change of the one before it: its path is not known yet. */
  #lastBlob: ObjectId | undefined;

  constructor(store: ImportStore, options: FastImportOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.#dateFormat = options.dateFormat ?? 'raw';
    this.#names = new ImportNames(store, {
      marks: options.importMarks, resolve: options.resolve, invalid: (reason) => this.#input.invalid(reason),
    });
  }

  /** How many objects the stream has given. */
  get objectCount(): number {
    return this.#count;
  }

  /** Whether the stream said `feature force`. */
  get isForced(): boolean {
    return this.#isForced;
  }

  /** The marks of objects, for a later import or export. */
  marks(): Map<number, ObjectId> {
    return this.#names.marks();
  }

  /** What the stream says of refs so far, in its order: branches, then tags. */
  takeRefs(): ImportedRef[] {
    return this.#names.refs();
  }

  /** Takes the next piece of the stream, which must not be written to afterwards. */
  write(piece: Uint8Array): void {
    if (this.#state.kind !== 'done' && this.#input.push(piece)) this.#run();
  }

  /** The stream has ended. */
  end(): void {
    if (this.#state.kind === 'done') return;
    this.#input.end();
    this.#run();
    // TypeScript does not see that the run changes the state.
    const state = this.#state as State;
    if (state.kind === 'commit') this.#finishCommit(state.commit);
    else if (state.kind !== 'command' && state.kind !== 'reset' && state.kind !== 'done') {
      throw this.#input.invalid('it ends inside a command');
    }
    if (this.#needsDone && state.kind !== 'done') throw this.#input.invalid('it ends without the "done" that it announced');
    this.#state = { kind: 'done' };
  }

  #run(): void {
    const input = this.#input;
    for (;;) {
      if (this.#state.kind === 'done' || input.isAtEnd) return;
      const line = input.line();
      if (line === undefined || !this.#step(line)) {
        input.rewind();
        return;
      }
      input.commit();
    }
  }

  /** Does what a line says; `false` when bytes that belong to it have not come. */
  #step(line: string): boolean {
    const state = this.#state;
    switch (state.kind) {
      case 'command':
        return this.#command(line);
      case 'blob':
        return this.#blobLine(state, line);
      case 'commit':
        return this.#commitLine(state.commit, line);
      case 'inline':
        return this.#inlineLine(state, line);
      case 'tag':
        return this.#tagLine(state.tag, line);
      case 'reset':
        return this.#resetLine(state, line);
      case 'alias':
        return this.#aliasLine(state, line);
      case 'done':
        return false;
    }
  }

  #command(line: string): boolean {
    const space = line.indexOf(' ');
    const word = space < 0 ? line : line.slice(0, space);
    const rest = space < 0 ? '' : line.slice(space + 1);
    if (word !== 'feature' && word !== 'option') this.#hasCommand = true;
    switch (word) {
      case 'blob':
        this.#state = { kind: 'blob', mark: 0 };
        return true;
      case 'commit':
        this.#state = { kind: 'commit', commit: this.#newCommit(rest) };
        return true;
      case 'tag':
        this.#state = { kind: 'tag', tag: { name: rest, mark: 0, target: undefined, tagger: undefined } };
        return true;
      case 'reset':
        this.#state = { kind: 'reset', branch: this.#names.resetBranch(rest), isDone: false };
        return true;
      case 'alias':
        this.#state = { kind: 'alias', mark: 0 };
        return true;
      case 'done':
        this.#state = { kind: 'done' };
        return true;
      case 'checkpoint':
        this.#options.onCheckpoint?.();
        return this.#skipEmptyLine();
      case 'progress':
        this.#options.onProgress?.(losslessFromLatin1(rest));
        return this.#skipEmptyLine();
      case 'feature':
        this.#feature(rest);
        return true;
      case 'option':
        if (this.#hasCommand) throw this.#input.invalid('an option comes after data');
        return true;
      default:
        return this.#question(line, undefined) || this.#unknown(line);
    }
  }

  #unknown(line: string): never {
    throw this.#input.invalid(`"${line.slice(0, 80)}" is no command`);
  }

  /** An empty line may follow some commands; it is looked at when it comes. */
  #skipEmptyLine(): boolean {
    this.#state = { kind: 'reset', branch: NO_BRANCH, isDone: true };
    return true;
  }

  #feature(text: string): void {
    if (this.#hasCommand) throw this.#input.invalid('a feature comes after data');
    if (text.startsWith('date-format=')) {
      const format = findDateFormat(text.slice(12));
      if (format === undefined) throw this.#input.invalid(`"${text.slice(0, 80)}" is no date format`);
      this.#dateFormat = format;
      return;
    }
    if (!FEATURES.has(text)) throw this.#input.invalid(`the feature "${text.slice(0, 80)}" is not supported, or not for a stream to ask`);
    if (text === 'done') this.#needsDone = true;
    if (text === 'force') this.#isForced = true;
  }

  #blobLine(state: { mark: number }, line: string): boolean {
    if (line.startsWith('mark :')) {
      state.mark = this.#names.markNumber(line.slice(5));
      return true;
    }
    if (line.startsWith('original-oid ')) return true;
    const data = this.#input.data(line);
    if (data === undefined) return false;
    this.#keep('blob', data, state.mark);
    this.#state = COMMAND;
    return true;
  }

  #keep(type: ObjectType, body: Uint8Array, mark: number): ObjectId {
    const id = this.#store.write(type, body, type === 'blob' ? this.#lastBlob : undefined);
    if (type === 'blob') this.#lastBlob = id;
    this.#count++;
    if (mark !== 0) this.#names.mark(mark, { id, type });
    return id;
  }

  #newCommit(name: string): CommitDraft {
    return {
      branch: this.#names.branchOf(name), mark: 0, author: undefined, committer: undefined, encoding: undefined, signatures: '',
      message: undefined, merges: [], tree: undefined,
    };
  }

  #commitLine(commit: CommitDraft, line: string): boolean {
    if (commit.message === undefined) return this.#commitHeader(commit, line);
    if (commit.tree === undefined) {
      if (line.startsWith('from ') && commit.merges.length === 0) {
        this.#names.startFrom(commit.branch, line.slice(5));
        return true;
      }
      if (line.startsWith('merge ')) {
        commit.merges.push(this.#names.committish(line.slice(6)));
        return true;
      }
      commit.tree = this.#names.openTree(commit.branch);
    }
    if (line === '') {
      this.#finishCommit(commit);
      return true;
    }
    if (this.#change(commit, line)) return true;
    if (this.#question(line, commit.tree)) return true;
    this.#finishCommit(commit);
    return this.#command(line);
  }

  #commitHeader(commit: CommitDraft, line: string): boolean {
    if (line.startsWith('mark :')) commit.mark = this.#names.markNumber(line.slice(5));
    else if (line.startsWith('original-oid ')) return true;
    else if (line.startsWith('author ')) commit.author = this.#ident(line.slice(7));
    else if (line.startsWith('committer ')) commit.committer = this.#ident(line.slice(10));
    else if (line.startsWith('encoding ')) commit.encoding = line.slice(9);
    else if (line.startsWith('gpgsig ')) return this.#signature(commit, line.slice(7));
    else {
      if (commit.committer === undefined) throw this.#input.invalid('a commit has no committer');
      const data = this.#input.data(line);
      if (data === undefined) return false;
      commit.message = new Uint8Array(data);
    }
    return true;
  }

  /** `gpgsig <hash> <format>` with the signature as data. */
  #signature(commit: CommitDraft, text: string): boolean {
    const line = this.#input.line();
    const data = line === undefined ? undefined : this.#input.data(line);
    if (data === undefined) return false;
    const key = text.startsWith('sha256') ? 'gpgsig-sha256' : 'gpgsig';
    commit.signatures += `${key} ${latin1FromBytes(data).replace(/\n$/, '').replace(/\n/g, '\n ')}\n`;
    return true;
  }

  #finishCommit(commit: CommitDraft): void {
    const { branch, author, committer, encoding, message, signatures } = commit;
    if (message === undefined) throw this.#input.invalid('a commit has no message');
    const tree = commit.tree ?? this.#names.openTree(branch);
    branch.notes?.finish();
    branch.tree = tree;
    let text = `tree ${tree.write()}\n`;
    if (branch.id !== undefined) text += `parent ${branch.id}\n`;
    for (const parent of commit.merges) text += `parent ${parent}\n`;
    text += `author ${author ?? committer!}\ncommitter ${committer!}\n`;
    if (encoding !== undefined) text += `encoding ${encoding}\n`;
    text += `${signatures}\n`;
    const body = new Uint8Array(text.length + message.length);
    for (let i = 0; i < text.length; i++) body[i] = text.charCodeAt(i);
    body.set(message, text.length);
    branch.id = this.#keep('commit', body, commit.mark);
    branch.isDeleted = false;
    this.#state = COMMAND;
  }

  /** A change of files; `false` when the line is none. */
  #change(commit: CommitDraft, line: string): boolean {
    const tree = commit.tree!;
    if (line === 'deleteall') {
      tree.clear();
      commit.branch.notes = undefined;
      return true;
    }
    if (line[1] !== ' ') return false;
    const rest = line.slice(2);
    switch (line[0]) {
      case 'M':
        this.#modify(commit, rest);
        return true;
      case 'D':
        tree.remove(this.#wholePath(rest));
        return true;
      case 'R':
      case 'C':
        this.#transfer(tree, rest, line[0] === 'R' ? 'move' : 'copy');
        return true;
      case 'N':
        this.#note(commit, rest);
        return true;
      default:
        return false;
    }
  }

  #modify(commit: CommitDraft, text: string): void {
    const [modeText = '', ref = ''] = text.split(' ', 2);
    const mode = FILE_MODES[modeText];
    if (mode === undefined) throw this.#input.invalid(`"${modeText.slice(0, 20)}" is no mode of a file`);
    const path = this.#wholePath(text.slice(modeText.length + ref.length + 2));
    const tree = commit.tree!;
    if (ref === 'inline') {
      if (mode === MODE_TREE || mode === MODE_GITLINK) throw this.#input.invalid('only files can be inline');
      this.#state = { kind: 'inline', commit, take: (id) => {
        tree.set(path, { mode, id });
      } };
      return;
    }
    const id = this.#names.contentId(ref, mode);
    if (mode === MODE_TREE && id === this.#store.algorithm.emptyTreeId && path !== '') tree.remove(path);
    else tree.set(path, { mode, id });
  }

  #inlineLine(state: Extract<State, { kind: 'inline' }>, line: string): boolean {
    if (line.startsWith('cat-blob ')) return this.#question(line, undefined);
    const data = this.#input.data(line);
    if (data === undefined) return false;
    state.take(this.#keep('blob', data, 0));
    this.#state = { kind: 'commit', commit: state.commit };
    return true;
  }

  #transfer(tree: ImportTree, text: string, how: 'move' | 'copy'): void {
    const quoted = unquote(text);
    const end = quoted?.size ?? text.indexOf(' ');
    if (end < 0 || text[end] !== ' ' || end + 1 === text.length) throw this.#input.invalid('a rename or copy needs two paths');
    const source = quoted?.value ?? text.slice(0, end);
    const target = this.#wholePath(text.slice(end + 1));
    if (!tree.transfer(source, target, how)) throw this.#input.invalid(`there is nothing at "${source.slice(0, 200)}"`);
  }

  #note(commit: CommitDraft, text: string): void {
    const space = text.indexOf(' ');
    if (space < 0) throw this.#input.invalid('a note names no commit');
    const ref = text.slice(0, space);
    const target = this.#names.committish(text.slice(space + 1));
    const notes = (commit.branch.notes ??= new ImportNotes(commit.tree!, this.#store.algorithm));
    if (ref === 'inline') {
      this.#state = { kind: 'inline', commit, take: (id) => {
        notes.set(target, id);
      } };
      return;
    }
    if (ref === this.#store.algorithm.zeroId) notes.remove(target);
    else notes.set(target, this.#names.contentId(ref, MODE_BLOB));
  }

  #tagLine(tag: TagDraft, line: string): boolean {
    if (line.startsWith('mark :')) {
      tag.mark = this.#names.markNumber(line.slice(5));
    } else if (line.startsWith('from ')) {
      tag.target = this.#names.taggable(line.slice(5));
    } else if (line.startsWith('tagger ')) {
      tag.tagger = this.#ident(line.slice(7));
    } else if (!line.startsWith('original-oid ')) {
      if (tag.target === undefined) throw this.#input.invalid('a tag names nothing');
      const data = this.#input.data(line);
      if (data === undefined) return false;
      const { id, type } = tag.target;
      const tagger = tag.tagger === undefined ? '' : `tagger ${tag.tagger}\n`;
      const head = bytesFromLatin1(`object ${id}\ntype ${type}\ntag ${tag.name}\n${tagger}\n`);
      const tagId = this.#keep('tag', Buffer.concat([head, data]), tag.mark);
      this.#names.tag(tag.name, tagId);
      this.#state = COMMAND;
    }
    return true;
  }

  #resetLine(state: { readonly branch: ImportBranch; isDone: boolean }, line: string): boolean {
    if (!state.isDone && line.startsWith('from ')) {
      this.#names.startFrom(state.branch, line.slice(5));
      if (state.branch.isDeleted && state.branch.name.startsWith('refs/tags/')) this.#names.untag(state.branch.name.slice(10));
      state.isDone = true;
      return true;
    }
    this.#state = COMMAND;
    return line === '' || this.#command(line);
  }

  #aliasLine(state: { mark: number }, line: string): boolean {
    if (line.startsWith('mark :')) {
      state.mark = this.#names.markNumber(line.slice(5));
      return true;
    }
    if (!line.startsWith('to ') || state.mark === 0) throw this.#input.invalid('an alias needs a mark and what it stands for');
    this.#names.mark(state.mark, { id: this.#names.committish(line.slice(3)), type: 'commit' });
    return this.#skipEmptyLine();
  }

  /** Answers `cat-blob`, `ls` and `get-mark`; `false` when the line is none of them. */
  #question(line: string, tree: ImportTree | undefined): boolean {
    if (line.startsWith('get-mark ')) {
      this.#answer(`${this.#names.marked(line.slice(9)).id}\n`);
    } else if (line.startsWith('cat-blob ')) {
      this.#catBlob(line.slice(9));
    } else if (line.startsWith('ls ')) {
      this.#list(line.slice(3), tree);
    } else {
      return false;
    }
    return true;
  }

  #answer(text: string): void {
    this.#options.respond?.(bytesFromLatin1(text));
  }

  #catBlob(ref: string): void {
    const id = ref.startsWith(':') ? this.#names.marked(ref).id : findObjectId(ref, this.#store.algorithm);
    if (id === undefined) throw this.#input.invalid(`"${ref.slice(0, 80)}" is neither a mark nor an id`);
    const header = this.#store.objects.findHeader(id);
    if (header === undefined) {
      this.#answer(`${id} missing\n`);
      return;
    }
    if (header.type !== 'blob') throw this.#input.invalid(`the object ${id} is a ${header.type}, not a blob`);
    this.#answer(`${id} blob ${header.size}\n`);
    for (const chunk of this.#store.objects.findChunks(id) ?? []) this.#options.respond?.(chunk.slice());
    this.#answer('\n');
  }

  #list(text: string, tree: ImportTree | undefined): void {
    let path = text;
    let root = tree;
    if (!text.startsWith('"')) {
      const space = text.indexOf(' ');
      if (space < 0) throw this.#input.invalid('"ls" needs a tree and a path');
      root = this.#names.treeOf(text.slice(0, space));
      path = text.slice(space + 1);
    }
    if (root === undefined) throw this.#input.invalid('"ls" without a tree stands in a commit only');
    const name = this.#wholePath(path);
    const found = root.find(name);
    const shown = exportPath(losslessFromLatin1(name), true);
    const plain = shown === `"${name}"` ? name : shown;
    if (found === undefined) this.#answer(`missing ${plain}\n`);
    else {
      const type = found.mode === MODE_TREE ? 'tree' : found.mode === MODE_GITLINK ? 'commit' : 'blob';
      this.#answer(`${found.mode.toString(8).padStart(6, '0')} ${type} ${found.id}\t${plain}\n`);
    }
  }

  #wholePath(text: string): string {
    if (!text.startsWith('"')) return text;
    const quoted = unquote(text);
    if (quoted?.size !== text.length) throw this.#input.invalid(`the path ${text.slice(0, 80)} is not quoted well`);
    return quoted.value;
  }

  #ident(text: string): string {
    const result = importIdent(text, this.#dateFormat, this.#options.nowSeconds ?? 0);
    if ('reason' in result) throw this.#input.invalid(result.reason);
    return result.ident;
  }
}
