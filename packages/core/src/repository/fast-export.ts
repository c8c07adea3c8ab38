import { fastExport, type FastExportOptions, type FastExportResult } from '../history/fast-export.js';
import type { Progress } from '../job/job.js';
import type { ReadContext } from './read-context.js';
import { readRevisionArguments } from './revision-arguments.js';

/**
 * Revisions (names, `^name`, `a..b`, `--all`, `--branches`, `--tags`) as a stream for fast-import.
 *
 * @throws {GovcError} as `fastExport`; revision-invalid
 */
export function exportRevisions(
  context: ReadContext, revisions: readonly string[], options: FastExportOptions = {},
): Generator<Uint8Array | Progress, FastExportResult, void> {
  const { snapshot, graph } = context;
  return fastExport({ snapshot, graph, ...readRevisionArguments(context, revisions), options });
}
