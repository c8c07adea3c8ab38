import { hasCode } from '../errors.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromLatin1 } from '../bytes/text.js';
import type { ObjectId } from '../hash/object-id.js';
import { writeArchive, type ArchiveFormat, type ExtraArchiveFile } from '../history/archive.js';
import { PrettyCommit } from '../history/pretty-commit.js';
import { formatCommit, type PrettyContext } from '../history/pretty-format.js';
import { scanCommit } from '../object/commit.js';
import type { AttributeSources } from '../pattern/attributes.js';
import type { Snapshot } from '../store/snapshot.js';
import { describePlaceholder } from './describe-placeholder.js';
import type { ReadContext } from './read-context.js';
import { findHeadBranch, readDecorations } from './ref-decorations.js';
import { peelToCommit, peelToTree, resolveText } from './resolve.js';
import { shortNames } from './short-name.js';

/** How often `%(describe)` is filled in, in all files together: it is dear. As in Git. */
const DESCRIBES_MAX = 1;

/** How {@link archiveRevision} makes an archive. */
export interface ArchiveOptions {
  /** Default: `tar`. */
  readonly format?: ArchiveFormat | undefined;
  /** Put before every path, usually with a slash at its end. Default: ''. */
  readonly prefix?: string | undefined;
  /** Pathspec elements; each must match something. Default: everything. */
  readonly paths?: readonly string[] | undefined;
  /** 0 to 9, or -1: zlib's default. Default: -1. */
  readonly level?: number | undefined;
  /** Modification time of all entries in seconds since 1970. Default: that of the commit; for a tree the clock. */
  readonly timeSeconds?: number | undefined;
  /** Minutes ahead of UTC for the DOS times of a zip file. Default: 0. */
  readonly zoneMinutes?: number | undefined;
  /** Files beside those of the tree. Default: none. */
  readonly extraFiles?: readonly ExtraArchiveFile[] | undefined;
  /** Attributes from outside the tree: `info/attributes` and the like. Default: none. */
  readonly attributes?: Omit<AttributeSources, 'inDirectory'> | undefined;
}

/**
 * The archive of a commit, tag or tree, as `git archive` makes it, in pieces.
 *
 * @throws {GovcError} revision-invalid, object-type-mismatch, path-missing, and as `writeArchive`
 */
export function archiveRevision(
  context: ReadContext, revision: string, options: ArchiveOptions = {},
): Generator<Uint8Array, void, void> {
  const { snapshot } = context;
  const { objects, algorithm, config } = snapshot;
  const id = resolveText(context, revision, 'treeish');
  const commit = findCommit(snapshot, id);
  const timeSeconds = options.timeSeconds ?? (commit === undefined
    ? Math.floor(context.clock() / 1000)
    : scanCommit(objects.find(commit)!.body, algorithm).timeSeconds);
  const substitute = commit === undefined ? undefined : makeSubstitute(context, commit);
  return writeArchive({
    ...options, objects, algorithm, config, tree: peelToTree(snapshot, id), commit, timeSeconds, substitute,
  });
}

function findCommit(snapshot: Snapshot, id: ObjectId): ObjectId | undefined {
  try {
    return id === snapshot.algorithm.emptyTreeId ? undefined : peelToCommit(snapshot, id);
  } catch (error) {
    if (hasCode(error, 'object-type-mismatch')) return undefined;
    throw error;
  }
}

/** What fills in `$Format:…$`; everything it needs is read when the first file asks. */
function makeSubstitute(context: ReadContext, id: ObjectId): (text: string) => Uint8Array {
  const { snapshot, clock } = context;
  let commit: PrettyCommit | undefined;
  let pretty: PrettyContext | undefined;
  let describesLeft = DESCRIBES_MAX;
  return (text) => {
    commit ??= new PrettyCommit(id, snapshot.objects.find(id)!.body, snapshot.algorithm);
    pretty ??= {
      abbreviate: shortNames(snapshot),
      nowSeconds: Math.floor(clock() / 1000),
      decorations: readDecorations(snapshot).get(id),
      headBranch: findHeadBranch(snapshot),
      describe: (options) => (describesLeft-- > 0 ? describePlaceholder(context, id, options) : undefined),
    };
    const format = losslessTextFromBytes(bytesFromLatin1(text));
    return bytesFromLosslessText(formatCommit(commit, format, pretty));
  };
}
