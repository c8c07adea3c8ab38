import { GovcError } from '../errors.js';
import { splitLines } from '../diff/lines.js';
import type { LineRange } from '../history/blame-request.js';
import { lineLog, type FollowedLines, type LineLogFile } from '../history/line-log.js';
import { parseLineRange } from '../history/line-range.js';
import { revList } from '../history/rev-list.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { readFile } from './read-tree.js';
import { peelToTree, resolveText } from './resolve.js';
import { readQuery } from './rev-list.js';

/** Lines of one file. */
export interface LinesOfFile {
  readonly path: string;
  /** Lines from 0, or text as `git log -L` takes it before the path: `10,20`, `/pattern/,+5`, `:function`. */
  readonly lines: LineRange | string;
}

/** From where the lines are followed. */
export interface LineLogOptions {
  /** Default: `HEAD`. */
  readonly revision?: string | undefined;
  /** Revisions whose history is left out. */
  readonly exclude?: readonly string[] | undefined;
  readonly firstParent?: boolean | undefined;
  /** How many commits at most. Default: all. */
  readonly maxCount?: number | undefined;
}

/** A commit that touches the lines, with what it did to them; a merge that no parent explains comes without files. */
export interface LineLogCommit extends CommitInfo {
  readonly files: readonly LineLogFile[];
}

/** As `View.lineLog`. */
export function* walkLineLog(
  context: ReadContext, followed: readonly LinesOfFile[], options: LineLogOptions = {},
): Generator<LineLogCommit, void, void> {
  const { revision = 'HEAD', exclude = [], firstParent, maxCount = Number.POSITIVE_INFINITY } = options;
  const lines = readLines(context, followed, revision);
  const request = readQuery(context, { revisions: [revision, ...exclude.map((name) => `^${name}`)], order: 'topo', firstParent });
  let count = 0;
  if (maxCount <= 0) return;
  for (const { id, files } of lineLog(revList(request), request, { lines, firstParent })) {
    yield { ...readCommit(context.snapshot, id), files };
    if (++count >= maxCount) return;
  }
}

/** The ranges by file; a text is searched from the end of the range before it in the same file. */
function readLines(context: ReadContext, followed: readonly LinesOfFile[], revision: string): FollowedLines[] {
  const { snapshot } = context;
  const tree = peelToTree(snapshot, resolveText(context, revision, 'treeish'));
  const ranges = new Map<string, LineRange[]>();
  for (const { path, lines } of followed) {
    const known = ranges.get(path) ?? [];
    ranges.set(path, known);
    const text = splitLines(readFile(snapshot, tree, path).content);
    known.push(typeof lines === 'string' ? parseLineRange(lines, { lines: text, anchor: known.at(-1)?.end }) : checkRange(lines, path, text.count));
  }
  return [...ranges].map(([path, found]) => ({ path, ranges: found }));
}

function checkRange(range: LineRange, path: string, count: number): LineRange {
  if (range.start >= 0 && range.start <= range.end && range.end <= count) return range;
  throw new GovcError('line-range-invalid', `Lines ${range.start} to ${range.end} are not in "${path.slice(0, 200)}", which has ${count} lines.`, {
    path: path.slice(0, 4096), count,
  });
}
