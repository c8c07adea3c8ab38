import { bytesFromLosslessText, findCherries, formatPatches, losslessTextFromBytes, readPrettyCommit, readQuery, revList, runJob, type PatchMail } from '@govc/core/plumbing';
import type { ObjectId } from '@govc/core';

import type { Command } from '../command.js';
import { die, failWith } from '../failure.js';
import { makeDiffSettings, readDiffOption } from '../options/diff-options.js';
import { parseOptions } from '../options/parse-options.js';
import { finishQuery, makeRevisionSettings, readRevisionOption, type RevisionSettings } from '../options/revision-options.js';
import { writeText } from '../print/output.js';
import { formatPatchOptions, makeFormatAsked, mailOptions, type FormatAsked } from '../patch/format-options.js';
import { absolutePath } from '../session/files-host.js';
import { splitArguments } from '../session/arguments.js';
import type { Session } from '../session/session.js';
import { readHead } from '../worktree/head.js';

const USAGE = ['git format-patch [<options>] [<since> | <revision-range>]'];

/** `git format-patch`. */
export const formatPatchCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const asked = makeFormatAsked(session.config);
  const options = formatPatchOptions(asked, session);
  const rest = parseOptions(args, { io, usage: USAGE, keepsUnknown: true, keepsDashes: true, options });
  if (asked.numbered === true && asked.keepsSubject) {
    if (asked.isNumberedGiven) die("options '-n' and '-k' cannot be used together");
    asked.numbered = undefined;
  }
  if (asked.keepsSubject && asked.subjectPrefix !== undefined) die("options '--subject-prefix/--rfc' and '-k' cannot be used together");
  if (asked.toStdout && asked.directory !== undefined) die("options '--stdout' and '--output-directory' cannot be used together");
  const revisions = makeRevisionSettings();
  const diff = makeDiffSettings();
  const { names, dashes, isRoot } = readRest(rest, { revisions, diff });
  for (const [format, name] of [['name-only', '--name-only'], ['name-status', '--name-status'], ['check', '--check']] as const) {
    if (diff.formats.has(format)) die(`${name} does not make sense`);
  }
  const commits = listCommits(session, { revisions, names, dashes, isRoot, skips: asked.skipsUpstream });
  if (commits.ids.length === 0) return 0;
  const series = mailOptions(session, { asked, diff, commits });
  const mails = formatPatches({ source: { objects: session.context.snapshot.objects }, algorithm: session.algorithm, commits: commits.ids, options: series });
  writeMails(session, asked, mails);
  return 0;
};

interface Rest {
  readonly names: string[];
  readonly dashes: number | undefined;
  readonly isRoot: boolean;
}

function readRest(args: readonly string[], { revisions, diff }: { readonly revisions: RevisionSettings; readonly diff: ReturnType<typeof makeDiffSettings> }): Rest {
  const names: string[] = [];
  let isRoot = false;
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--') return { names: [...names, ...args.slice(at + 1)], dashes: names.length, isRoot };
    if (arg === '--root') {
      isRoot = true;
      at++;
      continue;
    }
    if (arg === '--pretty=mboxrd' || arg === '--format=mboxrd') {
      revisions.showsSource = false;
      at++;
      continue;
    }
    const taken = arg.startsWith('-') && arg !== '-' ? readRevisionOption(revisions, args, at) || readDiffOption(diff, args, at) : 0;
    if (taken === 0 && arg.startsWith('-') && arg !== '-') die(`unrecognized argument: ${arg}`);
    if (taken === 0) names.push(arg);
    at += Math.max(taken, 1);
  }
  return { names, dashes: undefined, isRoot };
}

/** What is sent, oldest first, and where it begins. */
export interface SeriesCommits {
  readonly ids: readonly ObjectId[];
  /** The one commit before all of them. */
  readonly origin: ObjectId | undefined;
  /** Where a description of the branch is looked for. */
  readonly branch: string | undefined;
}

