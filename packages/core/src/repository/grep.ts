import { grepTree, type GrepFile, type GrepOptions as GrepTextOptions } from '../history/grep.js';
import type { GrepExpression } from '../history/grep-expression.js';
import { parsePathspec } from '../pattern/pathspec.js';
import type { ReadContext } from './read-context.js';
import { peelToTree, resolveNamed } from './resolve.js';

/** Where and how lines are looked for. */
export interface GrepOptions extends GrepTextOptions {
  /** A revision with a tree. Default: `HEAD`. */
  readonly revision?: string | undefined;
  /** Only these paths, as a pathspec. Default: all. */
  readonly paths?: readonly string[] | undefined;
}

/** As `View.grep`. */
export function grepRevision(
  { snapshot }: ReadContext, expression: GrepExpression, options: GrepOptions = {},
): Generator<GrepFile, void, void> {
  const { revision = 'HEAD', paths, ...rest } = options;
  return grepTree({
    ...rest, expression, objects: snapshot.objects, algorithm: snapshot.algorithm,
    tree: peelToTree(snapshot, resolveNamed(snapshot, revision)),
    pathspec: paths === undefined ? undefined : parsePathspec(paths),
  });
}
