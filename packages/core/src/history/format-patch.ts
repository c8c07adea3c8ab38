/** Commits as mails with patches: the text of `git format-patch --stdout`. */
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { readPrettyCommit } from './read-pretty-commit.js';
import { findChanges, type ChangeOptions } from '../diff/find-changes.js';
import { fileStats } from '../diff/file-stats.js';
import { formatPatch, type PatchFormat } from '../diff/format-patch.js';
import { formatStat } from '../diff/format-stat.js';
import { formatSummary } from '../diff/format-summary.js';
import type { DiffSource } from '../diff/diff-source.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import type { Identity } from '../object/identity.js';
import { formatDate } from './format-date.js';
import { trimSpaceEnd } from './mail-header.js';
import { hasNonAscii, fromHeader, subjectHeader } from './mail-text.js';
import { patchIdOfCommit } from './patch-id.js';
import type { PrettyCommit } from './pretty-commit.js';
import { formatShortlog, shortlog } from './shortlog.js';
import type { Mailmap } from './mailmap.js';
import { formatRangeDiff, rangeDiff, type RangeDiffRequest } from './range-diff.js';
import { appendSignoff } from './trailers-signoff.js';

/** How mails look. */
export interface FormatPatchOptions {
  /** What stands in the brackets of subjects. Default: `PATCH`. */
  readonly subjectPrefix?: string | undefined;
  /** The version of the series (`-v`): `2` makes `[PATCH v2]`. Default: none. */
  readonly reroll?: string | number | undefined;
  /** Whether subjects say `1/3`. Default: where there are several, or a cover letter. */
  readonly numbered?: boolean | undefined;
  /** The number of the first patch. Default: 1. */
  readonly startNumber?: number | undefined;
  /** Keep the subjects as they are, without brackets, with their line ends (`-k`). Default: `false`. */
  readonly keepSubject?: boolean | undefined;
  /** What stands below the `-- ` at the end; empty for no such line. Default: `govc`. */
  readonly signature?: string | undefined;
  /** Who sends the mails: commits of others then name their author in the body (`--from`). Default: the authors. */
  readonly from?: Identity | undefined;
  /** Name the author in the body also where the sender is the same (`--force-in-body-from`). Default: `false`. */
  readonly forceInBodyFrom?: boolean | undefined;
  /** Further headers, each a line without line feed, such as `To: list@example.com`. Default: none. */
  readonly extraHeaders?: readonly string[] | undefined;
  /**
   * A mail before the first one. `origin` is the commit that the whole diffstat compares the last commit with; where it is
   * `undefined` there is no diffstat.
   */
  readonly coverLetter?: CoverLetter | undefined;
  /** Message ids without angle brackets: of the commit, or `undefined` of the cover letter. Default: no such headers. */
  readonly messageId?: ((commit: ObjectId | undefined) => string) | undefined;
  /** What mails answer: the first one (`shallow`) or the one before (`deep`). Default: none. Needs `messageId`. */
  readonly thread?: 'shallow' | 'deep' | undefined;
  /** Message ids that all mails answer, the last one directly (`--in-reply-to`). Default: none. */
  readonly inReplyTo?: readonly string[] | undefined;
  /** The commit that the series needs, and commits between it and the series, oldest first (`--base`). Default: none. */
  readonly base?: { readonly commit: ObjectId; readonly prerequisites?: readonly ObjectId[] | undefined } | undefined;
  /** Zeros instead of the id of the commit (`--zero-commit`). Default: `false`. */
  readonly zeroCommit?: boolean | undefined;
  /** Leave out the diffstat (`--no-stat`, `-p`). Default: `false`. */
  readonly noStat?: boolean | undefined;
  /** Also mails of commits that change nothing (`--always`). Default: `false`. */
  readonly always?: boolean | undefined;
  /** Who vouches for the commits: a trailer is added where the message has no such one yet (`--signoff`). Default: nobody. */
  readonly signoff?: Pick<Identity, 'name' | 'email'> | undefined;
  /**
   * The last commit of the version before, with which this one is compared (`--interdiff`); in the cover letter, or in the only
   * mail. Default: none.
   */
  readonly interdiff?: ObjectId | undefined;
  /** The ranges of the version before and of this one, compared in the same place (`--range-diff`). Default: none. */
  readonly rangeDiff?: Pick<RangeDiffRequest, 'old' | 'new' | 'creationFactor'> | undefined;
  /** Put `>` before lines of messages that begin with `From ` (`--pretty=mboxrd`). Default: `false`. */
  readonly mboxrd?: boolean | undefined;
  /** Which changes are shown. Default: all, with renames. */
  readonly changes?: ChangeOptions | undefined;
  /** How they are shown. Default: with full ids and binary data; pass `abbreviate` for short ones. */
  readonly format?: Omit<PatchFormat, 'algorithm'> | undefined;
}

