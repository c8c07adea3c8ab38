import { GovcError } from '../errors.js';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromText } from '../bytes/text.js';
import { stripSpace } from '../history/commit-message.js';
import { combineNotes, type NotesCombination } from '../history/notes-combine.js';
import { mergeNotes, type NotesConflict, type NotesMergeStrategy } from '../history/notes-merge.js';
import { NotesTree, type Note } from '../history/notes-tree.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { makeCommit } from '../object/commit.js';
import type { Identity } from '../object/identity.js';
import { wildmatchText } from '../pattern/wildmatch.js';
import { parseRefName, type RefName } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { mergeBases } from '../walk/merge-base.js';
import type { Person } from './clock.js';
import { readCommit } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { peelToTree, resolveText } from './resolve.js';
import { logLine } from './step-log.js';
import type { WriteContext } from './write-context.js';

/** Which notes are meant. */
export interface NotesOptions {
  /** A name below `refs/notes/`, or a full one. Default: `core.notesRef`, or `refs/notes/commits`. */
  readonly ref?: string | undefined;
}

/** How notes are changed. */
export interface EditNotesOptions extends NotesOptions {
  /** Who does it. Default: `user.name` and `user.email` of the configuration. */
  readonly author?: Person | undefined;
  /** Default: the author. */
  readonly committer?: Person | undefined;
  /** Replace a note that is there. Default: `false`. */
  readonly force?: boolean | undefined;
  /** Keep a note without content. Default: `false`, which removes it. */
  readonly allowEmpty?: boolean | undefined;
}

/** The ref of some notes. @throws {GovcError} ref-name-invalid */
export function notesRef(snapshot: Snapshot, ref: string | undefined): RefName {
  const name = ref ?? snapshot.config.get('core.notesref') ?? 'refs/notes/commits';
  if (name.startsWith('refs/notes/') || ref === undefined) return parseRefName(name);
  return parseRefName(name.startsWith('notes/') ? `refs/${name}` : `refs/notes/${name}`);
}

/** The notes as a tree to read or edit. @throws {GovcError} object-missing, object-type-mismatch, object-corrupt */
export function openNotes(snapshot: Snapshot, ref: RefName): NotesTree {
  const id = findRefId(snapshot.refs, ref);
  return new NotesTree(snapshot, id === undefined ? undefined : peelToTree(snapshot, id));
}

/** All notes, ordered by object. */
export function listNotes({ snapshot }: ReadContext, options: NotesOptions): Note[] {
  return [...openNotes(snapshot, notesRef(snapshot, options.ref)).notes()];
}

/** The content of the note about an object, or `undefined`. @throws {GovcError} revision-invalid, object-missing */
export function readNote(context: ReadContext, object: string, options: NotesOptions): Uint8Array | undefined {
  const { snapshot } = context;
  const note = openNotes(snapshot, notesRef(snapshot, options.ref)).find(resolveText(context, object));
  if (note === undefined) return undefined;
  const found = snapshot.objects.find(note);
  if (found === undefined) throw new GovcError('object-missing', `The note ${note} is missing from the repository.`, { id: note });
  return found.body;
}

/** Sets the note about an object; one without content is removed. @throws {GovcError} note-exists, revision-invalid, config-invalid */
export function addNote(context: WriteContext, request: { readonly object: string; readonly content: string | Uint8Array }, options: EditNotesOptions): ObjectId | undefined {
  const object = resolveText(context, request.object);
  const content = contentOf(request.content);
  return editNotes(context, options, (notes, draft) => {
    if (options.force !== true && notes.find(object) !== undefined) throw noteExists(object);
    return writeNote({ notes, draft, object, content, verb: 'add' }, options);
  });
}

/** Adds a paragraph to the note about an object. @throws {GovcError} revision-invalid, config-invalid */
export function appendNote(context: WriteContext, request: { readonly object: string; readonly content: string | Uint8Array }, options: EditNotesOptions): ObjectId | undefined {
  const object = resolveText(context, request.object);
  const added = contentOf(request.content);
  return editNotes(context, options, (notes, draft) => {
    const id = notes.find(object);
    const before = id === undefined ? undefined : draft.view.objects.find(id)?.body;
    const parts = before === undefined || before.length === 0 ? [added] : added.length === 0 ? [before] : [before, LINE_FEED, added];
    return writeNote({ notes, draft, object, content: concatBytes(parts), verb: 'append' }, options);
  });
}

/** Gives an object the note of another. @throws {GovcError} note-missing, note-exists, revision-invalid, config-invalid */
export function copyNote(context: WriteContext, request: { readonly from: string; readonly to: string }, options: EditNotesOptions): ObjectId {
  const from = resolveText(context, request.from);
  const to = resolveText(context, request.to);
  return editNotes(context, options, (notes) => {
    if (options.force !== true && notes.find(to) !== undefined) throw noteExists(to);
    const note = notes.find(from);
    if (note === undefined) throw noteMissing(from);
    notes.set(to, note);
    return { message: 'Notes added by \'git notes copy\'', result: note };
  });
}

