/** The message of a merge, as `git fmt-merge-msg` composes it. */
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { commentLines, messageSubject } from '../history/commit-message.js';
import { formatDate } from '../history/format-date.js';
import { commitMessageText, parseCommit } from '../object/commit.js';
import type { Header } from '../object/headers.js';
import { findTagSignature, signatureOffset } from '../object/signature.js';
import { parseTag } from '../object/tag.js';
import { BRANCH_PREFIX, HEAD } from '../ref/ref-name.js';
import { WM_PATHNAME, wildmatchText } from '../pattern/wildmatch.js';
import { describeHead, type HeadDescription, type NamedHead } from './merge-heads.js';
import type { ReadContext } from './read-context.js';
import { readCommit } from './commit-info.js';
import { listRevisions } from './rev-list.js';
import { shortNames } from './short-name.js';
import { headTip } from './write-context.js';

/** How the message is made. */
export interface MergeTitleOptions {
  /** Stands for the title. Default: the title that Git composes. */
  readonly message?: string | undefined;
  /** How many commits of each head are listed (`--log=<n>`). Default: `merge.log`, or 0. */
  readonly log?: number | undefined;
  /** What is merged into, in the title. Default: the current branch. */
  readonly intoName?: string | undefined;
}

/** How many commits `merge.log = true` lists. */
const LOG_DEFAULT = 20;

/** The message of a merge of these heads; not cleaned. */
export function composeMergeMessage(context: ReadContext, heads: readonly NamedHead[], options: MergeTitleOptions): string {
  const log = options.log ?? configuredLog(context);
  const described = heads.map((head) => ({ head, description: describeHead(context, head) }));
  let text = options.message ?? `${composeTitle(context, described.map(({ description }) => description), options.intoName)}\n`;
  if (options.message !== undefined && log === 0) return text;
  const tags = composeTags(context, described);
  if (tags !== '') text += `\n${tags}`;
  if (log === 0) return text;
  if (!text.endsWith('\n')) text += '\n';
  for (const { head, description } of described) text += listMerged(context, { head, description, limit: log });
  return text;
}

function configuredLog({ snapshot: { config } }: ReadContext): number {
  const name = config.get('merge.log') === undefined ? 'merge.summary' : 'merge.log';
  const value = config.get(name);
  if (value === undefined) return 0;
  if (/^[+-]?\d+[kmg]?$/i.test(value)) return Math.max(0, config.getInt(name, 0));
  return config.getBool(name, false) ? LOG_DEFAULT : 0;
}

function composeTitle(context: ReadContext, descriptions: readonly HeadDescription[], intoName: string | undefined): string {
  const parts: string[] = [];
  const local = descriptions.filter(({ kind }) => kind !== 'other');
  let isLocalDone = false;
  // Heads that refs name stand together where the first of them stands.
  for (const { kind, text } of descriptions) {
    if (kind === 'other') {
      if (!parts.includes(text)) parts.push(text);
    } else if (!isLocalDone) {
      isLocalDone = true;
      const groups = [
        join('branch', 'branches', local.filter((head) => head.kind === 'branch')),
        join('remote-tracking branch', 'remote-tracking branches', local.filter((head) => head.kind === 'remote-tracking branch')),
        join('tag', 'tags', local.filter((head) => head.kind === 'tag')),
      ];
      parts.push(groups.filter((group) => group !== '').join(', '));
    }
  }
  return `Merge ${parts.join('; ')}${composeDestination(context, intoName)}`;
}

function join(singular: string, plural: string, heads: readonly HeadDescription[]): string {
  const texts = heads.map(({ text }) => text);
  const last = texts.pop();
  if (last === undefined) return '';
  return texts.length === 0 ? `${singular} ${last}` : `${plural} ${texts.join(', ')} and ${last}`;
}

function composeDestination(context: ReadContext, intoName: string | undefined): string {
  const { ref, isDetached } = headTip(context);
  const branch = intoName ?? (isDetached ? HEAD : ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : ref);
  const patterns = suppressedDestinations(context);
  return patterns.some((pattern) => wildmatchText(pattern, branch, WM_PATHNAME)) ? '' : ` into ${branch}`;
}

