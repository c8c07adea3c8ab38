import { findBrokenRefFormat } from '../bytes/ref-format.js';
import { latin1FromBytes, textFromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { checkFrame, checkIdentity, HeaderCursor } from './fsck-header.js';
import type { FsckReport } from './fsck-report.js';

const TYPES: ReadonlySet<string> = new Set(['commit', 'tree', 'blob', 'tag']);

/** Checks a tag by the rules of `fsck_tag` of Git; stops at the first error as Git does. */
export function checkTag(body: Uint8Array, algorithm: HashAlgorithm, report: FsckReport): void {
  if (checkFrame(body, report)) return;
  const cursor = new HeaderCursor(body);
  if (checkTarget(cursor, algorithm, report) || checkName(cursor, report)) return;
  if (cursor.skip('tagger ')) {
    checkIdentity(cursor, report);
  } else if (report.add('missingTaggerEntry', "invalid format - expected 'tagger' line")) {
    return;
  }
  if (cursor.skip('gpgsig ') || cursor.skip('gpgsig-sha256 ')) {
    if (checkSignature(cursor, report)) return;
  }
  if (!cursor.atEnd && cursor.body[cursor.at] !== 0x0a) {
    report.add('extraHeaderEntry', "invalid format - extra header(s) after 'tagger'");
  }
}

function checkTarget(cursor: HeaderCursor, algorithm: HashAlgorithm, report: FsckReport): boolean {
  if (!cursor.skip('object ')) {
    report.add('missingObject', "invalid format - expected 'object' line");
    return true;
  }
  const valid = cursor.skipIdLine(algorithm);
  if (!valid && report.add('badObjectSha1', "invalid 'object' line format - bad sha1")) return true;
  if (!cursor.skip('type ')) {
    report.add('missingTypeEntry', "invalid format - expected 'type' line");
    return true;
  }
  const type = cursor.skipLine();
  if (type === undefined) {
    report.add('missingType', "invalid format - unexpected end after 'type' line");
    return true;
  }
  return !TYPES.has(latin1FromBytes(type)) && report.add('badType', "invalid 'type' value");
}

function checkName(cursor: HeaderCursor, report: FsckReport): boolean {
  if (!cursor.skip('tag ')) {
    report.add('missingTagEntry', "invalid format - expected 'tag' line");
    return true;
  }
  const name = cursor.skipLine();
  if (name === undefined) {
    report.add('missingTag', "invalid format - unexpected end after 'type' line");
    return true;
  }
  if (findBrokenRefFormat(`refs/tags/${latin1FromBytes(name)}`) === undefined) return false;
  return report.add('badTagName', `invalid 'tag' name: ${textFromBytes(name)}`);
}

function checkSignature(cursor: HeaderCursor, report: FsckReport): boolean {
  if (cursor.skipLine() === undefined) {
    report.add('badGpgsig', "invalid format - unexpected end after 'gpgsig' or 'gpgsig-sha256' line");
    return true;
  }
  while (cursor.skip(' ')) {
    if (cursor.skipLine() === undefined) {
      const where = "'gpgsig' or 'gpgsig-sha256' continuation line";
      report.add('badHeaderContinuation', `invalid format - unexpected end in ${where}`);
      return true;
    }
  }
  return false;
}
