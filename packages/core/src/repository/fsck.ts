import { fsckRepository, type FsckRepositoryOptions, type RepositoryFinding } from '../history/fsck-repository.js';
import { runJob } from '../job/job.js';
import type { ReadContext } from './read-context.js';

/** Checks everything that a repository holds: `git fsck --full`. `fsckRepository` is the same as a job. */
export function checkRepository(context: ReadContext, options: FsckRepositoryOptions = {}): RepositoryFinding[] {
  return runJob(fsckRepository(context.snapshot, { reflogs: context.reflogs, ...options }));
}