/** The mail before a series. */
export interface CoverLetter {
  readonly from: Identity;
  readonly origin?: ObjectId | undefined;
  /** Default: `*** SUBJECT HERE ***`. */
  readonly subject?: string | undefined;
  /** Default: `*** BLURB HERE ***`. */
  readonly body?: string | undefined;
  /** Whose names the list of commits shows. */
  readonly mailmap: Mailmap;
}

/** What {@link formatPatches} writes. */
export interface FormatPatchRequest {
  readonly source: DiffSource;
  readonly algorithm: HashAlgorithm;
  /** Oldest first. Merges are left out. */
  readonly commits: readonly ObjectId[];
  readonly options?: FormatPatchOptions | undefined;
}

/** One mail. */
export interface PatchMail {
  /** `undefined` for the cover letter. */
  readonly commit: ObjectId | undefined;
  /** Its place in the series; 0 for the cover letter. */
  readonly number: number;
  /** The mail with its `From ` line. */
  readonly text: Uint8Array;
}

const SEPARATOR = Uint8Array.of(0x0a);
const STAT_WIDTH = 72;

/**
 * Commits as mails, one after another. Lazy: a commit is read when its mail is asked for.
 *
 * @throws {GovcError} object-missing, object-corrupt, object-type-mismatch
 */
export function* formatPatches(request: FormatPatchRequest): Generator<PatchMail, void, void> {
  yield* new PatchSeries(request).mails();
}

/** All mails of a series as `git format-patch --stdout` writes them: with an empty line between patches. */
export function formatMailbox(request: FormatPatchRequest): Uint8Array {
  const parts: Uint8Array[] = [];
  let isAfterPatch = false;
  for (const { commit, text } of formatPatches(request)) {
    if (isAfterPatch) parts.push(SEPARATOR);
    parts.push(text);
    isAfterPatch = commit !== undefined;
  }
  return Buffer.concat(parts);
}

class PatchSeries {
  readonly #request: FormatPatchRequest;
  readonly #options: FormatPatchOptions;
  readonly #commits: readonly PrettyCommit[];
  readonly #total: number;
  readonly #references: string[];
  #lastMessageId: string | undefined;
  #hasBase: boolean;

  constructor(request: FormatPatchRequest) {
    const { source, algorithm, options = {} } = request;
    this.#request = request;
    this.#options = options;
    this.#commits = request.commits.map((id) => readPrettyCommit(source, id, algorithm)).filter(({ commit }) => commit.parents.length < 2);
    const count = this.#commits.length;
    const isNumbered = options.keepSubject !== true && (options.numbered ?? (count > 1 || options.coverLetter !== undefined));
    this.#total = isNumbered ? count + (options.startNumber ?? 1) - 1 : 0;
    this.#references = [...(options.inReplyTo ?? [])];
    this.#hasBase = options.base !== undefined;
    if (count > 1 && options.coverLetter === undefined && (options.interdiff ?? options.rangeDiff) !== undefined) {
      throw new GovcError('unsupported', 'Several mails can be compared with the version before only in a cover letter.', { count });
    }
  }

