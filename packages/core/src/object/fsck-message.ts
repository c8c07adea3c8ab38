/**
 * The names of what `git fsck` finds, with how bad each is by default (`fsck.h` and git-fsck(1), "FSCK
 * MESSAGES"). Names and grades are Git's, so that `fsck.<name>` in a configuration means the same here.
 */
import { GovcError } from '../errors.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';

/**
 * How bad a finding is. `fatal` and `error` make a check fail, `warn` does so in strict mode, `info` is only
 * told, and `ignore` is not even told.
 */
export type FsckSeverity = 'fatal' | 'error' | 'warn' | 'info' | 'ignore';

/** Every message with its default severity. Those about refs and packed-refs are here for the configuration's sake. */
export const FSCK_SEVERITIES = {
  nulInHeader: 'fatal',
  unterminatedHeader: 'fatal',
  badHeaderContinuation: 'error',
  badDate: 'error',
  badDateOverflow: 'error',
  badEmail: 'error',
  badGpgsig: 'error',
  badHeadTarget: 'error',
  badName: 'error',
  badObjectSha1: 'error',
  badPackedRefEntry: 'error',
  badPackedRefHeader: 'error',
  badParentSha1: 'error',
  badReferentName: 'error',
  badRefContent: 'error',
  badRefFiletype: 'error',
  badRefName: 'error',
  badRefOid: 'error',
  badTimezone: 'error',
  badTree: 'error',
  badTreeSha1: 'error',
  badType: 'error',
  duplicateEntries: 'error',
  gitattributesBlob: 'error',
  gitattributesLarge: 'error',
  gitattributesLineLength: 'error',
  gitattributesMissing: 'error',
  gitmodulesBlob: 'error',
  gitmodulesLarge: 'error',
  gitmodulesMissing: 'error',
  gitmodulesName: 'error',
  gitmodulesPath: 'error',
  gitmodulesSymlink: 'error',
  gitmodulesUpdate: 'error',
  gitmodulesUrl: 'error',
  missingAuthor: 'error',
  missingCommitter: 'error',
  missingEmail: 'error',
  missingNameBeforeEmail: 'error',
  missingObject: 'error',
  missingSpaceBeforeDate: 'error',
  missingSpaceBeforeEmail: 'error',
  missingTag: 'error',
  missingTagEntry: 'error',
  missingTree: 'error',
  missingType: 'error',
  missingTypeEntry: 'error',
  multipleAuthors: 'error',
  packedRefEntryNotTerminated: 'error',
  packedRefUnsorted: 'error',
  treeNotSorted: 'error',
  unknownType: 'error',
  zeroPaddedDate: 'error',
  badReftableTableName: 'warn',
  emptyName: 'warn',
  fullPathname: 'warn',
  hasDot: 'warn',
  hasDotdot: 'warn',
  hasDotgit: 'warn',
  largePathname: 'warn',
  nullSha1: 'warn',
  nulInCommit: 'warn',
  zeroPaddedFilemode: 'warn',
  badFilemode: 'info',
  badTagName: 'info',
  emptyPackedRefsFile: 'info',
  gitattributesSymlink: 'info',
  gitignoreSymlink: 'info',
  gitmodulesParse: 'info',
  mailmapSymlink: 'info',
  missingTaggerEntry: 'info',
  refMissingNewline: 'info',
  symlinkRef: 'info',
  symrefTargetIsNotARef: 'info',
  trailingRefContent: 'info',
  extraHeaderEntry: 'ignore',
} as const satisfies Record<string, FsckSeverity>;

/** The name of a message, spelled as in Git's output. */
export type FsckMessageId = keyof typeof FSCK_SEVERITIES;

const IDS_BY_LOWER_CASE: ReadonlyMap<string, FsckMessageId> = new Map(
  (Object.keys(FSCK_SEVERITIES) as FsckMessageId[]).map((id) => [id.toLowerCase(), id]),
);

/** The message that a configuration key names, in any letter case, or `undefined`. */
export function findFsckMessageId(text: string): FsckMessageId | undefined {
  return IDS_BY_LOWER_CASE.get(text.toLowerCase());
}

/** Severities that a configuration sets in place of the defaults. */
export interface FsckOverrides {
  readonly severities: ReadonlyMap<FsckMessageId, FsckSeverity>;
  /** Names in trees longer than this, in bytes, are `largePathname`. */
  readonly pathnameSizeMax: number;
}

/** No overrides. */
export const FSCK_DEFAULTS: FsckOverrides = {
  severities: new Map(),
  pathnameSizeMax: LIMITS.treeEntryNameSize.value,
};

/**
 * Reads pairs of a message's name and `error`, `warn` or `ignore`: the keys and values of `fsck.*`,
 * `receive.fsck.*` or `fetch.fsck.*` without `skipList`. `largePathname` may have `warn:<bytes>`.
 *
 * @throws {GovcError} config-invalid: no such message or severity, or one that is fatal would be lowered.
 */
export function parseFsckSeverities(entries: Iterable<readonly [key: string, value: string]>): FsckOverrides {
  const severities = new Map<FsckMessageId, FsckSeverity>();
  let { pathnameSizeMax } = FSCK_DEFAULTS;
  for (const [key, value] of entries) {
    const id = findFsckMessageId(key);
    if (id === undefined) throw invalid(key, value, 'there is no such fsck message');
    let word = value;
    if (id === 'largePathname' && value.includes(':')) {
      word = value.slice(0, value.indexOf(':'));
      const size = value.slice(word.length + 1);
      if (!/^\d{1,15}$/.test(size)) throw invalid(key, value, 'the size is not a number');
      pathnameSizeMax = Number(size);
    }
    if (word !== 'error' && word !== 'warn' && word !== 'ignore') {
      throw invalid(key, value, 'the severity is none of error, warn and ignore');
    }
    if (word !== 'error' && FSCK_SEVERITIES[id] === 'fatal') throw invalid(key, value, 'the message is fatal');
    severities.set(id, word);
  }
  return { severities, pathnameSizeMax };
}

/**
 * The ids in a file for `fsck.skipList`: one a line, with comments after `#`.
 *
 * @throws {GovcError} config-invalid: a line is no full object id.
 */
export function parseFsckSkipList(bytes: Uint8Array, algorithm: HashAlgorithm): Set<ObjectId> {
  const ids = new Set<ObjectId>();
  for (const line of latin1FromBytes(bytes).split('\n')) {
    const text = line.replace(/#.*/, '').trim();
    if (text === '') continue;
    const id = findObjectId(text, algorithm);
    if (id === undefined) throw invalid('skipList', text.slice(0, 80), 'a line is no object id');
    ids.add(id);
  }
  return ids;
}

function invalid(key: string, value: string, reason: string): GovcError {
  return new GovcError('config-invalid', `fsck.${key} = "${value}" cannot be used: ${reason}.`, { key, value, reason });
}