function listCommits(session: Session, request: { readonly revisions: RevisionSettings; readonly skips: boolean } & Rest): SeriesCommits {
  const { revisions, names, dashes, isRoot } = request;
  const split = splitArguments(session, names, dashes);
  const texts = [...revisions.revisions, ...split.revisions];
  const isOne = texts.length === 0 || (texts.length === 1 && !/\.\.|^\^|\^[!@-]/.test(texts[0]!));
  const [only = 'HEAD'] = texts;
  const isSince = isOne && revisions.query.maxCount === undefined && !isRoot;
  revisions.revisions.length = 0;
  revisions.revisions.push(...(isSince ? [`^${only}`, 'HEAD'] : texts.length === 0 ? ['HEAD'] : texts));
  const query = finishQuery(revisions, split.paths);
  const entries = [...revList(readQuery(session.context, { ...query, maxParents: 1, boundary: true }))];
  const boundary = entries.filter(({ isBoundary }) => isBoundary).map(({ id }) => id);
  let ids = entries.filter(({ isBoundary }) => !isBoundary).map(({ id }) => id);
  if (query.reverse !== true) ids.reverse();
  if (request.skips) ids = withoutUpstream(session, ids, isSince ? only : /^(.*?)\.\.(?!\.)/.exec(only)?.[1]);
  const { branch } = readHead(session);
  return { ids, origin: boundary.length === 1 ? boundary[0] : undefined, branch: isSince || (isOne && only === 'HEAD') ? branch : undefined };
}

function withoutUpstream(session: Session, ids: readonly ObjectId[], upstream: string | undefined): ObjectId[] {
  const head = ids.at(-1);
  if (head === undefined || upstream === undefined) return [...ids];
  const { graph, snapshot } = session.context;
  const [base] = session.repository.mergeBase([upstream, upstream]);
  const found = runJob(findCherries({ graph, objects: snapshot.objects, shallow: snapshot.shallow, source: { objects: snapshot.objects }, upstream: base!, head }));
  const known = new Set(found.filter(({ isUpstream }) => isUpstream).map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

function writeMails(session: Session, asked: FormatAsked, mails: Iterable<PatchMail>): void {
  const { io } = session;
  let isAfterPatch = false;
  const folder = asked.directory ?? session.config.get('format.outputdirectory');
  const shown = folder === undefined || folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`;
  for (const mail of mails) {
    if (asked.toStdout) {
      if (isAfterPatch) io.stdout.write('\n');
      io.stdout.write(mail.text);
      isAfterPatch = mail.commit !== undefined;
      continue;
    }
    const name = `${shown}${fileName(session, asked, mail)}`;
    if (!asked.isQuiet) writeText(io.stdout, `${name}\n`);
    const path = absolutePath(io.cwd, name);
    if (io.files.kindAt(path) === 'directory') failWith(`cannot open patch file ${name}: Is a directory`, 128);
    io.files.writeFile(path, mail.text);
  }
}

function fileName(session: Session, asked: FormatAsked, { commit, number }: PatchMail): string {
  const counted = String(number).padStart(4, '0');
  if (asked.justNumbers) return String(number);
  const prefix = asked.reroll === undefined ? '' : `v${asked.reroll.replace(/[^A-Za-z0-9._]+/g, '-')}-`;
  const subject = commit === undefined ? 'cover-letter' : sanitized(readPrettyCommit({ objects: session.context.snapshot.objects }, commit, session.algorithm).subject);
  const start = `${prefix}${counted}-`;
  const bytes = bytesFromLosslessText(`${start}${subject}`);
  const max = Math.max(asked.nameMax, 5 + asked.suffix.length) - asked.suffix.length - 1;
  return `${losslessTextFromBytes(bytes.subarray(0, max)).replace(/[.-]+$/, (tail) => (bytes.length > max ? tail : tail.replace(/[.]+$/, '')))}${asked.suffix}`;
}

/** A subject as a part of a file name. */
function sanitized(subject: string): string {
  let text = '';
  let isGap = false;
  for (const character of subject) {
    if (/[A-Za-z0-9._]/.test(character)) {
      if (isGap && text !== '') text += '-';
      isGap = false;
      text += character;
      if (character === '.') text = text.replace(/\.{2,}$/, '.');
    } else isGap = true;
  }
  return text.replace(/[.-]+$/, '');
}
