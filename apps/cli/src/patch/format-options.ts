/** The options of `git format-patch`, and what they make of the mails. */
import type { Identity, ObjectId } from '@govc/core';
import { losslessTextFromBytes, readMailmap, readRanges, type Config, type FormatPatchOptions } from '@govc/core/plumbing';

import type { SeriesCommits } from '../commands/format-patch.js';
import { die, failWith } from '../failure.js';
import type { DiffSettings } from '../options/diff-options.js';
import { flag, integer, optionalValue, value, type Option } from '../options/option.js';
import { shortId } from '../print/abbreviation.js';
import { findObject, needCommit } from '../session/revisions.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';
import { VERSION } from '../version.js';

/** What is asked for; changed in place while options are read. */
export interface FormatAsked {
  numbered: boolean | undefined;
  isNumberedGiven: boolean;
  signsOff: boolean;
  toStdout: boolean;
  cover: boolean | 'auto';
  justNumbers: boolean;
  suffix: string;
  start: number;
  reroll: string | undefined;
  nameMax: number;
  isRfc: boolean;
  subjectPrefix: string | undefined;
  configuredPrefix: string | undefined;
  directory: string | undefined;
  keepsSubject: boolean;
  includesBinary: boolean;
  zeroCommit: boolean;
  skipsUpstream: boolean;
  noStat: boolean;
  headers: string[];
  to: string[];
  cc: string[];
  from: string | true | undefined;
  inReplyTo: string | undefined;
  thread: 'shallow' | 'deep' | undefined;
  signature: string | undefined;
  base: string | undefined;
  isQuiet: boolean;
  interdiff: string | undefined;
  rangeDiff: string | undefined;
  factor: number | undefined;
  forceInBodyFrom: boolean;
  isMboxrd: boolean;
}

/** What the configuration asks for. */
export function makeFormatAsked(config: Config): FormatAsked {
  const numbered = config.get('format.numbered');
  const cover = config.get('format.coverletter');
  const thread = config.get('format.thread');
  const from = config.get('format.from');
  return {
    numbered: numbered === undefined || numbered === 'auto' ? undefined : config.getBool('format.numbered', false), isNumberedGiven: false,
    signsOff: config.getBool('format.signoff', false), toStdout: false, cover: cover === 'auto' ? 'auto' : config.getBool('format.coverletter', false),
    justNumbers: false, suffix: config.get('format.suffix') ?? '.patch', start: 1, reroll: undefined, nameMax: config.getInt('format.filenamemaxlength', 64),
    isRfc: false, subjectPrefix: undefined, configuredPrefix: config.get('format.subjectprefix'), directory: undefined, keepsSubject: false, includesBinary: true,
    zeroCommit: false, skipsUpstream: false, noStat: false, headers: config.getAll('format.headers').map((line) => line.replace(/\n+$/, '')),
    to: config.getAll('format.to'), cc: config.getAll('format.cc'), from: from === undefined ? undefined : /^(?:true|yes|on|1)$/i.test(from) ? true : /^(?:false|no|off|0)$/i.test(from) ? undefined : from,
    inReplyTo: undefined, thread: thread === 'deep' || thread === 'shallow' ? thread : config.getBool('format.thread', false) ? 'shallow' : undefined,
    signature: config.get('format.signature'), base: config.getBool('format.useautobase', false) ? 'auto' : undefined, isQuiet: false, interdiff: undefined,
    rangeDiff: undefined, factor: undefined, forceInBodyFrom: config.getBool('format.forceinbodyfrom', false), isMboxrd: config.get('format.pretty') === 'mboxrd',
  };
}

