import { bytesFromText } from '../bytes/text.js';
import type { ObjectId } from '../hash/object-id.js';
import { BRANCH_PREFIX } from '../ref/ref-name.js';
import type { Snapshot } from '../store/snapshot.js';
import type { RepositoryFinding } from './fsck-repository.js';
import type { ObjectNames } from './fsck-names.js';

/** A file that `git fsck --lost-found` writes. */
export interface LostFile {
  /** `commit/<id>` or `other/<id>`, below the folder `lost-found`. */
  readonly path: string;
  /** The bytes of a blob; of other objects the id and a line feed. */
  readonly content: Uint8Array;
}

/**
 * The dangling objects of a check, which should have been made without reflogs, as the files in which Git keeps them.
 *
 * @throws {GovcError} object-corrupt, pack-corrupt, limit-exceeded
 */
export function* lostFiles(snapshot: Snapshot, findings: Iterable<RepositoryFinding>): Generator<LostFile, void, void> {
  for (const finding of findings) {
    if (finding.kind !== 'dangling') continue;
    const { id, type } = finding;
    const body = type === 'blob' ? snapshot.objects.find(id)?.body : undefined;
    yield { path: `${type === 'commit' ? 'commit' : 'other'}/${id}`, content: body ?? bytesFromText(`${id}\n`) };
  }
}

/** The line that `git fsck` prints for a finding; one that Git splits in two holds a line feed. */
export function fsckLine(finding: RepositoryFinding): string {
  return namedFsckLine(finding, undefined);
}

/** The same with what a check found objects to be called, as `--name-objects` shows it. */
export function namedFsckLine(finding: RepositoryFinding, names: ObjectNames | undefined): string {
  const named = (id: ObjectId): string => {
    const name = names?.find(id);
    return name === undefined ? id : `${id} (${name})`;
  };
  switch (finding.kind) {
    case 'object': {
      const { id, severity, message, type, object } = finding.finding;
      return `${severity === 'error' || severity === 'fatal' ? 'error' : 'warning'} in ${type} ${object ?? ''}: ${id}: ${message}`;
    }
    case 'corrupt':
      return `error: ${finding.id}: object corrupt or missing`;
    case 'wrong-link-type':
      return `error in ${finding.type} ${named(finding.id)}: broken links`;
    case 'broken-link':
      return `broken link from ${finding.type.padStart(7)} ${named(finding.id)}\n              to ${(finding.targetType ?? 'unknown').padStart(7)} ${named(finding.target)}`;
    case 'missing':
    case 'unreachable':
    case 'dangling':
      return `${finding.kind} ${finding.type ?? 'unknown'} ${named(finding.id)}`;
    case 'root':
      return `root ${finding.id}`;
    case 'tagged':
      return `tagged ${finding.targetType} ${finding.target} (${finding.name}) in ${finding.id}`;
    case 'bad-ref':
      return `error: ${finding.name}: invalid sha1 pointer ${finding.id}`;
    case 'bad-reflog':
      return `error: ${finding.name}: invalid reflog entry ${finding.id}`;
    case 'bad-index':
      return `error: ${finding.id}: invalid sha1 pointer in ${finding.part}`;
    case 'branch-not-commit':
      return `error: ${finding.name}: not a commit`;
    case 'bad-head':
      return finding.target === undefined ? 'error: invalid HEAD' : `error: HEAD points to something strange (${finding.target})`;
    case 'unborn-head':
      return `notice: HEAD points to an unborn branch (${finding.target.slice(BRANCH_PREFIX.length)})`;
    case 'no-refs':
      return 'notice: No default references';
  }
}
