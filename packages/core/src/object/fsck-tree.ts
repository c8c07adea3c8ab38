import {
  isDotGitattributesHfs,
  isDotGitattributesNtfs,
  isDotGitignoreHfs,
  isDotGitignoreNtfs,
  isDotGitmodulesHfs,
  isDotGitmodulesNtfs,
  isDotgitLookalike,
  isDotMailmapHfs,
  isDotMailmapNtfs,
  mayBeSpecial,
} from '../bytes/dotgit.js';
import { hasCode } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { FsckReport } from './fsck-report.js';
import type { FsckMessageId } from './fsck-message.js';
import { MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK, MODE_TREE, TreeCursor } from './tree.js';

/** Told of blobs whose content has rules of its own because of their names. */
export interface SpecialBlobs {
  gitmodules(id: ObjectId): void;
  gitattributes(id: ObjectId): void;
}

/** What a tree is told once for, in the order in which Git tells it. */
const FLAGS: readonly (readonly [FsckMessageId, string])[] = [
  ['nullSha1', 'contains entries pointing to null sha1'],
  ['fullPathname', 'contains full pathnames'],
  ['emptyName', 'contains empty pathname'],
  ['hasDot', "contains '.'"],
  ['hasDotdot', "contains '..'"],
  ['hasDotgit', "contains '.git'"],
  ['zeroPaddedFilemode', 'contains zero-padded file modes'],
  ['badFilemode', 'contains bad file modes'],
  ['duplicateEntries', 'contains duplicate file entries'],
  ['treeNotSorted', 'not properly sorted'],
  ['largePathname', 'contains excessively large pathname'],
];

/** Checks a tree by the rules of `fsck_tree` of Git. O(size). */
export function checkTree(
  body: Uint8Array,
  algorithm: HashAlgorithm,
  report: FsckReport,
  special: SpecialBlobs,
): void {
  const cursor = new TreeCursor(body, algorithm);
  const order = new OrderCheck();
  const found = new Set<FsckMessageId>();
  // A tree ends with an id after a NUL. Git looks at that before anything else.
  if (body.length > 0 && (body.length < algorithm.size + 3 || body[body.length - algorithm.size - 1] !== 0)) {
    report.add('badTree', 'cannot be parsed as a tree');
    return;
  }
  let entry = findNext(cursor);
  if (entry === 'malformed') report.add('badTree', 'cannot be parsed as a tree');
  while (entry === 'entry') {
    const { rawMode, nameStart, nameEnd } = cursor;
    const name = body.subarray(nameStart, nameEnd);
    if (isNullId(body, cursor.idOffset, algorithm.size)) found.add('nullSha1');
    if (body[cursor.modeStart] === 0x30) found.add('zeroPaddedFilemode');
    checkName(name, report, found);
    if (mayBeSpecial(name)) checkSpecialNames(cursor, { name, algorithm, report, special, found });
    entry = findNext(cursor);
    if (entry === 'malformed') {
      report.add('badTree', 'cannot be parsed as a tree');
      break;
    }
    if (!isKnownMode(rawMode, report.strict)) found.add('badFilemode');
    order.add(name, rawMode, found);
  }
  for (const [id, message] of FLAGS) if (found.has(id)) report.add(id, message);
}

function findNext(cursor: TreeCursor): 'entry' | 'end' | 'malformed' {
  try {
    return cursor.next() ? 'entry' : 'end';
  } catch (error) {
    if (hasCode(error, 'object-corrupt')) return 'malformed';
    throw error;
  }
}

function checkName(name: Uint8Array, report: FsckReport, found: Set<FsckMessageId>): void {
  if (name.includes(0x2f)) found.add('fullPathname');
  if (name.length > report.pathnameSizeMax) found.add('largePathname');
  if (name[0] !== 0x2e) return;
  if (name.length === 1) found.add('hasDot');
  if (name.length === 2 && name[1] === 0x2e) found.add('hasDotdot');
}

interface SpecialNameCheck {
  readonly name: Uint8Array;
  readonly algorithm: HashAlgorithm;
  readonly report: FsckReport;
  readonly special: SpecialBlobs;
  readonly found: Set<FsckMessageId>;
}

