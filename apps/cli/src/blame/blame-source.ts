/** What `git blame` traces: a file of a commit, of the worktree, or from elsewhere, and how far back. */
import type { ObjectId } from '@govc/core';
import {
  DEFAULT_FUNCTION_PATTERN, findObjectId, findPath, losslessTextFromBytes, makeDriverRule, parseApproxidate, parseLineRange, peelToCommit, peelToTree,
  readFile, splitLines, worktreeAttributes, type BlameRequest,
} from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { readAll } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';
import { findObject, findRange, needCommit } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { openIndex, stateText } from '../worktree/open-worktree.js';
import { copySources, refuseUsage, type BlameArguments, type BlameSettings } from './blame-settings.js';

/** What is traced. */
export interface BlameSource {
  readonly request: BlameRequest;
  readonly path: string;
  /** Where content that is not committed comes from, for its description; `undefined` where all is committed. */
  readonly contentFrom: string | undefined;
}

/** Finds it. @throws {Failure} there is no such file, or the command line is wrong */
export async function findBlameSource(session: Session, parsed: BlameArguments): Promise<BlameSource> {
  const { settings } = parsed;
  const path = splitNames(session, parsed);
  settings.path = path;
  const ends = findEnds(session, settings);
  const tree = openIndex(session);
  const mergeHeads = ends.isHead ? (stateText(session.gitFiles, 'MERGE_HEAD') ?? '').split('\n').filter((line) => line !== '') as ObjectId[] : [];
  const content = ends.isHead ? await readContent(session, { path, start: ends.start, mergeHeads }, settings) : undefined;
  const { snapshot, graph } = session.context;
  if (content === undefined && findPath(snapshot, peelToTree(snapshot, ends.start), path) === undefined) die(`no such path ${path} in ${ends.name}`);
  const text = content ?? readFile(snapshot, peelToTree(snapshot, ends.start), path).content;
  const rule = makeDriverRule(worktreeAttributes(tree, tree.index), session.config);
  const request: BlameRequest = {
    objects: session.context.snapshot.objects, algorithm: session.algorithm, graph, shallow: snapshot.shallow, start: ends.start, path, content, mergeHeads,
    ranges: settings.ranges.length === 0 ? undefined : readRanges(settings.ranges, { path, text, pattern: rule(path)?.functionPattern ?? DEFAULT_FUNCTION_PATTERN, usage: parsed.usage }),
    exclude: ends.exclude.length === 0 ? undefined : ends.exclude, until: ends.until, firstParent: settings.firstParent,
    sinceSeconds: settings.since === undefined ? undefined : parseApproxidate(settings.since, { nowSeconds: Math.floor(session.io.clock() / 1000), zone: session.io.zone }),
    followRenames: settings.followsRenames,
    moveScore: settings.moves ? settings.moveScore ?? 20 : undefined,
    copyScore: settings.copies > 0 ? settings.copyScore ?? 40 : undefined, copySources: copySources(settings.copies),
    ignoredCommits: readIgnored(session, settings), whitespace: settings.ignoresSpace ? { allSpace: true } : undefined,
    minimal: settings.isMinimal, showsRoot: settings.showsRoot,
  };
  return { request, path, contentFrom: content === undefined ? undefined : settings.contents === undefined ? path : settings.contents === '-' ? 'standard input' : settings.contents };
}

/** Takes the path out of the arguments; the others become revisions. */
function splitNames(session: Session, { settings, names, dashes, usage }: BlameArguments): string {
  let path: string;
  if (dashes !== undefined) {
    const behind = names.slice(dashes);
    if (behind.length === 2 && dashes === 0) {
      path = behind[0]!;
      settings.revisions.push(behind[1]!);
    } else {
      if (behind.length !== 1) refuseUsage(usage);
      path = behind[0]!;
      settings.revisions.push(...names.slice(0, dashes));
    }
  } else {
    if (names.length === 0) refuseUsage(usage);
    const last = names.at(-1)!;
    const isRevision = findObject(session, last, undefined, true) !== undefined;
    if (names.length === 2 && isRevision) {
      path = names[0]!;
      settings.revisions.push(last);
    } else {
      if (names.length === 1 && isRevision && session.worktree === undefined) die('missing <path> to blame');
      path = last;
      settings.revisions.push(...names.slice(0, -1));
    }
  }
  const absolute = absolutePath(path.startsWith('/') || session.worktreePath === undefined ? `/${session.prefix}` : `${session.worktreePath}/${session.prefix}`, path);
  if (session.worktreePath === undefined) return absolute.slice(1);
  if (!absolute.startsWith(`${session.worktreePath}/`)) die(`'${path}' is outside repository at '${session.worktreePath}'`);
  return absolute.slice(session.worktreePath.length + 1);
}

interface Ends {
  readonly start: ObjectId;
  readonly name: string;
  readonly exclude: readonly ObjectId[];
  readonly until: readonly ObjectId[] | undefined;
  /** No commit was named, so that the worktree counts where there is one. */
  readonly isHead: boolean;
}

