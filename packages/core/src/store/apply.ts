import type { ObjectId } from '../hash/object-id.js';
import type { RefEdit, Expectation } from '../ref/ref-edit.js';
import type { RefName } from '../ref/ref-name.js';
import { sameRefValue, type RefValue } from '../ref/ref-value.js';
import { applyConfigEdits } from './config-edits.js';
import type { Batch, ShallowEdit } from './batch.js';
import { findNameClash, type RefMap } from './ref-map.js';
import { makeSnapshot, type Snapshot } from './snapshot.js';

/** Why one edit of a batch cannot be applied. */
export interface Refusal {
  readonly name: RefName;
  /**
   * - `conflict`: the ref does not have the expected value; `actual` is what it has
   * - `clash`: the name and another ref (`other`) cannot both exist
   * - `missing-target`: the new value names an object that does not exist
   * - `not-a-commit`: a branch was to name something else than a commit
   * - `duplicate`: the batch edits the ref twice
   */
  readonly reason: 'conflict' | 'clash' | 'missing-target' | 'not-a-commit' | 'duplicate';
  readonly message: string;
  readonly actual: RefValue | undefined;
  readonly other: RefName | undefined;
}

/** The next snapshot, or every reason why there is none. */
export type ApplyResult =
  | { readonly ok: true; readonly snapshot: Snapshot }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/**
 * The only way from one snapshot to another: all of the batch, or nothing and the reasons.
 *
 * Pure. O(objects + refs of the batch), independent of the size of the repository.
 */
export function apply(snapshot: Snapshot, batch: Batch): ApplyResult {
  const young = batch.objects.length === 0 ? snapshot.young : snapshot.young.with(batch.objects);
  const packs = batch.packs.length === 0 ? snapshot.packs : [...batch.packs, ...snapshot.packs];
  const next = makeSnapshot({
    algorithm: snapshot.algorithm,
    young,
    packs,
    refs: snapshot.refs,
    config: applyConfigEdits(batch.baseConfig ?? snapshot.config, batch.config),
    shallow: applyShallowEdit(snapshot.shallow, batch.shallow),
    sequence: snapshot.sequence + 1,
  });
  if (batch.refs.length === 0) return { ok: true, snapshot: next };
  const refusals = checkEdits(snapshot.refs, next, batch.refs);
  const refs = editRefs(snapshot.refs, batch.refs);
  for (const refusal of checkClashes(refs, batch.refs)) refusals.push(refusal);
  if (refusals.length > 0) return { ok: false, refusals };
  return { ok: true, snapshot: { ...next, refs } };
}

function checkEdits(before: RefMap, next: Snapshot, edits: readonly RefEdit[]): Refusal[] {
  const refusals: Refusal[] = [];
  const seen = new Set<RefName>();
  for (const edit of edits) {
    const { name, value } = edit;
    const actual = before.get(name);
    const refuse = (reason: Refusal['reason'], message: string): void => {
      refusals.push({ name, reason, message, actual, other: undefined });
    };
    if (seen.has(name)) refuse('duplicate', `The batch edits "${name}" more than once.`);
    seen.add(name);
    if (!meetsExpectation(actual, edit.expected)) {
      refuse('conflict', describeConflict(name, edit.expected, actual));
    } else if (value?.kind === 'direct') {
      const header = next.objects.findHeader(value.id);
      if (header === undefined) {
        refuse('missing-target', `"${name}" cannot name ${value.id}: there is no such object.`);
      } else if (header.type !== 'commit' && (name.startsWith('refs/heads/') || name === 'HEAD')) {
        refuse('not-a-commit', `"${name}" cannot name ${value.id}: it is a ${header.type}, not a commit.`);
      }
    }
  }
  return refusals;
}

function meetsExpectation(actual: RefValue | undefined, expected: Expectation): boolean {
  switch (expected.kind) {
    case 'any':
      return true;
    case 'absent':
      return actual === undefined;
    case 'present':
      return actual !== undefined;
    case 'value':
      return sameRefValue(actual, expected.value);
  }
}

function describeConflict(name: RefName, expected: Expectation, actual: RefValue | undefined): string {
  const wanted =
    expected.kind === 'value' ? `to be ${describeValue(expected.value)}`
    : expected.kind === 'absent' ? 'not to exist'
    : 'to exist';
  const found = actual === undefined ? 'it does not exist' : `it is ${describeValue(actual)}`;
  return `"${name}" was expected ${wanted}, but ${found}.`;
}

function describeValue(value: RefValue): string {
  return value.kind === 'direct' ? value.id : `a symbolic ref to ${value.target}`;
}

/** The refs after these edits, deletions first, so that a batch can replace `a` by `a/b`. */
export function editRefs(refs: RefMap, edits: readonly RefEdit[]): RefMap {
  const editor = refs.edit();
  for (const edit of edits) if (edit.value === undefined) editor.delete(edit.name);
  for (const edit of edits) if (edit.value !== undefined) editor.set(edit.name, edit.value);
  return editor.finish();
}

function checkClashes(after: RefMap, edits: readonly RefEdit[]): Refusal[] {
  const refusals: Refusal[] = [];
  for (const { name, value } of edits) {
    if (value === undefined) continue;
    const other = findNameClash(after, name);
    if (other === undefined) continue;
    const message = `"${name}" cannot exist beside "${other}": one would be a folder of the other.`;
    refusals.push({ name, reason: 'clash', message, actual: undefined, other });
  }
  return refusals;
}

function applyShallowEdit(
  shallow: ReadonlySet<ObjectId>,
  edit: ShallowEdit | undefined,
): ReadonlySet<ObjectId> {
  if (edit === undefined) return shallow;
  const next = new Set(shallow);
  for (const id of edit.remove) next.delete(id);
  for (const id of edit.add) next.add(id);
  return next;
}