/** Removes the notes about some objects. @throws {GovcError} note-missing: one has none, and nothing is removed */
export function removeNotes(context: WriteContext, objects: readonly string[], options: EditNotesOptions): void {
  const ids = objects.map((object) => resolveText(context, object));
  editNotes(context, options, (notes) => {
    for (const id of ids) if (!notes.remove(id)) throw noteMissing(id);
    return { message: 'Notes removed by \'git notes remove\'', result: undefined };
  });
}

/** Removes the notes about objects that do not exist, and gives those. */
export function pruneNotes(context: WriteContext, options: EditNotesOptions): ObjectId[] {
  const { objects } = context.snapshot;
  return editNotes(context, options, (notes) => {
    const gone = [...notes.notes()].map(({ object }) => object).filter((object) => !objects.has(object));
    for (const object of gone) notes.remove(object);
    return { message: 'Notes removed by \'git notes prune\'', result: gone };
  });
}

/** One line of what a rewriting verb did: an old commit and what it has become. */
export interface RewrittenCommit {
  readonly from: ObjectId;
  readonly to: ObjectId;
}

/** What was rewritten, and who copies its notes. */
export interface NotesRewrite {
  readonly commits: readonly RewrittenCommit[];
  readonly committer: Identity;
  /** Default: the committer. */
  readonly author?: Identity | undefined;
}

/**
 * Copies notes to rewritten commits, as `notes.rewriteRef`, `notes.rewriteMode` and `notes.rewrite.<verb>` have it, in a
 * draft that already holds the commits.
 */
export function rewriteNotes(draft: Draft, verb: 'amend' | 'rebase', request: NotesRewrite): void {
  const { config } = draft.base;
  const { committer, author = committer } = request;
  if (!config.getBool(`notes.rewrite.${verb}`, true)) return;
  const mode = config.get('notes.rewritemode')?.toLowerCase() ?? 'concatenate';
  for (const pattern of config.getAll('notes.rewriteref')) {
    if (!pattern.startsWith('refs/notes/')) continue;
    const names = /[*?[]/.test(pattern) ? matchRefs(draft.base, pattern) : [parseRefName(pattern)];
    for (const ref of names) {
      const notes = openNotes(draft.view, ref);
      const combine = combineNotes(mode as NotesCombination, { objects: () => draft.view.objects, write: (type, body) => draft.write(type, body) });
      for (const { from, to } of request.commits) {
        const note = notes.find(from);
        if (note !== undefined) notes.set(to, note, combine);
      }
      if (!notes.isChanged) continue;
      const from = findRefId(draft.view.refs, ref);
      const to = commitNotes(draft, ref, { notes, author, committer, message: COPIED });
      logLine(draft, ref, { from, to, message: `notes: ${COPIED}`, identity: committer });
    }
  }
}

const COPIED = `Notes added by 'git notes copy'`;

/** What `git notes merge` did. */
export type NotesMerge =
  /** The ref stands at `id`, the other side, its own, or a merge of both. */
  | { readonly kind: 'merged'; readonly id: ObjectId; readonly how: 'already-up-to-date' | 'fast-forward' | 'merge' }
  /** The ref did not move; decide about the conflicts and pass `partial` to {@link finishNotesMerge}. */
  | { readonly kind: 'conflicts'; readonly partial: ObjectId; readonly conflicts: readonly NotesConflict[] };

/** Merges other notes into some. @throws {GovcError} revision-invalid, config-invalid, object-missing */
export function mergeNotesRefs(
  context: WriteContext, from: string, options: EditNotesOptions & { readonly strategy?: NotesMergeStrategy | undefined },
): NotesMerge {
  const { snapshot, graph } = context;
  const { objects, shallow, algorithm } = snapshot;
  const ref = notesRef(snapshot, options.ref);
  const remoteRef = notesRef(snapshot, from);
  const ours = findRefId(snapshot.refs, ref);
  const theirs = findRefId(snapshot.refs, remoteRef);
  if (theirs === undefined) {
    if (ours === undefined) throw new GovcError('ref-missing', `Neither "${ref}" nor "${remoteRef}" exists.`, { name: remoteRef });
    return { kind: 'merged', id: ours, how: 'already-up-to-date' };
  }
  const [base] = ours === undefined ? [] : runJob(mergeBases({ graph, objects, shallow }, ours, [theirs]));
  if (ours !== undefined && base === theirs) return { kind: 'merged', id: ours, how: 'already-up-to-date' };
  const identity = identities(context, options);
  const reflog = { identity: identity.committer, message: `notes: Merged notes from ${remoteRef} into ${ref}` };
  return context.propose({ origin: 'notes', reflog }, (draft): NotesMerge => {
    if (ours === undefined || ours === base) {
      draft.setRef(ref, theirs);
      return { kind: 'merged', id: theirs, how: 'fast-forward' };
    }
    const { notes, conflicts } = mergeNotes({
      objects: () => draft.view.objects,
      write: (type, body) => draft.write(type, body),
      algorithm,
      base: base === undefined ? undefined : readCommit(snapshot, base).tree,
      ours: readCommit(snapshot, ours).tree,
      theirs: readCommit(snapshot, theirs).tree,
      strategy: options.strategy ?? 'manual',
    });
    const list = conflicts.map(({ object }) => `\t${object}\n`).join('');
    const message = `Merged notes from ${remoteRef} into ${ref}${list === '' ? '' : `\n\nConflicts:\n${list}`}`;
    const id = writeNotesCommit(draft, { notes, ...identity, message, parents: [ours, theirs] });
    if (conflicts.length > 0) return { kind: 'conflicts', partial: id, conflicts };
    draft.setRef(ref, id);
    return { kind: 'merged', id, how: 'merge' };
  });
}

/** Ends a merge of notes that had conflicts, with notes for some of the objects in conflict. @throws {GovcError} object-missing */
export function finishNotesMerge(
  context: WriteContext, request: { readonly partial: ObjectId; readonly resolved: ReadonlyMap<ObjectId, Uint8Array> }, options: EditNotesOptions,
): ObjectId {
  const { snapshot } = context;
  const ref = notesRef(snapshot, options.ref);
  const { tree, parents, message } = readCommit(snapshot, request.partial);
  const identity = identities(context, options);
  const subject = message.split('\n', 1)[0]!;
  return context.propose({ origin: 'notes', reflog: { identity: identity.committer, message: `notes: ${subject}` } }, (draft) => {
    const notes = new NotesTree(draft.view, tree);
    for (const [object, content] of request.resolved) notes.set(object, draft.write('blob', content));
    const id = writeNotesCommit(draft, { notes, ...identity, message, parents });
    draft.setRef(ref, id);
    return id;
  });
}

const LINE_FEED = Uint8Array.of(0x0a);

/** Text as `git notes add -m` takes it; bytes as they are. */
function contentOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? bytesFromLosslessText(stripSpace(content)) : content;
}

