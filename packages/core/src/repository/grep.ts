import { grepTree, type GrepFile, type GrepOptions as GrepTextOptions } from '../history/grep.js';
import type { GrepExpression } from '../history/grep-expression.js';
import { parsePathspec } from '../pattern/pathspec.js';
import type { ReadContext } from './read-context.js';
import { peelToTree, resolveText } from './resolve.js';

/** Where and how lines are looked for. */
export interface GrepOptions extends GrepTextOptions {
  /** A revision with a tree. Default: `HEAD`. */
  readonly revision?: string | undefined;
  /** Only these paths, as a pathspec. Default: all. */
  readonly paths?: readonly string[] | undefined;
}

/** As `View.grep`. */
export function grepRevision(
  context: ReadContext, expression: GrepExpression, options: GrepOptions = {},
): Generator<GrepFile, void, void> {
  const { snapshot } = context;
  const { revision = 'HEAD', paths, ...rest } = options;
  return grepTree({
    ...rest, expression, objects: snapshot.objects, algorithm: snapshot.algorithm,
    tree: peelToTree(snapshot, resolveText(context, revision, 'treeish')),
    pathspec: paths === undefined ? undefined : parsePathspec(paths),
  });
}
