/** Merging two notes trees that come from a third, as `git notes merge` does. */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { combineNotes } from './notes-combine.js';
import { NotesTree, type WriteObject } from './notes-tree.js';

/** How notes are merged that both sides changed. */
export type NotesMergeStrategy = 'manual' | 'ours' | 'theirs' | 'union' | 'cat_sort_uniq';

/** An object about which both sides say something else; `undefined` where a side has no note. */
export interface NotesConflict {
  readonly object: ObjectId;
  readonly base: ObjectId | undefined;
  readonly ours: ObjectId | undefined;
  readonly theirs: ObjectId | undefined;
}

/** Three notes trees. */
export interface NotesMergeRequest {
  /** Read at each use, so that it may show what `write` wrote. */
  readonly objects: () => ObjectSource;
  readonly write: WriteObject;
  readonly algorithm: HashAlgorithm;
  readonly base: ObjectId | undefined;
  readonly ours: ObjectId;
  readonly theirs: ObjectId;
  readonly strategy: NotesMergeStrategy;
}

/** The merged notes, and what is left to decide: notes about those objects are in none of it. */
export interface NotesMergeResult {
  readonly notes: NotesTree;
  readonly conflicts: readonly NotesConflict[];
}

/** Merges notes by object; O(notes of the three trees). @throws {GovcError} object-missing, object-type-mismatch, object-corrupt */
export function mergeNotes(request: NotesMergeRequest): NotesMergeResult {
  const { algorithm, strategy } = request;
  const open = (tree: ObjectId | undefined): NotesTree => new NotesTree({ objects: request.objects(), algorithm }, tree);
  const base = listNotes(open(request.base));
  const theirs = listNotes(open(request.theirs));
  const before = listNotes(open(request.ours));
  const notes = open(request.ours);
  const conflicts: NotesConflict[] = [];
  for (const object of [...new Set([...base.keys(), ...theirs.keys()])].sort()) {
    const conflict: NotesConflict = { object, base: base.get(object), ours: before.get(object), theirs: theirs.get(object) };
    if (conflict.base === conflict.theirs || conflict.ours === conflict.theirs) continue;
    if (conflict.ours === conflict.base || strategy === 'theirs') {
      setNote(notes, object, conflict.theirs);
    } else if (strategy === 'manual') {
      conflicts.push(conflict);
      notes.remove(object);
    } else if (strategy !== 'ours' && conflict.theirs !== undefined) {
      notes.set(object, conflict.theirs, combineNotes(strategy === 'union' ? 'concatenate' : 'cat_sort_uniq', request));
    } else if (strategy === 'cat_sort_uniq' && conflict.ours !== undefined) {
      notes.set(object, combineNotes('cat_sort_uniq', request)(conflict.ours, conflict.ours)!);
    }
  }
  return { notes, conflicts };
}

function setNote(notes: NotesTree, object: ObjectId, note: ObjectId | undefined): void {
  if (note === undefined) notes.remove(object);
  else notes.set(object, note);
}

function listNotes(tree: NotesTree): Map<ObjectId, ObjectId> {
  const map = new Map<ObjectId, ObjectId>();
  for (const { object, note } of tree.notes()) map.set(object, note);
  return map;
}