  *mails(): Generator<PatchMail, void, void> {
    const { coverLetter, startNumber = 1 } = this.#options;
    const last = this.#commits.at(-1);
    if (coverLetter !== undefined && last !== undefined) {
      yield { commit: undefined, number: 0, text: this.#cover(coverLetter, last) };
    }
    let number = startNumber;
    for (const commit of this.#commits) {
      const text = this.#mail(commit, number);
      if (text !== undefined) yield { commit: commit.id, number, text };
      number++;
    }
  }

  #mail(commit: PrettyCommit, number: number): Uint8Array | undefined {
    const { source, algorithm } = this.#request;
    const { format = {}, noStat = false, always = false } = this.#options;
    const threading = this.#threadHeaders(commit.id, number);
    const parent = commit.commit.parents[0];
    const old = parent === undefined ? undefined : readPrettyCommit(source, parent, algorithm).commit.tree;
    const changes = this.#changes(old, commit.commit.tree);
    if (changes.length === 0 && !always) return undefined;
    const parts = [bytesFromLosslessText(this.#head(commit, number, threading))];
    if (changes.length > 0) {
      const stat = noStat ? [] : [formatStat(fileStats(changes, source, format), { width: STAT_WIDTH, ...format }), formatSummary(changes, format)];
      const comments = this.#options.coverLetter === undefined ? this.#comparisons(commit, 2) : [];
      for (const [index, comment] of comments.entries()) parts.push(bytesFromLosslessText(index === 0 ? '---\n' : '\n'), comment);
      parts.push(bytesFromLosslessText(noStat || comments.length > 0 ? '\n' : '---\n'), ...stat);
      if (!noStat) parts.push(SEPARATOR);
      parts.push(formatPatch(changes, source, { includesBinary: true, ...format, algorithm }));
    }
    parts.push(bytesFromLosslessText(this.#foot()));
    return Buffer.concat(parts);
  }

  /** What differs from the version before, each with its title; the lines of a diff indented. */
  #comparisons(last: PrettyCommit, indent: number): Uint8Array[] {
    const { source, algorithm } = this.#request;
    const { interdiff, rangeDiff: ranges, reroll, format = {} } = this.#options;
    const version = Number.parseInt(String(reroll), 10);
    const title = (name: string): Uint8Array => bytesFromLosslessText(`${name}${version >= 1 ? ` against v${version - 1}` : ''}:\n`);
    const parts: Uint8Array[] = [];
    if (interdiff !== undefined) {
      const changes = this.#changes(readPrettyCommit(source, interdiff, algorithm).commit.tree, last.commit.tree);
      const patch = formatPatch(changes, source, { includesBinary: true, ...format, algorithm });
      parts.push(concatBytes([title('Interdiff'), indentLines(patch, indent)]));
    }
    if (ranges !== undefined) {
      const pairs = rangeDiff({ source, algorithm, ...ranges });
      parts.push(concatBytes([title('Range-diff'), formatRangeDiff(pairs, ranges, format.abbreviate ?? ((id) => id))]));
    }
    return parts;
  }

  #changes(old: ObjectId | undefined, new_: ObjectId): ReturnType<typeof findChanges>['changes'] {
    const { source, algorithm } = this.#request;
    return findChanges({ objects: source.objects, algorithm, old, new: new_, options: this.#options.changes }).changes;
  }

  #head(commit: PrettyCommit, number: number, threading: string): string {
    const { keepSubject = false, from, forceInBodyFrom = false, extraHeaders = [], zeroCommit = false } = this.#options;
    const author = commit.author;
    const date = author?.date;
    const isOther = from !== undefined && author !== undefined &&
      (forceInBodyFrom || from.name !== author.name || from.email !== author.email);
    const inBody = isOther ? `From: ${author.name} <${author.email}>\n` : '';
    const sender = isOther ? from : author;
    const subject = keepSubject ? firstParagraph(commit.message).join('\n') : firstParagraph(commit.message).join(' ');
    const { signoff } = this.#options;
    const needsBits = hasNonAscii(commit.rawMessage) || hasNonAscii(inBody) || hasNonAscii(`${signoff?.name ?? ''}${signoff?.email ?? ''}`);
    const envelope = `From ${zeroCommit ? this.#request.algorithm.zeroId : commit.id} Mon Sep 17 00:00:00 2001\n${threading}`;
    const lines = [
      sender === undefined ? '' : `${fromHeader(sender.name, sender.email)}\n`,
      date === undefined ? '' : `Date: ${formatDate(date, 'rfc', 0)}\n`,
      `${subjectHeader(keepSubject ? '' : this.#prefix(number), subject)}\n`,
      needsBits ? MIME : '',
      ...extraHeaders.map((line) => `${line}\n`),
      '\n',
      inBody === '' ? '' : `${inBody}\n`,
    ];
    const text = withBody(lines.join(''), commit.message, this.#options.mboxrd === true);
    return envelope + (signoff === undefined ? text : appendSignoff(text, signoff, { onlyOnce: true }));
  }

  #prefix(number: number): string {
    const { subjectPrefix = 'PATCH', reroll } = this.#options;
    const prefix = reroll === undefined ? subjectPrefix : `${subjectPrefix} v${reroll}`;
    if (this.#total > 0) {
      const count = String(number).padStart(String(this.#total).length, '0');
      return `[${prefix}${prefix === '' ? '' : ' '}${count}/${this.#total}]`;
    }
    return prefix === '' ? '' : `[${prefix}]`;
  }

  /** `Message-Id`, `In-Reply-To` and `References` of the next mail. */
  #threadHeaders(commit: ObjectId | undefined, number: number): string {
    const { messageId, thread, coverLetter } = this.#options;
    if (thread !== undefined && this.#lastMessageId !== undefined) {
      const keeps = thread === 'shallow' && this.#references.length > 0 && (coverLetter === undefined || number > 1);
      if (!keeps) this.#references.push(this.#lastMessageId);
    }
    const references = this.#references;
    const id = thread === undefined ? undefined : messageId?.(commit);
    this.#lastMessageId = id;
    const own = id === undefined ? '' : `Message-Id: <${id}>\n`;
    if (references.length === 0) return own;
    return `${own}In-Reply-To: <${references.at(-1)!}>\nReferences: ${references.map((reference) => `<${reference}>\n`).join('\t')}`;
  }

  /** What the series needs, once, and the signature. */
  #foot(): string {
    const { base, signature = 'govc' } = this.#options;
    let text = '';
    if (base !== undefined && this.#hasBase) {
      this.#hasBase = false;
      const { source, algorithm } = this.#request;
      text = `\nbase-commit: ${base.commit}\n`;
      for (const id of base.prerequisites ?? []) text += `prerequisite-patch-id: ${patchIdOfCommit(source, id, algorithm) ?? ''}\n`;
    }
    return signature === '' ? text : `${text}-- \n${signature}${signature.endsWith('\n') ? '' : '\n'}\n`;
  }

  #cover(letter: CoverLetter, last: PrettyCommit): Uint8Array {
    const { source, algorithm } = this.#request;
    const { extraHeaders = [], zeroCommit = false, format = {} } = this.#options;
    const { from, origin, subject = '*** SUBJECT HERE ***', body = '*** BLURB HERE ***', mailmap } = letter;
    const needsBits = this.#commits.some((commit) => hasNonAscii(`${commit.rawMessage}${commit.author?.name ?? ''}${commit.committer?.name ?? ''}`));
    const head = [
      `From ${zeroCommit ? algorithm.zeroId : last.id} Mon Sep 17 00:00:00 2001\n${this.#threadHeaders(undefined, 0)}`,
      `${fromHeader(from.name, from.email)}\nDate: ${formatDate(from, 'rfc', 0)}\n`,
      `${subjectHeader(this.#prefix(0), subject)}\n`,
      needsBits ? MIME : '',
      ...extraHeaders.map((line) => `${line}\n`),
      `\n${bodyText(body, false)}\n`,
    ];
    const groups = runJob(shortlog({ objects: source.objects, algorithm, mailmap, commits: [...this.#commits].reverse().map(({ id }) => id) }));
    const parts = [bytesFromLosslessText(head.join('') + formatShortlog(groups, { wrap: { width: STAT_WIDTH, firstIndent: 2, indent: 4 } }))];
    if (origin !== undefined) {
      const changes = this.#changes(readPrettyCommit(source, origin, algorithm).commit.tree, last.commit.tree);
      parts.push(formatStat(fileStats(changes, source, format), { width: STAT_WIDTH, ...format }), formatSummary(changes, format), SEPARATOR);
    }
    parts.push(...this.#comparisons(last, 0));
    parts.push(bytesFromLosslessText(this.#foot()));
    return Buffer.concat(parts);
  }
}

function indentLines(text: Uint8Array, indent: number): Uint8Array {
  const space = new Uint8Array(indent).fill(0x20);
  const parts: Uint8Array[] = [];
  for (let start = 0; start < text.length; ) {
    const lf = text.indexOf(0x0a, start);
    const end = lf < 0 ? text.length : lf + 1;
    parts.push(space, text.subarray(start, end));
    start = end;
  }
  return concatBytes(parts);
}

const MIME = 'MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n';

/** The lines of the first paragraph, without white space at their ends. */
function firstParagraph(message: string): string[] {
  const lines: string[] = [];
  for (const line of message.split('\n')) {
    const text = trimSpaceEnd(line);
    if (text === '') break;
    lines.push(text);
  }
  return lines;
}

/** Headers and what follows the first paragraph, ending in one line feed, and never without the empty line between. */
function withBody(head: string, message: string, isMboxrd: boolean): string {
  const lines = message.split('\n');
  const title = firstParagraph(message).length;
  const body = bodyText(lines.slice(title).join('\n'), isMboxrd);
  const text = `${trimSpaceEnd(head + body)}\n`;
  return text.length <= head.length ? `${text}\n` : text;
}

/** Text without blank lines before it and without white space at the ends of its lines. */
function bodyText(text: string, isMboxrd: boolean): string {
  let body = '';
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const raw of lines) {
    const line = trimSpaceEnd(raw);
    if (line === '' && body === '') continue;
    body += `${isMboxrd && /^>*From /.test(line) ? '>' : ''}${line}\n`;
  }
  return body;
}
