/** Ranges of gitrevisions: `a..b`, `a...b`, `^rev`, `rev^@`, `rev^!`, `rev^-n`, and single revisions. */
import { hasCode } from '../../errors.js';
import { runJob } from '../../job/job.js';
import type { ObjectId } from '../../hash/object-id.js';
import { mergeBases } from '../merge-base.js';
import { findThroughTags, findType } from './peel-object.js';
import { resolveRevision } from './resolve-revision.js';
import type { RevisionContext } from './revision-context.js';
import { revisionError } from './revision-problem.js';

/** The objects that a range begins with and those that it ends at; tags are not followed. */
export interface RevisionRange {
  /** What the range contains with all that it reaches; of `a...b` both sides, the left first. */
  readonly include: readonly ObjectId[];
  /** What it leaves out with all that it reaches; of `a...b` the merge bases. */
  readonly exclude: readonly ObjectId[];
  /** The sides of `a...b`. */
  readonly symmetric: { readonly left: ObjectId; readonly right: ObjectId } | undefined;
}

/**
 * The range that a text names.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous: as `resolveRevision`, or `data.kind` is `range-invalid`: a side is no commit.
 * @throws {GovcError} object-missing, object-corrupt
 */
export function resolveRange(context: RevisionContext, text: string): RevisionRange {
  const dots = text.indexOf('..');
  return (dots >= 0 ? findDotted(context, text, dots) : undefined) ?? resolveMarked(context, text);
}

/** `undefined` where a side names nothing: then the dots are part of something else, of a path for example. */
function findDotted(context: RevisionContext, text: string, dots: number): RevisionRange | undefined {
  const isSymmetric = text[dots + 2] === '.';
  const left = findCommittish(context, text.slice(0, dots) || 'HEAD');
  const right = findCommittish(context, text.slice(dots + (isSymmetric ? 3 : 2)) || 'HEAD');
  if (left === undefined || right === undefined) return undefined;
  const { snapshot, graph } = context;
  if (findType(snapshot, left) === undefined || findType(snapshot, right) === undefined) {
    throw revisionError(text, { kind: 'range-invalid', symmetric: isSymmetric });
  }
  if (!isSymmetric) return { include: [right], exclude: [left], symmetric: undefined };
  const one = findThroughTags(snapshot, left);
  const two = findThroughTags(snapshot, right);
  if (one?.type !== 'commit' || two?.type !== 'commit') throw revisionError(text, { kind: 'range-invalid', symmetric: true });
  const bases = runJob(mergeBases({ graph, objects: snapshot.objects, shallow: snapshot.shallow }, one.id, [two.id]));
  return { include: [left, right], exclude: bases, symmetric: { left, right } };
}

function resolveMarked(context: RevisionContext, text: string): RevisionRange {
  const include: ObjectId[] = [];
  const exclude: ObjectId[] = [];
  const sides = { plain: include, negated: exclude };
  let arg = text;
  const at = arg.indexOf('^@');
  if (at >= 0 && at + 2 === arg.length && addParents(context, arg.slice(0, at), { ...sides, which: undefined })) {
    return { include, exclude, symmetric: undefined };
  }
  const opposite = { plain: exclude, negated: include };
  const bang = arg.indexOf('^!');
  if (bang >= 0 && bang + 2 === arg.length && addParents(context, arg.slice(0, bang), { ...opposite, which: undefined })) {
    arg = arg.slice(0, bang);
  }
  const minus = arg.indexOf('^-');
  if (minus >= 0) {
    const number = arg.slice(minus + 2);
    const which = number === '' ? 1 : /^\s*\+?\d+$/.test(number) ? Number(number) : 0;
    if (which < 1 || which > 0x7fff_ffff) throw revisionError(text, { kind: 'unknown' });
    if (addParents(context, arg.slice(0, minus), { ...opposite, which })) arg = arg.slice(0, minus);
  }
  const isNegated = arg.startsWith('^');
  const id = resolveRevision(context, isNegated ? arg.slice(1) : arg, { expected: 'committish' });
  (isNegated ? exclude : include).push(id);
  return { include, exclude, symmetric: undefined };
}

interface ParentSides {
  readonly plain: ObjectId[];
  /** Where they go when the revision begins with `^`. */
  readonly negated: ObjectId[];
  /** The number of the parent from 1 on; `undefined` for all. */
  readonly which: number | undefined;
}

/** Whether the revision is a commit that has that parent. */
function addParents(context: RevisionContext, arg: string, { plain, negated, which }: ParentSides): boolean {
  const { snapshot, graph } = context;
  const isNegated = arg.startsWith('^');
  const id = findCommittish(context, isNegated ? arg.slice(1) : arg);
  const commit = id === undefined ? undefined : findThroughTags(snapshot, id);
  if (commit?.type !== 'commit') return false;
  const number = graph.numberOf(commit.id);
  graph.mustRead(number, snapshot.objects);
  const count = snapshot.shallow.has(commit.id) ? 0 : graph.parentCountOf(number);
  if (which !== undefined && which > count) return false;
  for (let i = 0; i < count; i++) {
    if (which === undefined || which === i + 1) (isNegated ? negated : plain).push(graph.idAt(graph.parentOf(number, i)));
  }
  return true;
}

/** Problems at which git gives up at once instead of reading the text in another way. */
const FATAL = new Set([
  'reflog-too-short', 'reflog-empty', 'head-detached', 'no-branch', 'no-upstream', 'upstream-not-tracked', 'push-nothing',
  'push-not-included', 'push-not-tracked', 'push-not-simple', 'path-outside', 'too-long',
]);

function findCommittish(context: RevisionContext, text: string): ObjectId | undefined {
  try {
    return resolveRevision(context, text, { expected: 'committish' });
  } catch (error) {
    if (!hasCode(error, 'revision-invalid') && !hasCode(error, 'object-id-ambiguous')) throw error;
    if (FATAL.has(String((error as { data?: { kind?: unknown } }).data?.kind))) throw error;
    return undefined;
  }
}
