import type { ObjectId } from '../hash/object-id.js';
import { revList } from '../history/rev-list.js';
import type { RevListOptions } from '../history/rev-list-options.js';
import type { ReadContext } from './read-context.js';

/** Commits that some reach and others do not. */
export interface ReplayRange {
  readonly include: readonly ObjectId[];
  readonly exclude: readonly ObjectId[];
}

/**
 * The commits of a range, newest first, as `git rev-list` gives them by default.
 *
 * @throws {GovcError} object-missing, object-type-mismatch
 */
export function rangeByDate(context: Pick<ReadContext, 'snapshot' | 'graph'>, range: ReplayRange): ObjectId[] {
  return listRange(context, range, 'default');
}

/**
 * The commits of a range so that none comes before one of its children and lines of history stay together, as
 * `git rev-list --topo-order` gives them.
 *
 * @throws {GovcError} object-missing, object-type-mismatch
 */
export function rangeByTopology(context: Pick<ReadContext, 'snapshot' | 'graph'>, range: ReplayRange): ObjectId[] {
  return listRange(context, range, 'topo');
}

function listRange(
  { snapshot, graph }: Pick<ReadContext, 'snapshot' | 'graph'>, { include, exclude }: ReplayRange, order: RevListOptions['order'],
): ObjectId[] {
  const starts = [...exclude.map((id) => ({ id, isExcluded: true })), ...include.map((id) => ({ id }))];
  const { objects, shallow } = snapshot;
  return [...revList({ graph, objects, shallow, starts, options: { order } })].map(({ id }) => id);
}
