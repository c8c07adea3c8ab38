import { fastExport, type FastExportOptions, type FastExportResult } from '../history/fast-export.js';
import type { Progress } from '../job/job.js';
import type { ReadContext } from './read-context.js';
import { readPathspec } from './rev-list.js';
import { readRevisionArguments } from './revision-arguments.js';

/** How {@link exportRevisions} writes a stream. */
export interface FastExportQuery extends Omit<FastExportOptions, 'pathspec'> {
  /** Only these paths, and commits that change them: elements of a pathspec. Default: everything. */
  readonly paths?: readonly string[] | undefined;
}

/**
 * Revisions (names, `^name`, `a..b`, `--all`, `--branches`, `--tags`) as a stream for fast-import.
 *
 * @throws {GovcError} as `fastExport`; revision-invalid, pathspec-invalid
 */
export function exportRevisions(
  context: ReadContext, revisions: readonly string[], query: FastExportQuery = {},
): Generator<Uint8Array | Progress, FastExportResult, void> {
  const { snapshot, graph } = context;
  const { paths, ...options } = query;
  return fastExport({
    snapshot, graph, ...readRevisionArguments(context, revisions), options: { ...options, pathspec: readPathspec(paths) },
  });
}
