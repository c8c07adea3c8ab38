import type { HashAlgorithm } from '../hash/algorithm.js';
import { checkFrame, checkIdentity, HeaderCursor } from './fsck-header.js';
import type { FsckReport } from './fsck-report.js';

/** Checks a commit by the rules of `fsck_commit` of Git; stops at the first error as Git does. */
export function checkCommit(body: Uint8Array, algorithm: HashAlgorithm, report: FsckReport): void {
  if (checkFrame(body, report)) return;
  const cursor = new HeaderCursor(body);
  if (!cursor.skip('tree ')) {
    report.add('missingTree', "invalid format - expected 'tree' line");
    return;
  }
  if (!cursor.skipIdLine(algorithm) && report.add('badTreeSha1', "invalid 'tree' line format - bad sha1")) return;
  while (cursor.skip('parent ')) {
    const valid = cursor.skipIdLine(algorithm);
    if (!valid && report.add('badParentSha1', "invalid 'parent' line format - bad sha1")) return;
  }
  if (checkAuthors(cursor, report)) return;
  if (!cursor.skip('committer ')) {
    report.add('missingCommitter', "invalid format - expected 'committer' line");
    return;
  }
  if (checkIdentity(cursor, report)) return;
  if (body.includes(0)) report.add('nulInCommit', 'NUL byte in the commit object body');
}

function checkAuthors(cursor: HeaderCursor, report: FsckReport): boolean {
  let authors = 0;
  while (cursor.skip('author ')) {
    authors++;
    if (checkIdentity(cursor, report)) return true;
  }
  if (authors === 0) return report.add('missingAuthor', "invalid format - expected 'author' line");
  return authors > 1 && report.add('multipleAuthors', "invalid format - multiple 'author' lines");
}
