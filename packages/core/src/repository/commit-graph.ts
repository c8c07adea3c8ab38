import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { driveJob, type DriveOptions } from '../job/run.js';
import type { RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { findCommitGraphKeeper, type Backend } from '../storage/backend.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { CommitGraphFile } from '../walk/commit-graph-file.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import { writeCommitGraph } from '../walk/write-commit-graph.js';

/** What {@link storeCommitGraph} writes. */
export interface CommitGraphOptions extends DriveOptions {
  /** Whether the paths that each commit changed are recorded: slow to write, quick to search by. Default: false. */
  readonly changedPaths?: boolean | undefined;
}

/** Lets a graph take facts from the commit-graph file of a backend, where it has one and the configuration allows it. */
export function useCommitGraphFile(graph: CommitGraph, backend: Backend, snapshot: () => Snapshot): void {
  const files = findCommitGraphKeeper(backend)?.commitGraph;
  if (files === undefined) return;
  graph.useFile(() => {
    if (!snapshot().config.getBool('core.commitgraph', true)) return undefined;
    return CommitGraphFile.read(files.read(), graph.algorithm, files.onProblem);
  });
}

/**
 * Writes the commit-graph file of a repository, about all commits that refs reach, as `git commit-graph write --reachable` does.
 *
 * @returns whether there was anything to write
 * @throws {GovcError} unsupported: the backend has no place for it, or commits are held without their parents
 * @throws {GovcError} object-missing, lock-held, io-failed, aborted
 */
export async function storeCommitGraph(
  { graph, backend, snapshot }: { readonly graph: CommitGraph; readonly backend: Backend; readonly snapshot: Snapshot },
  options: CommitGraphOptions = {},
): Promise<boolean> {
  const files = findCommitGraphKeeper(backend)?.commitGraph;
  if (files === undefined) throw new GovcError('unsupported', 'Only a repository in a directory has a commit-graph file.', {});
  if (snapshot.shallow.size > 0) {
    throw new GovcError('unsupported', 'A repository without all of its history has no commit-graph file.', {});
  }
  const tips = new Set<ObjectId>();
  for (const [name] of snapshot.refs.entries('refs/')) {
    const id = findRefId(snapshot.refs, name as RefName);
    const object = id === undefined ? undefined : findThroughTags(snapshot, id);
    if (object?.type === 'commit') tips.add(object.id);
  }
  const { changedPaths } = options;
  const bytes = await driveJob(writeCommitGraph({ graph, objects: snapshot.objects, tips: [...tips], changedPaths }), options);
  if (bytes === undefined) return false;
  await files.write(bytes);
  useCommitGraphFile(graph, backend, () => snapshot);
  return true;
}