interface NoteText {
  readonly notes: NotesTree;
  readonly draft: Draft;
  readonly object: ObjectId;
  readonly content: Uint8Array;
  readonly verb: 'add' | 'append';
}

function writeNote({ notes, draft, object, content, verb }: NoteText, options: EditNotesOptions): { message: string; result: ObjectId | undefined } {
  if (content.length === 0 && options.allowEmpty !== true) {
    notes.remove(object);
    return { message: `Notes removed by 'git notes ${verb}'`, result: undefined };
  }
  const note = draft.write('blob', content);
  notes.set(object, note);
  return { message: `Notes added by 'git notes ${verb}'`, result: note };
}

function editNotes<T>(context: WriteContext, options: EditNotesOptions, edit: (notes: NotesTree, draft: Draft) => { message: string; result: T }): T {
  const ref = notesRef(context.snapshot, options.ref);
  const identity = identities(context, options);
  const reflog = { identity: identity.committer, message: '' };
  return context.propose({ origin: 'notes', reflog }, (draft) => {
    const notes = openNotes(draft.view, ref);
    const { message, result } = edit(notes, draft);
    reflog.message = `notes: ${message}`;
    if (notes.isChanged) commitNotes(draft, ref, { notes, ...identity, message });
    return result;
  });
}

interface NotesCommit {
  readonly notes: NotesTree;
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
}

function commitNotes(draft: Draft, ref: RefName, commit: NotesCommit): ObjectId {
  const parent = findRefId(draft.view.refs, ref);
  const id = writeNotesCommit(draft, { ...commit, message: `${commit.message}\n`, parents: parent === undefined ? [] : [parent] });
  draft.setRef(ref, id);
  return id;
}

function writeNotesCommit(draft: Draft, { notes, author, committer, message, parents }: NotesCommit & { readonly parents: readonly ObjectId[] }): ObjectId {
  const tree = notes.write((type, body) => draft.write(type, body));
  return draft.write('commit', makeCommit({ tree, parents, author, committer, message: bytesFromText(message) }).serialize());
}

function identities(context: WriteContext, options: EditNotesOptions): { author: Identity; committer: Identity } {
  const author = context.identity(options.author);
  return { author, committer: options.committer === undefined ? author : context.identity(options.committer) };
}

function matchRefs(snapshot: Snapshot, pattern: string): RefName[] {
  const prefix = pattern.slice(0, pattern.search(/[*?[]/));
  return [...snapshot.refs.entries(prefix)].map(([name]) => name as RefName).filter((name) => wildmatchText(pattern, name));
}

function noteExists(object: ObjectId): GovcError {
  return new GovcError('note-exists', `There is a note about ${object}; pass \`force\` to replace it.`, { object });
}

function noteMissing(object: ObjectId): GovcError {
  return new GovcError('note-missing', `There is no note about ${object}.`, { object });
}