function checkSpecialNames(cursor: TreeCursor, check: SpecialNameCheck): void {
  const { name, algorithm, report, special, found } = check;
  const symlink = (cursor.rawMode & 0o170000) === MODE_SYMLINK;
  const id = (): ObjectId => objectIdAt(cursor.body, cursor.idOffset, algorithm);
  const gitmodules = (): void => {
    if (symlink) report.add('gitmodulesSymlink', '.gitmodules is a symbolic link');
    else special.gitmodules(id());
  };
  if (isDotgitLookalike(name)) found.add('hasDotgit');
  if (isDotGitmodulesHfs(name) || isDotGitmodulesNtfs(name)) gitmodules();
  if (isDotGitattributesHfs(name) || isDotGitattributesNtfs(name)) {
    if (symlink) report.add('gitattributesSymlink', '.gitattributes is a symlink');
    else special.gitattributes(id());
  }
  if (symlink && (isDotGitignoreHfs(name) || isDotGitignoreNtfs(name))) {
    report.add('gitignoreSymlink', '.gitignore is a symlink');
  }
  if (symlink && (isDotMailmapHfs(name) || isDotMailmapNtfs(name))) {
    report.add('mailmapSymlink', '.mailmap is a symlink');
  }
  for (let at = name.indexOf(0x5c); at >= 0; at = name.indexOf(0x5c, at + 1)) {
    if (isDotGitmodulesNtfs(name.subarray(at + 1))) gitmodules();
  }
}

function isKnownMode(mode: number, strict: boolean): boolean {
  switch (mode) {
    case MODE_BLOB:
    case MODE_EXECUTABLE:
    case MODE_SYMLINK:
    case MODE_TREE:
    case MODE_GITLINK:
      return true;
    default:
      // Early Git recorded all bits, and there was some of this.
      return mode === 0o100664 && !strict;
  }
}

function isNullId(body: Uint8Array, offset: number, size: number): boolean {
  for (let i = offset; i < offset + size; i++) if (body[i] !== 0) return false;
  return true;
}

/**
 * Finds names out of order and names that come twice. A file and a subtree of one name need not be neighbours
 * ("a", "a.b", "a/"), so files whose subtree could still come are kept on a stack.
 */
class OrderCheck {
  #name: Uint8Array | undefined;
  #isTree = false;
  readonly #files: Uint8Array[] = [];

  add(name: Uint8Array, mode: number, found: Set<FsckMessageId>): void {
    const isTree = (mode & 0o170000) === MODE_TREE;
    if (this.#name !== undefined) {
      const wrong = this.#compare(this.#name, name, isTree);
      if (wrong !== undefined) found.add(wrong);
    }
    this.#name = name;
    this.#isTree = isTree;
  }

  #compare(before: Uint8Array, name: Uint8Array, isTree: boolean): FsckMessageId | undefined {
    const size = Math.min(before.length, name.length);
    for (let i = 0; i < size; i++) {
      if (before[i]! < name[i]!) return undefined;
      if (before[i]! > name[i]!) return 'treeNotSorted';
    }
    if (before.length === name.length) return 'duplicateEntries';
    const a = size < before.length ? before[size]! : this.#isTree ? 0x2f : 0;
    const b = size < name.length ? name[size]! : isTree ? 0x2f : 0;
    if (a === 0 && isBeforeSlash(b)) this.#files.push(before);
    else if (b === 0x2f && isBeforeSlash(a) && this.#hasFile(name)) return 'duplicateEntries';
    return a < b ? undefined : 'treeNotSorted';
  }

  #hasFile(name: Uint8Array): boolean {
    for (let file = this.#files.pop(); file !== undefined; file = this.#files.pop()) {
      if (!extendsName(name, file)) continue;
      if (name.length === file.length) return true;
      if (isBeforeSlash(name[file.length]!)) {
        this.#files.push(file);
        return false;
      }
    }
    return false;
  }
}

function isBeforeSlash(byte: number): boolean {
  return byte > 0 && byte < 0x2f;
}

function extendsName(name: Uint8Array, prefix: Uint8Array): boolean {
  if (name.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (name[i] !== prefix[i]) return false;
  return true;
}
