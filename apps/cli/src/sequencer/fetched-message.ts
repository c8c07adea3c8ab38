/** The message of a merge of what was fetched, as the lines of `FETCH_HEAD` describe it. */
import type { ObjectId } from '@govc/core';
import {
  commentLines, commitMessageText, findObjectId, HEAD, messageSubject, losslessTextFromBytes, parseCommit, parseTag, peelToCommit, signatureOffset, listRevisions,
  wildmatchText, WM_PATHNAME,
} from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from '../session/session.js';
import { readHead } from '../worktree/head.js';

interface Origin {
  readonly id: ObjectId;
  readonly commit: ObjectId;
  /** As the list of commits is headed. */
  readonly name: string;
  readonly isBranch: boolean;
}

/** What came from one place. */
interface Source {
  readonly url: string;
  readonly branches: string[];
  readonly tags: string[];
  readonly remoteBranches: string[];
  readonly others: string[];
  hasHead: boolean;
}

/** How the message is made. */
export interface FetchedOptions {
  readonly message: string | undefined;
  readonly log: number | undefined;
  readonly intoName: string | undefined;
}

/** The message; ends with a line feed unless it is empty. @throws {Failure} a line is no line of FETCH_HEAD */
export function composeFetched(session: Session, text: string, options: FetchedOptions): string {
  const sources: Source[] = [];
  const origins: Origin[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line !== '') readLine(session, { line, number: index + 1 }, { sources, origins });
  }
  const log = options.log ?? configuredLog(session);
  let out = '';
  if (options.message !== undefined) out = options.message;
  else if (sources.length > 0) out = `${title(sources)}${destination(session, options.intoName)}`;
  if (out !== '' && !out.endsWith('\n')) out += '\n';
  if (origins.length === 0) return out;
  const tags = tagTexts(session, origins);
  if (tags !== '') out += `\n${tags}`;
  if (log > 0) for (const origin of reduce(session, origins)) out += shortlogOf(session, origin, log);
  return out;
}

function readLine(session: Session, { line, number }: { readonly line: string; readonly number: number }, { sources, origins }: { readonly sources: Source[]; readonly origins: Origin[] }): void {
  const { hexSize } = session.algorithm;
  const id = findObjectId(line.slice(0, hexSize), session.algorithm);
  if (id === undefined || line[hexSize] !== '\t') die(`error in line ${number}: ${line}`);
  let rest = line.slice(hexSize + 1);
  if (rest.startsWith('not-for-merge')) return;
  if (!rest.startsWith('\t')) die(`error in line ${number}: ${line}`);
  rest = rest.slice(1);
  const of = rest.lastIndexOf(' of ');
  const what = of < 0 ? rest : rest.slice(0, of);
  const url = of < 0 ? (/^(?:branch|tag|remote-tracking branch) '/.test(rest) ? '.' : rest) : rest.slice(of + 4);
  let source = sources.find((each) => each.url === url);
  if (source === undefined) {
    source = { url, branches: [], tags: [], remoteBranches: [], others: [], hasHead: false };
    sources.push(source);
  }
  const match = /^(branch|tag|remote-tracking branch) (.*)$/s.exec(what);
  let name = of < 0 && match === null ? rest : match?.[2] ?? what;
  if (of < 0 && match === null) source.hasHead = true;
  else if (match?.[1] === 'branch') source.branches.push(name);
  else if (match?.[1] === 'tag') source.tags.push(name);
  else if (match !== null) source.remoteBranches.push(name);
  else source.others.push(what);
  if (match?.[1] === 'tag') name = what;
  const plain = name.replace(/^'(.*)'$/s, '$1');
  const label = url === '.' || url === name ? plain : `${plain} of ${url}`;
  const commit = session.context.snapshot.objects.has(id) ? peelToCommit(session.context.snapshot, id) : id;
  origins.push({ id, commit, name: of < 0 && match === null ? rest : label, isBranch: match?.[1] === 'branch' });
}

function title(sources: readonly Source[]): string {
  const parts = sources.map(({ url, branches, tags, remoteBranches, others, hasHead }) => {
    const groups = [
      hasHead ? (branches.length + tags.length + remoteBranches.length + others.length === 0 ? url : 'HEAD') : '',
      group('branch ', 'branches ', branches), group('remote-tracking branch ', 'remote-tracking branches ', remoteBranches), group('tag ', 'tags ', tags), group('commit ', 'commits ', others),
    ].filter((text) => text !== '');
    const isWhole = groups.length === 1 && groups[0] === url;
    return `${groups.join(', ')}${url === '.' || isWhole ? '' : ` of ${url}`}`;
  });
  return `Merge ${parts.join('; ')}`;
}

function group(one: string, many: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  if (names.length === 1) return `${one}${names[0]!}`;
  return `${many}${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

function destination(session: Session, intoName: string | undefined): string {
  const branch = intoName ?? readHead(session).branch ?? HEAD;
  const values = session.config.getAll('merge.suppressdest');
  const patterns = values.length === 0 ? ['main', 'master'] : values.slice(values.lastIndexOf('') + 1);
  return patterns.some((pattern) => wildmatchText(pattern, branch, WM_PATHNAME)) ? '' : ` into ${branch}`;
}

function configuredLog({ config }: Session): number {
  const name = config.get('merge.log') === undefined ? 'merge.summary' : 'merge.log';
  const value = config.get(name);
  if (value === undefined) return 0;
  if (/^[+-]?\d+[kmg]?$/i.test(value)) {
    const count = config.getInt(name, 0);
    if (count < 0) die(`${name}: negative length ${value}`);
    return count;
  }
  return config.getBool(name, false) ? 20 : 0;
}

function tagTexts(session: Session, origins: readonly Origin[]): string {
  const { objects, algorithm } = session.context.snapshot;
  const found = origins.flatMap(({ id, name }) => {
    const object = objects.find(id);
    if (object?.type !== 'tag') return [];
    const { message } = parseTag(object.body, algorithm);
    const body = losslessTextFromBytes(message.subarray(0, signatureOffset(message)));
    return [{ name, body: body === '' || body.endsWith('\n') ? body : `${body}\n` }];
  });
  if (found.length < 2) return found.map(({ body }) => body).join('');
  return found.map(({ name, body }, index) => `${index === 0 ? '' : '\n'}${commentLines(name)}${body}`).join('');
}

/** Heads that others reach bring nothing of their own. */
function reduce(session: Session, origins: readonly Origin[]): readonly Origin[] {
  const kept = new Set(session.repository.mergeBase(origins.map(({ commit }) => commit), { kind: 'independent' }));
  return kept.size === 0 ? origins : origins.filter(({ commit }) => kept.has(commit));
}

function shortlogOf(session: Session, { commit, name, isBranch }: Origin, limit: number): string {
  const { objects, algorithm } = session.context.snapshot;
  const subjects: string[] = [];
  let count = 0;
  for (const { id } of listRevisions(session.context, { revisions: [commit, `^${HEAD}`], maxParents: 1 })) {
    if (++count > limit) continue;
    const subject = messageSubject(commitMessageText(parseCommit(objects.find(id)!.body, algorithm)));
    subjects.push(`  ${subject === '' ? id : subject}\n`);
  }
  if (count > limit) subjects.push('  ...\n');
  const description = isBranch && session.config.getBool('merge.branchdesc', false) ? session.config.get(`branch.${name}.description`) : undefined;
  const about = description === undefined ? '' : description.replace(/\n$/, '').split('\n').map((line) => `  : ${line}\n`).join('');
  return `\n* ${name}:${count > limit ? ` (${count} commits)` : ''}\n${about}${subjects.join('')}`;
}
