import { splitLines, type Lines } from '../diff/lines.js';
import { blame } from '../history/blame.js';
import type { BlameRequest, BlameResult, LineRange } from '../history/blame-request.js';
import { parseLineRange } from '../history/line-range.js';
import type { Job } from '../job/job.js';
import type { ReadContext } from './read-context.js';
import { readFile } from './read-tree.js';
import { peelToCommit, peelToTree, resolveText } from './resolve.js';

/** How lines are traced. */
export interface BlameOptions extends Omit<
  BlameRequest, 'objects' | 'algorithm' | 'graph' | 'shallow' | 'start' | 'path' | 'exclude' | 'until' | 'ignoredCommits' | 'ranges'
> {
  /** Where to begin. Default: `HEAD`. */
  readonly revision?: string | undefined;
  /** Which lines, counted from 0, or as `git blame -L` takes them: `10,20`, `/pattern/,+5`, `:function`. Default: all. */
  readonly ranges?: readonly (LineRange | string)[] | undefined;
  /** Revisions whose history is not looked into. */
  readonly exclude?: readonly string[] | undefined;
  /** Look forward from `revision` to these instead. */
  readonly until?: readonly string[] | undefined;
  /** Revisions that are passed over, such as those that only reformat. */
  readonly ignoredRevisions?: readonly string[] | undefined;
}

/** As `View.blame`, in slices. */
export function blameFile(context: ReadContext, path: string, options: BlameOptions = {}): Job<BlameResult> {
  const { snapshot, graph } = context;
  const { revision = 'HEAD', exclude, until, ignoredRevisions, ranges, ...rest } = options;
  const commitOf = (name: string) => peelToCommit(snapshot, resolveText(context, name, 'committish'));
  return blame({
    ...rest, path,
    objects: snapshot.objects, algorithm: snapshot.algorithm, shallow: snapshot.shallow, graph,
    start: commitOf(revision),
    ranges: ranges === undefined ? undefined : readRanges(ranges, () => splitLines(
      options.content ?? readFile(snapshot, peelToTree(snapshot, resolveText(context, revision, 'treeish')), path).content)),
    exclude: exclude?.map(commitOf),
    until: until?.map(commitOf),
    ignoredCommits: ignoredRevisions === undefined ? undefined : new Set(ignoredRevisions.map(commitOf)),
  });
}

/** A text is searched from the end of the range before it. */
function readRanges(ranges: readonly (LineRange | string)[], linesOf: () => Lines): LineRange[] {
  const read: LineRange[] = [];
  let lines: Lines | undefined;
  for (const range of ranges) {
    if (typeof range !== 'string') read.push(range);
    else read.push(parseLineRange(range, { lines: lines ??= linesOf(), anchor: read.at(-1)?.end }));
  }
  return read;
}