/** The options as Git spells them. */
export function formatPatchOptions(o: FormatAsked, session: Session): Option[] {
  const { io, config } = session;
  const file = config.get('format.signaturefile');
  const readSignature = (name: string): string => losslessTextFromBytes(io.files.readFile(absolutePath(io.cwd, name)) ?? die(`unable to read signature file '${name}': No such file or directory`));
  if (file !== undefined && o.signature === undefined) o.signature = readSignature(config.getPath('format.signaturefile', io.env['HOME']) ?? file);
  const list = (target: string[]) => (text: string | undefined): void => {
    if (text === undefined) target.length = 0;
    else target.push(text);
  };
  return [
    flag('n|numbered', 'use [PATCH n/m] even with a single patch', (isOn) => {
      o.numbered = isOn;
      o.isNumberedGiven = isOn;
    }),
    flag('N|no-numbered', 'use [PATCH] even with multiple patches', () => { o.numbered = false; }, { canNegate: false }),
    flag('s|signoff', 'add a Signed-off-by trailer', (isOn) => { o.signsOff = isOn; }),
    flag('stdout', 'print patches to standard out', (isOn) => { o.toStdout = isOn; }),
    flag('cover-letter', 'generate a cover letter', (isOn) => { o.cover = isOn; }),
    flag('numbered-files', 'use simple number sequence for output file names', (isOn) => { o.justNumbers = isOn; }),
    value('suffix', 'sfx', "use <sfx> instead of '.patch'", (text) => { o.suffix = text ?? '.patch'; }),
    integer('start-number', 'n', 'start numbering patches at <n> instead of 1', (number) => { o.start = number ?? 1; }),
    value('v|reroll-count', 'reroll-count', 'mark the series as Nth re-roll', (text) => { o.reroll = text; }),
    integer('filename-max-length', 'n', 'max length of output filename', (number) => { o.nameMax = number ?? 64; }),
    flag('rfc', 'use [RFC PATCH] instead of [PATCH]', () => { o.subjectPrefix = 'RFC PATCH'; }, { canNegate: false }),
    value('cover-from-description', 'mode', "generate parts of a cover letter based on a branch's description", () => undefined),
    value('subject-prefix', 'prefix', 'use [<prefix>] instead of [PATCH]', (text) => { o.subjectPrefix = text; }, { canNegate: false }),
    value('o|output-directory', 'dir', 'store resulting files in <dir>', (text) => {
      if (o.directory !== undefined) die('two output directories?');
      o.directory = text;
    }, { canNegate: false }),
    flag('k|keep-subject', "don't strip/add [PATCH]", () => { o.keepsSubject = true; }, { canNegate: false }),
    flag('no-binary', "don't output binary diffs", (isOn) => { o.includesBinary = !isOn; }),
    flag('zero-commit', 'output all-zero hash in From header', (isOn) => { o.zeroCommit = isOn; }),
    flag('ignore-if-in-upstream', "don't include a patch matching a commit upstream", (isOn) => { o.skipsUpstream = isOn; }),
    flag('p|no-stat', 'show patch format instead of default (patch + stat)', () => { o.noStat = true; }, { canNegate: false }),
    value('add-header', 'header', 'add email header', (text) => {
      if (text === undefined) {
        o.headers.length = 0;
        o.to.length = 0;
        o.cc.length = 0;
      } else o.headers.push(text);
    }),
    value('to', 'email', 'add To: header', list(o.to)), value('cc', 'email', 'add Cc: header', list(o.cc)),
    optionalValue('from', 'ident', 'set From address to <ident> (or committer ident if absent)', (text, isSet) => { o.from = isSet ? text ?? true : undefined; }),
    value('in-reply-to', 'message-id', 'make first mail a reply to <message-id>', (text) => { o.inReplyTo = text; }),
    optionalValue('attach', 'boundary', 'attach the patch', (_, isSet) => { if (isSet) die('patches are not sent as attachments by this command'); }),
    optionalValue('inline', 'boundary', 'inline the patch', () => die('patches are not sent as attachments by this command')),
    optionalValue('thread', 'style', 'enable message threading, styles: shallow, deep', (text, isSet) => {
      if (text !== undefined && text !== 'shallow' && text !== 'deep') failWith("invalid value for '--thread'", 129);
      o.thread = isSet ? (text === 'deep' ? 'deep' : 'shallow') : undefined;
    }),
    value('signature', 'signature', 'add a signature', (text) => { o.signature = text ?? ''; }),
    value('base', 'base-commit', 'add prerequisite tree info to the patch series', (text) => { o.base = text; }),
    value('signature-file', 'file', 'add a signature from a file', (text) => { if (text !== undefined) o.signature = readSignature(text); }),
    flag('q|quiet', "don't print the patch filenames", (isOn) => { o.isQuiet = isOn; }),
    flag('progress', 'show progress while generating patches', () => undefined),
    value('interdiff', 'rev', 'show changes against <rev> in cover letter or single patch', (text) => { o.interdiff = text; }),
    value('range-diff', 'refspec', 'show changes against <refspec> in cover letter or single patch', (text) => { o.rangeDiff = text; }),
    integer('creation-factor', 'n', 'percentage by which creation is weighted', (number) => { o.factor = number; }),
    flag('force-in-body-from', 'show in-body From: even if identical to the e-mail header', (isOn) => { o.forceInBodyFrom = isOn; }),
    flag('no-base', 'no base', () => { o.base = undefined; }, { canNegate: false, isHidden: true }),
    value('pretty', 'format', 'format of messages', (text) => { o.isMboxrd = text === 'mboxrd'; }, { isHidden: true, canNegate: false }),
  ];
}