function findEnds(session: Session, settings: BlameSettings): Ends {
  const include: ObjectId[] = [];
  const exclude: ObjectId[] = [];
  let name = 'HEAD';
  let isNot = false;
  for (const text of settings.revisions) {
    if (text === '--not') isNot = !isNot;
    else if (text === '--all') for (const { id } of session.repository.branches()) include.push(id);
    else {
      const range = findRange(session, text) ?? die(`bad revision '${text}'`);
      if (range.include.length > 0) name = text;
      (isNot ? exclude : include).push(...range.include.map((id) => peelToCommit(session.context.snapshot, id)));
      (isNot ? include : exclude).push(...range.exclude.map((id) => peelToCommit(session.context.snapshot, id)));
    }
  }
  const head = (): ObjectId => session.repository.head().id ?? die('no such ref: HEAD');
  if (settings.isReverse) {
    if (settings.contents !== undefined) die('--contents and --reverse do not blend well.');
    if (exclude.length === 0 && include.length === 1) return { start: include[0]!, name, exclude: [], until: [head()], isHead: false };
    const [start] = exclude;
    if (start === undefined) die('No commit to dig up from?');
    if (exclude.length > 1) die(`More than one commit to dig up from, ${name}?`);
    return { start, name, exclude: [], until: include.length === 0 ? [head()] : include, isHead: false };
  }
  if (include.length > 1) die(`More than one commit to dig from ${settings.revisions[0]!} and ${settings.revisions[1]!}?`);
  const [start] = include;
  if (start !== undefined && settings.contents !== undefined) die('cannot use --contents with final commit object name');
  if (start !== undefined) return { start, name, exclude, until: undefined, isHead: false };
  return { start: head(), name: 'HEAD', exclude, until: undefined, isHead: session.worktree !== undefined || settings.contents !== undefined };
}

async function readContent(
  session: Session, { path, start, mergeHeads }: { readonly path: string; readonly start: ObjectId; readonly mergeHeads: readonly ObjectId[] }, settings: BlameSettings,
): Promise<Uint8Array> {
  const tree = openIndex(session);
  const { snapshot } = session.context;
  const isKnown = [start, ...mergeHeads].some((id) => findPath(snapshot, peelToTree(snapshot, id), path) !== undefined) || tree.index.entries.some((entry) => entry.path === path);
  if (!isKnown) die(`no such path '${path}' in HEAD`);
  let bytes: Uint8Array;
  if (settings.contents === undefined) {
    const info = tree.files.find(path);
    if (info === undefined) die(`Cannot lstat '${path}': No such file or directory`);
    if (info.kind !== 'file' && info.kind !== 'symlink') die(`unsupported file type ${path}`);
    if (info.kind === 'symlink') return Buffer.from(tree.files.readLink(path), 'latin1');
    bytes = tree.files.read(path);
  } else if (settings.contents === '-') {
    bytes = await readAll(session.io.stdin);
  } else {
    bytes = session.io.files.readFile(session.path(settings.contents)) ?? die(`Cannot stat '${settings.contents}': No such file or directory`);
  }
  return tree.drive(tree.conversions.toObject(path, bytes, {
    indexed: () => {
      const entry = tree.index.entries.find((each) => each.path === path && each.stage === 0);
      return entry === undefined ? undefined : tree.objects.find(entry.id)?.body;
    },
  }));
}

function readRanges(
  texts: readonly string[],
  { path, text, pattern, usage }: { readonly path: string; readonly text: Uint8Array; readonly pattern: typeof DEFAULT_FUNCTION_PATTERN; readonly usage: string },
): { start: number; end: number }[] {
  const lines = splitLines(text);
  const ranges: { start: number; end: number }[] = [];
  let anchor = 0;
  for (const range of texts) {
    try {
      const found = parseLineRange(range, { lines, anchor, functionPattern: pattern });
      ranges.push(found);
      anchor = found.end;
    } catch (error) {
      explainRange(error, { range, path, count: lines.count, usage });
    }
  }
  return ranges;
}

function explainRange(
  error: unknown, { range, path, count, usage }: { readonly range: string; readonly path: string; readonly count: number; readonly usage: string },
): never {
  const { code, data } = error as { code?: unknown; data?: { reason?: string } };
  if (code !== 'line-range-invalid') throw error;
  const reason = data?.reason ?? '';
  if (reason.startsWith('begins behind')) die(`file ${path} has only ${count} line${count === 1 ? '' : 's'}`);
  if (reason === 'has an invalid line number') die(`-L invalid line number: ${/^-?\d+/.exec(range)?.[0] ?? range}`);
  if (reason === 'is an empty range') die('-L invalid empty range');
  if (reason.startsWith('matches no function')) die(`-L parameter '${range.replace(/^\^?:/, '')}' starting at line ${/from line (\d+)/.exec(reason)?.[1] ?? '1'}: no match`);
  if (reason.startsWith('matches nothing')) die(`-L parameter '${/\/((?:[^/\\]|\\.)*)/.exec(range)?.[1] ?? range}' starting at line ${/from line (\d+)/.exec(reason)?.[1] ?? '1'}: No match`);
  throw new Failure(usage.split('\n')[0]!.replace(/^/, '') + '\n', 129);
}

/** The commits of `--ignore-rev` and of the files that list some. */
function readIgnored(session: Session, { ignoredFiles, ignoredRevisions }: BlameSettings): ReadonlySet<ObjectId> | undefined {
  const ids = new Set<ObjectId>();
  for (const name of ignoredFiles) {
    if (name === '') {
      ids.clear();
      continue;
    }
    const home = session.io.env['HOME'] ?? '';
    const bytes = session.io.files.readFile(session.path(name.startsWith('~/') ? home + name.slice(1) : name));
    if (bytes === undefined) die(`could not open object name list: ${name}`);
    for (const line of losslessTextFromBytes(bytes).split('\n')) {
      const text = line.replace(/#.*$/s, '').trim();
      if (text === '') continue;
      const id = findObjectId(text, session.algorithm) ?? die(`invalid object name: ${text}`);
      // What is no commit cannot bring a line.
      const commit = findObject(session, `${id}^{commit}`, undefined, true);
      if (commit !== undefined) ids.add(commit);
    }
  }
  for (const name of ignoredRevisions) ids.add(needCommit(session, name, `cannot find revision ${name} to ignore`));
  return ids.size === 0 ? undefined : ids;
}