/** The branches of which the title does not speak: an empty value of `merge.suppressDest` forgets those before it. */
function suppressedDestinations({ snapshot: { config } }: ReadContext): string[] {
  const values = config.getAll('merge.suppressdest');
  if (values.length === 0) return ['main', 'master'];
  return values.slice(values.lastIndexOf('') + 1);
}

/** The messages of annotated tags, each under its name where there are several. */
function composeTags(
  { snapshot }: ReadContext, heads: readonly { readonly head: NamedHead; readonly description: HeadDescription }[],
): string {
  const tags = heads.flatMap(({ head, description }) => {
    const object = snapshot.objects.find(head.object);
    if (object?.type !== 'tag') return [];
    const { message } = parseTag(object.body, snapshot.algorithm);
    const body = losslessTextFromBytes(message.subarray(0, signatureOffset(message)));
    return [{ name: description.origin, body: body === '' || body.endsWith('\n') ? body : `${body}\n` }];
  });
  if (tags.length < 2) return tags.map(({ body }) => body).join('');
  return tags.map(({ name, body }) => `\n${commentLines(name)}${body}`).join('');
}

/** The subjects of the commits that a head brings. */
function listMerged(
  context: ReadContext, request: { readonly head: NamedHead; readonly description: HeadDescription; readonly limit: number },
): string {
  const { head, description: { kind, origin }, limit } = request;
  const { snapshot } = context;
  const lines: string[] = [];
  let count = 0;
  for (const { id } of listRevisions(context, { revisions: [head.id, `^${HEAD}`], maxParents: 1 })) {
    if (++count > limit) continue;
    const subject = messageSubject(commitMessageText(parseCommit(snapshot.objects.find(id)!.body, snapshot.algorithm)));
    lines.push(`  ${subject === '' ? id : subject}\n`);
  }
  if (count > limit) lines.push('  ...\n');
  const wantsText = kind === 'branch' && snapshot.config.getBool('merge.branchdesc', false);
  const text = wantsText ? snapshot.config.get(`branch.${origin}.description`) : undefined;
  const about = text === undefined ? '' : text.replace(/\n$/, '').split('\n').map((line) => `  : ${line}\n`).join('');
  return `\n* ${origin}:${count > limit ? ` (${count} commits)` : ''}\n${about}${lines.join('')}`;
}

/** The message of a squash: every commit that the heads bring, as `git log` shows it. */
export function composeSquashMessage(context: ReadContext, heads: readonly NamedHead[]): string {
  const { snapshot } = context;
  const shortName = shortNames(snapshot);
  let text = 'Squashed commit of the following:\n';
  for (const { id } of listRevisions(context, { revisions: [...heads.map((head) => head.id), `^${HEAD}`] })) {
    const { author, message, parents } = readCommit(snapshot, id);
    const merge = parents.length > 1 ? `Merge: ${parents.map(shortName).join(' ')}\n` : '';
    const body = message.replace(/^\n+|\s+$/g, '').split('\n').map((line) => (line === '' ? '\n' : `    ${line}\n`)).join('');
    const date = formatDate(author, 'default', 0);
    text += `\ncommit ${id}\n${merge}Author: ${author.name} <${author.email}>\nDate:   ${date}\n\n${body}`;
  }
  return text;
}

/** The headers that keep signed tags in the commit that merges them. */
export function mergeTagHeaders({ snapshot }: ReadContext, heads: readonly NamedHead[]): Header[] {
  return heads.flatMap(({ object, id }) => {
    const found = object === id ? undefined : snapshot.objects.find(object);
    if (found?.type !== 'tag' || findTagSignature(parseTag(found.body, snapshot.algorithm)) === undefined) return [];
    const end = found.body.length;
    return [{ key: 'mergetag', value: found.body[end - 1] === 0x0a ? found.body.subarray(0, end - 1) : found.body }];
  });
}