/** How the mails of a series look. @throws {Failure} */
export function mailOptions(session: Session, { asked: o, diff, commits }: { readonly asked: FormatAsked; readonly diff: DiffSettings; readonly commits: SeriesCommits }): FormatPatchOptions {
  const count = commits.ids.length;
  const hasCover = o.cover === 'auto' ? count > 1 : o.cover;
  if (o.interdiff !== undefined && !hasCover && count !== 1) die('--interdiff requires --cover-letter or single patch');
  if (o.rangeDiff !== undefined && !hasCover && count !== 1) die('--range-diff requires --cover-letter or single patch');
  if (o.factor !== undefined && o.rangeDiff === undefined) die("the option '--creation-factor' requires '--range-diff'");
  const committer = session.identity('committer');
  const headers = [...o.headers, ...addresses('To', o.to), ...addresses('Cc', o.cc)];
  const stat = diff.stat.width;
  return {
    subjectPrefix: o.subjectPrefix ?? o.configuredPrefix, reroll: o.reroll, numbered: o.numbered, startNumber: o.start, keepSubject: o.keepsSubject,
    signature: o.signature ?? VERSION_TEXT, from: fromIdentity(o, committer), forceInBodyFrom: o.forceInBodyFrom, extraHeaders: headers,
    coverLetter: hasCover ? { from: committer, origin: commits.origin, mailmap: readMailmap(session.context) } : undefined,
    messageId: o.thread === undefined ? undefined : (commit) => messageId(session, { commit, last: commits.ids.at(-1)!, committer }), thread: o.thread,
    inReplyTo: o.inReplyTo === undefined ? undefined : [o.inReplyTo.replace(/^[<\s]+|[>\s]+$/g, '')], base: baseOf(session, o, commits), zeroCommit: o.zeroCommit,
    noStat: o.noStat, always: false, signoff: o.signsOff ? committer : undefined,
    interdiff: o.interdiff === undefined ? undefined : needCommit(session, o.interdiff, `unknown commit ${o.interdiff}`), rangeDiff: rangesOf(session, o, commits), mboxrd: o.isMboxrd,
    changes: { renames: diff.diff.renames ?? 'renames' },
    format: {
      ...(diff.isFullIndex ? {} : { abbreviate: (id: ObjectId) => shortId(session, id) }), includesBinary: o.includesBinary, isText: diff.isText,
      ...(diff.oldPrefix === undefined ? {} : { oldPrefix: diff.oldPrefix }), ...(diff.newPrefix === undefined ? {} : { newPrefix: diff.newPrefix }),
      quoteNonAscii: session.config.getBool('core.quotepath', true), ...(stat === undefined ? {} : { width: stat }),
      ...(diff.diff.contextLines === undefined ? {} : { hunks: { contextLines: diff.diff.contextLines } }),
    },
  };
}

const VERSION_TEXT = VERSION;

function addresses(name: string, list: readonly string[]): string[] {
  return list.length === 0 ? [] : [`${name}: ${list.join(',\n    ')}`];
}

function fromIdentity({ from }: FormatAsked, committer: Identity): Identity | undefined {
  if (from === undefined) return undefined;
  if (from === true) return committer;
  const match = /^\s*(.*?)\s*<([^>]*)>/.exec(from);
  if (match === null) die(`invalid ident line: ${from}`);
  return { ...committer, name: match[1]!, email: match[2]! };
}

function messageId(session: Session, { commit, last, committer }: { readonly commit: ObjectId | undefined; readonly last: ObjectId; readonly committer: Identity }): string {
  return `${commit === undefined ? 'cover.' : ''}${commit ?? ''}${commit === undefined ? '' : '.'}${Math.floor(session.io.clock() / 1000)}.git.${commit === undefined ? `${last.slice(0, 7)}.` : ''}${committer.email}`;
}

function baseOf(session: Session, { base }: FormatAsked, { ids, origin }: SeriesCommits): FormatPatchOptions['base'] {
  if (base === undefined) return undefined;
  const text = base === 'auto' ? '@{upstream}' : base;
  const id = findObject(session, text, 'committish');
  if (id === undefined) die(base === 'auto' ? "failed to get upstream, if you want to record base commit automatically,\nplease use git branch --set-upstream-to to track a remote branch.\nOr you could specify base commit by --base=<base-commit-id> manually" : `unknown commit ${base}`);
  const start = origin ?? ids[0]!;
  const commit = base === 'auto' ? session.repository.mergeBase([id, ids.at(-1)!])[0] : id;
  if (commit === undefined) die('could not find exact merge base');
  if (!session.repository.isAncestor(commit, ids.at(-1))) die('base commit should be the ancestor of revision list');
  if (ids.includes(commit)) die("base commit shouldn't be in revision list");
  const between = [...session.repository.log({ revisions: [`${commit}..${start}`], maxParents: 1 })].map((each) => each.id).reverse();
  return { commit, prerequisites: between };
}

function rangesOf(session: Session, { rangeDiff: text, factor }: FormatAsked, { ids, origin }: SeriesCommits): FormatPatchOptions['rangeDiff'] {
  if (text === undefined) return undefined;
  const head = ids.at(-1)!;
  const isRange = text.includes('..');
  const ranges = isRange ? [text, origin === undefined ? `${text.split('..')[0]!}..${head}` : `${origin}..${head}`] : [`${text}...${head}`];
  return { ...readRanges(session.context, ranges), creationFactor: factor };
}
