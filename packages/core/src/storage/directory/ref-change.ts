import { cleanIdentityText } from '../../object/identity.js';
import { concatBytes } from '../../bytes/compare.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import { serializeReflogEntry } from '../../ref/reflog.js';
import { HEAD, type RefName } from '../../ref/ref-name.js';
import { sameRefValue, type RefValue } from '../../ref/ref-value.js';
import { editRefs } from '../../store/apply.js';
import type { Batch, ReflogNote } from '../../store/batch.js';
import { findRefId, type RefMap } from '../../store/ref-map.js';
import type { RefEdit } from '../../ref/ref-edit.js';

/** What a group of batches makes of one ref. */
export interface RefChange {
  readonly name: RefName;
  /** Its value before the first batch. */
  readonly before: RefValue | undefined;
  /** Its value after the last. */
  readonly after: RefValue | undefined;
}

/** Lines for the log of one ref. */
export interface ReflogLines {
  readonly name: RefName;
  readonly lines: Uint8Array;
}

/** What a group of batches does to refs, all together. */
export interface RefChanges {
  readonly changes: readonly RefChange[];
  readonly reflogs: readonly ReflogLines[];
  /** The refs after it. */
  readonly refs: RefMap;
}

/** Adds up the ref edits of batches that are applied to `refs` in order. */
export function addUpChanges(refs: RefMap, batches: readonly Batch[], algorithm: HashAlgorithm): RefChanges {
  const befores = new Map<RefName, RefValue | undefined>();
  const lines = new Map<RefName, Uint8Array[]>();
  let current = refs;
  for (const batch of batches) {
    const next = editRefs(current, batch.refs);
    for (const edit of batch.refs) {
      if (!befores.has(edit.name)) befores.set(edit.name, current.get(edit.name));
      if (batch.reflog !== undefined) addLines(lines, { edit, note: batch.reflog, before: current, after: next, algorithm });
    }
    current = next;
  }
  const changes: RefChange[] = [];
  for (const [name, before] of befores) {
    const after = current.get(name);
    if (!sameRefValue(before, after)) changes.push({ name, before, after });
  }
  changes.sort((left, right) => (left.name < right.name ? -1 : 1));
  const reflogs = [...lines].map(([name, parts]) => ({ name, lines: concatBytes(parts) }));
  return { changes, reflogs, refs: current };
}

interface LoggedEdit {
  readonly edit: RefEdit;
  readonly note: ReflogNote;
  readonly before: RefMap;
  readonly after: RefMap;
  readonly algorithm: HashAlgorithm;
}

function addLines(lines: Map<RefName, Uint8Array[]>, logged: LoggedEdit): void {
  const { edit, before, after, algorithm } = logged;
  const { name, value } = edit;
  const isSame = sameRefValue(before.get(name), value);
  if (isSame && value?.kind !== 'direct') return;
  const oldId = findRefId(before, name) ?? algorithm.zeroId;
  const newId = findRefId(after, name) ?? algorithm.zeroId;
  // A symbolic ref that leads nowhere yet has nothing to log.
  if (value?.kind === 'symbolic' && newId === algorithm.zeroId) return;
  const line = reflogLine(oldId, newId, logged.note);
  if (value !== undefined && !isSame) push(lines, name, line);
  // Who moves the branch that is checked out moves HEAD; there, Git logs even a move to the same place.
  const head = before.get(HEAD);
  if (head?.kind === 'symbolic' && head.target === name) push(lines, HEAD, line);
}

function push(lines: Map<RefName, Uint8Array[]>, name: RefName, line: Uint8Array): void {
  const known = lines.get(name);
  if (known === undefined) lines.set(name, [line]);
  else known.push(line);
}

function reflogLine(oldId: ObjectId, newId: ObjectId, note: ReflogNote): Uint8Array {
  const { name, email, timeSeconds, timezone } = note.identity;
  return serializeReflogEntry({
    oldId, newId, name: cleanText(name), email: cleanText(email), timeSeconds, timezone, message: note.message,
  });
}

/** Names come from commits and accounts; what would break the line is left out, as Git does. */
function cleanText(text: string): string {
  return cleanIdentityText(text).replace(/[\t\0]/g, '');
}
