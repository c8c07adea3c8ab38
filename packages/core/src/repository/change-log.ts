import { changeLog, type ChangeLogOptions } from '../history/change-log.js';
import type { Pickaxe } from '../history/pickaxe.js';
import { revList } from '../history/rev-list.js';
import type { FileChange } from '../diff/tree-diff.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { compileTextPattern } from '../pattern/text-pattern.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { readQuery, type RevListQuery } from './rev-list.js';
import { resolveText } from './resolve.js';

/** Which commits and which of their changes are given. */
export interface ChangeLogQuery extends RevListQuery, Pick<ChangeLogOptions, 'pickaxeAll' | 'renames' | 'merges'> {
  /** One file, also under the names it had before (`git log --follow`); `paths` then means nothing. Lossless text. */
  readonly follow?: string | undefined;
  /** Commits that change how often this text stands in a file (`-S`). */
  readonly text?: string | undefined;
  /** `text` is an extended expression (`--pickaxe-regex`). Default: `false`. */
  readonly textIsPattern?: boolean | undefined;
  /** Commits with an added or removed line that matches this extended expression (`-G`). */
  readonly changedLine?: string | undefined;
  /** Commits that bring or remove this object (`--find-object`), as a revision. */
  readonly object?: string | undefined;
}

/** A commit with the changes that were asked for. */
export interface ChangeLogEntry extends CommitInfo {
  readonly changes: readonly FileChange[];
}

/** As `View.changeLog`. */
export function* walkChangeLog(context: ReadContext, query: ChangeLogQuery = {}): Generator<ChangeLogEntry, void, void> {
  const { follow, pickaxeAll, renames, merges, maxCount = Number.POSITIVE_INFINITY, paths, ...rest } = query;
  if (maxCount <= 0) return;
  // A file that is followed changes its path, so paths cannot limit the walk.
  const request = readQuery(context, { ...rest, paths: follow === undefined ? paths : undefined });
  const options: ChangeLogOptions = {
    follow, pickaxeAll, renames,
    merges: merges ?? (query.firstParent === true ? 'first-parent' : 'none'),
    pickaxe: readPickaxe(context, query),
    pathspec: paths === undefined ? undefined : parsePathspec(paths),
  };
  let count = 0;
  for (const { id, changes } of changeLog(revList(request), request, options)) {
    yield { ...readCommit(context.snapshot, id), changes };
    if (++count >= maxCount) return;
  }
}

function readPickaxe(context: ReadContext, query: ChangeLogQuery): Pickaxe | undefined {
  const { text, textIsPattern = false, changedLine, object, ignoreCase } = query;
  if (text !== undefined) {
    return { kind: 'count', pattern: compileTextPattern(text, { syntax: textIsPattern ? 'extended' : 'fixed', ignoreCase }) };
  }
  if (changedLine !== undefined) return { kind: 'lines', pattern: compileTextPattern(changedLine, { syntax: 'extended', ignoreCase }) };
  return object === undefined ? undefined : { kind: 'object', ids: new Set([resolveText(context, object)]) };
}
