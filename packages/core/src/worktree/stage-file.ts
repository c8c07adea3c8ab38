/** From a file to its entry in the index. */
import { GovcError } from '../errors.js';
import { MODE_GITLINK } from '../object/tree.js';
import { findStages, indexEntry, type IndexEntry, type StagingIndex } from '../staging/staging-index.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { hashObject } from '../hash/hash-object.js';
import { modeOf, type FileStateContext } from './file-state.js';
import type { FileInfo } from './files.js';
import type { FilterSteps } from './filter-steps.js';
import type { WorktreeContext } from './worktree-context.js';

/** How a file is staged. */
export interface StageOptions {
  /** Writes no object and records only that the path will be added. Default: false. */
  readonly intentToAdd?: boolean | undefined;
  /** Converts line ends whatever the index holds. Default: false. */
  readonly renormalizes?: boolean | undefined;
  /** Writes no object. Default: false. */
  readonly isDry?: boolean | undefined;
}

/**
 * The entry of a file as it is now; its object is written.
 *
 * @throws {GovcError} path-missing: nothing is there, or something that cannot be tracked; `data.path`, `data.reason`
 * @throws {GovcError} io-failed, filter-failed, line-ends-unsafe, encoding-failed
 */
export function* stageFile(
  context: FileStateContext & Pick<WorktreeContext, 'write'>, index: StagingIndex, path: string, options: StageOptions = {},
): FilterSteps<IndexEntry> {
  const info = context.files.find(path);
  if (info === undefined) throw new GovcError('path-missing', `There is no file "${path}".`, { path, reason: 'absent' });
  const stages = findStages(index, path);
  const known = stages.find(({ stage }) => stage === 0) ?? stages.find(({ stage }) => stage === 2) ?? stages[0];
  const mode = modeOf(info, context.traits, known);
  if (info.kind === 'directory') {
    const head = context.nestedHead?.(path);
    if (head === undefined) throw new GovcError('path-missing', `"${path}" has no commit checked out.`, { path, reason: 'no-commit' });
    return indexEntry({ path, mode: MODE_GITLINK, id: head, stat: info.stat });
  }
  if (info.kind === 'other') throw new GovcError('path-missing', `"${path}" is neither a file nor a link.`, { path, reason: 'kind' });
  if (options.intentToAdd === true) {
    const id = context.write('blob', new Uint8Array(0));
    return indexEntry({ path, mode, id, intentToAdd: true });
  }
  const body = yield* blobOf(context, path, { info, known, options });
  const id = options.isDry === true ? hashObject('blob', body, context.algorithm) : context.write('blob', body);
  return indexEntry({ path, mode, id, stat: info.stat });
}

interface BlobWork {
  readonly info: FileInfo;
  readonly known: IndexEntry | undefined;
  readonly options: StageOptions;
}

function* blobOf(context: FileStateContext, path: string, { info, known, options }: BlobWork): FilterSteps<Uint8Array> {
  if (info.kind === 'symlink') return bytesFromLosslessText(context.files.readLink(path));
  return yield* context.conversions.toObject(path, context.files.read(path), {
    isWritten: true,
    renormalizes: options.renormalizes,
    indexed: known === undefined ? undefined : () => context.objects.find(known.id)?.body,
  });
}
