import type { HashAlgorithm } from '../hash/algorithm.js';
import { cleanIdentityText } from '../object/identity.js';
import { cleanReflogMessage, type ReflogEntry } from '../ref/reflog.js';
import type { RefEdit } from '../ref/ref-edit.js';
import { HEAD, type RefName } from '../ref/ref-name.js';
import { sameRefValue } from '../ref/ref-value.js';
import type { Batch, ReflogNote } from './batch.js';
import { findRefId, type RefMap } from './ref-map.js';
import type { ReflogEdit } from './reflog-edit.js';

/** What a batch makes of the refs. */
export interface AppliedRefs {
  readonly batch: Batch;
  readonly before: RefMap;
  readonly after: RefMap;
  readonly algorithm: HashAlgorithm;
}

/**
 * Everything that a batch does to logs, in order: its own edits of them, then a line for each ref that it changes, and
 * for HEAD where it stands on one. Whether a ref has a log is not looked at. O(edits).
 */
export function listReflogEdits({ batch, before, after, algorithm }: AppliedRefs): ReflogEdit[] {
  const edits: ReflogEdit[] = [...batch.reflogEdits];
  const { reflog } = batch;
  if (reflog === undefined) return edits;
  // A squashed batch brings the lines of some refs with it.
  const told = new Set(batch.reflogEdits.filter(({ step }) => step.kind === 'append').map(({ name }) => name));
  for (const edit of batch.refs) {
    const entry = entryOf(edit, reflog, { before, after, algorithm });
    if (entry === undefined) continue;
    const { name, value } = edit;
    const isSame = sameRefValue(before.get(name), value);
    if (value !== undefined && !isSame && !told.has(name)) edits.push(append(name, entry));
    // Who moves the branch that is checked out moves HEAD; there, Git logs even a move to the same place.
    const head = before.get(HEAD);
    if (head?.kind === 'symbolic' && head.target === name && !told.has(HEAD)) edits.push(append(HEAD, entry));
  }
  return edits;
}

function append(name: RefName, entry: ReflogEntry): ReflogEdit {
  return { name, step: { kind: 'append', entry } };
}

function entryOf(
  { name, value }: RefEdit, note: ReflogNote, { before, after, algorithm }: Omit<AppliedRefs, 'batch'>,
): ReflogEntry | undefined {
  const isSame = sameRefValue(before.get(name), value);
  if (isSame && value?.kind !== 'direct') return undefined;
  const oldId = findRefId(before, name) ?? algorithm.zeroId;
  const newId = findRefId(after, name) ?? algorithm.zeroId;
  // A symbolic ref that leads nowhere yet has nothing to log.
  if (value?.kind === 'symbolic' && newId === algorithm.zeroId) return undefined;
  return makeReflogEntry(note, { oldId, newId });
}

/** A line by someone about a change; what would break the line is left out, as Git does. */
export function makeReflogEntry({ identity, message }: ReflogNote, { oldId, newId }: Pick<ReflogEntry, 'oldId' | 'newId'>): ReflogEntry {
  const { name, email, timeSeconds, timezone } = identity;
  return { oldId, newId, name: cleanText(name), email: cleanText(email), timeSeconds, timezone, message: cleanReflogMessage(message) };
}

/** Names come from commits and accounts. */
function cleanText(text: string): string {
  return cleanIdentityText(text).replace(/[\t\0]/g, '');
}
