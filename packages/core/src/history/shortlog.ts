/** Commits by who made them (git-shortlog). Text is lossless. */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { GovcError } from '../errors.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import { comparePaths } from '../staging/staging-index.js';
import { splitContact, type Mailmap, type MailmapPerson } from './mailmap.js';
import { PrettyCommit } from './pretty-commit.js';
import { formatCommit, type PrettyContext } from './pretty-format.js';
import { parseTrailers } from './trailers.js';
import { wrapText, type WrapOptions } from './wrap-text.js';

/**
 * What commits are put together by: who wrote or committed them, the value of a trailer such as `Reviewed-by`, or what a format such as
 * `%as` gives for them.
 */
export type ShortlogKey = 'author' | 'committer' | { readonly trailer: string } | { readonly format: string };

/** How commits are put together. */
export interface ShortlogOptions {
  /** A commit stands once under each different name that these give. Default: the author. */
  readonly groups?: readonly ShortlogKey[] | undefined;
  /** Names with addresses. Default: false. */
  readonly email?: boolean | undefined;
  /** Most commits first instead of by name. Default: false. */
  readonly byCount?: boolean | undefined;
  /** Counts only, which saves memory. Default: false. */
  readonly summary?: boolean | undefined;
}

/** What {@link shortlog} works on. */
export interface ShortlogRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly mailmap: Mailmap;
  /** Newest first, as a walk gives them. */
  readonly commits: Iterable<ObjectId>;
  readonly options?: ShortlogOptions | undefined;
  /** What formats show beside the commits. Default: ids in full, persons as the mailmap has them. */
  readonly pretty?: PrettyContext | undefined;
}

/** The commits of one name. */
export interface ShortlogGroup {
  readonly name: string;
  readonly count: number;
  /** Their subjects, the oldest first, without `[PATCH …]`; empty for a summary. */
  readonly subjects: readonly string[];
}

/**
 * Puts commits together. O(size of their messages).
 *
 * @throws {GovcError} object-missing, object-corrupt
 */
export function* shortlog(request: ShortlogRequest): Job<ShortlogGroup[]> {
  const { objects, algorithm, commits, options = {} } = request;
  const groups = new Map<string, { count: number; readonly subjects: string[] }>();
  let done = 0;
  for (const id of commits) {
    if (++done % 64 === 0) yield { phase: 'Reading commits', done, total: undefined };
    const body = objects.find(id)?.body;
    if (body === undefined) throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
    const commit = new PrettyCommit(id, body, algorithm);
    const names = namesOf(request, commit);
    const subject = options.summary === true || names.size === 0 ? '' : cleanSubject(commit.subject);
    for (const name of names) {
      let group = groups.get(name);
      if (group === undefined) groups.set(name, (group = { count: 0, subjects: [] }));
      group.count++;
      if (options.summary !== true) group.subjects.push(subject);
    }
  }
  const sorted = [...groups].map(([name, { count, subjects }]) => ({ name, count, subjects: subjects.reverse() }));
  sorted.sort((left, right) => comparePaths(left.name, right.name));
  if (options.byCount === true) sorted.sort((left, right) => right.count - left.count);
  return sorted;
}

/** What `git shortlog` prints. @param wrap breaks subjects; its defaults there are 76 columns, indented by 6 and 9 */
export function formatShortlog(
  groups: readonly ShortlogGroup[], options: { readonly summary?: boolean | undefined; readonly wrap?: WrapOptions | undefined } = {},
): string {
  const { summary = false, wrap } = options;
  const lines: string[] = [];
  for (const { name, count, subjects } of groups) {
    if (summary) {
      lines.push(`${String(count).padStart(6)}\t${name}\n`);
      continue;
    }
    lines.push(`${name} (${count}):\n`);
    for (const subject of subjects) lines.push(wrap === undefined ? `      ${subject}\n` : `${wrapText(subject, wrap)}\n`);
    lines.push('\n');
  }
  return lines.join('');
}

function namesOf({ mailmap, options = {}, pretty }: ShortlogRequest, commit: PrettyCommit): Set<string> {
  const { groups = ['author'], email = false } = options;
  const names = new Set<string>();
  const show = (person: MailmapPerson): string => {
    const mapped = mailmap.map(person);
    return email ? `${mapped.name} <${mapped.email}>` : mapped.name;
  };
  // Git puts those of trailers first.
  const wanted = new Set(groups.flatMap((key) => (typeof key === 'object' && 'trailer' in key ? [key.trailer.toLowerCase()] : [])));
  if (wanted.size > 0) {
    for (const { token, value } of parseTrailers(commit.rawMessage)) {
      if (!wanted.has(token.toLowerCase())) continue;
      const person = splitContact(value);
      names.add(person === undefined ? value : show(person));
    }
  }
  for (const key of groups) {
    if (typeof key !== 'object' || !('format' in key)) continue;
    const context = pretty ?? { abbreviate: (id: ObjectId) => id, nowSeconds: 0, mapPerson: (each: MailmapPerson) => mailmap.map(each) };
    names.add(formatCommit(commit, key.format, context));
  }
  for (const key of ['author', 'committer'] as const) {
    if (!groups.includes(key)) continue;
    const person = key === 'author' ? commit.author : commit.committer;
    names.add(person === undefined ? (email ? ' <>' : '') : show(person));
  }
  return names;
}

/** Without what mail puts before a subject. */
function cleanSubject(subject: string): string {
  let text = (subject === '' ? '<none>' : subject).replace(/^[ \t\r]+/, '');
  if (text.startsWith('[PATCH')) {
    const end = text.indexOf(']');
    if (end >= 0) text = text.slice(end + 1);
  }
  return text.replace(/^[ \t\r]+|[ \t\r]+$/g, '');
}
