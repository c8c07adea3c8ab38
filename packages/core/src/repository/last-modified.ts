import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { lastModified } from '../history/last-modified.js';
import { runJob } from '../job/job.js';
import type { ReadContext } from './read-context.js';
import { commitOf } from './rev-list.js';

/** Which entries {@link findLastModified} is about. */
export interface LastModifiedOptions {
  /** Default: `HEAD`. */
  readonly revision?: string | undefined;
  /** A folder. Default: the root. */
  readonly path?: string | undefined;
  /** All files below, instead of the files and folders in it. Default: false. */
  readonly recursive?: boolean | undefined;
}

/**
 * The commit that last changed each entry of a folder, by path and in the order of the tree.
 *
 * @throws {GovcError} path-missing: no such folder; revision-invalid, object-type-mismatch, object-missing
 */
export function findLastModified(context: ReadContext, options: LastModifiedOptions = {}): Map<string, ObjectId> {
  const { revision = 'HEAD', path = '', recursive } = options;
  const { snapshot, graph } = context;
  const folder = path.replace(/\/+$/, '');
  const found = runJob(lastModified({
    graph, objects: snapshot.objects, shallow: snapshot.shallow, start: commitOf(context, revision), folder, recursive,
  }));
  if (found.size === 0 && folder !== '') {
    throw new GovcError('path-missing', `There is no folder "${path.slice(0, 200)}" in ${revision.slice(0, 200)}.`, { path, revision });
  }
  return found;
}
