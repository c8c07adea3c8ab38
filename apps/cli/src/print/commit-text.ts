/** A commit as `git log` shows it: the named formats of git-log(1), "PRETTY FORMATS". */
import {
  formatCommit, losslessTextFromBytes, parseDateMode, showDate, textWidth, type DateMode, type PrettyCommit, type PrettyContext, type PrettyPerson,
} from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from '../session/session.js';

/** A format: one with a name, or one with placeholders. */
export type CommitFormat =
  | { readonly kind: 'oneline' | 'short' | 'medium' | 'full' | 'fuller' | 'raw' | 'email' | 'mboxrd' }
  | { readonly kind: 'user'; readonly text: string; readonly endsLines: boolean; readonly isReference?: boolean };

const NAMES = ['oneline', 'short', 'medium', 'full', 'fuller', 'raw', 'email', 'mboxrd'] as const;

/** The format that `--pretty=<text>` asks for. @throws {Failure} */
export function readCommitFormat(session: Pick<Session, 'config'>, text: string, depth = 0): CommitFormat {
  if (text.startsWith('format:')) return { kind: 'user', text: text.slice(7), endsLines: false };
  if (text.startsWith('tformat:')) return { kind: 'user', text: text.slice(8), endsLines: true };
  if (text === 'reference') return { kind: 'user', text: '%C(auto)%h (%s, %as)', endsLines: true, isReference: true };
  if (text.includes('%')) return { kind: 'user', text, endsLines: true };
  const own = text === '' ? undefined : session.config.get(`pretty.${text}`);
  if (own !== undefined && depth < 10) return readCommitFormat(session, own, depth + 1);
  const name = NAMES.find((known) => known.startsWith(text));
  if (text === '' || name === undefined) die(`invalid --pretty format: ${text}`);
  return { kind: name };
}

/** What a text needs beside the commit and its format. */
export interface CommitTextOptions {
  readonly context: PrettyContext;
  readonly date: DateMode;
  readonly zone: ((timeSeconds: number) => number) | undefined;
  /** How wide tabs are; 0: they stay. */
  readonly tabSize: number;
  /** Behind the message, as it is. */
  readonly notes?: string | undefined;
}

/** The text of a commit without its first line (`commit <id>`), ending with a line feed but for placeholders. */
export function commitText(commit: PrettyCommit, format: CommitFormat, options: CommitTextOptions): string {
  if (format.kind === 'user') return formatCommit(commit, format.text, options.context);
  if (format.kind === 'oneline') return commit.subject;
  if (format.kind === 'raw') return rawText(commit);
  const head = headerLines(commit, format.kind, options);
  const body = format.kind === 'short' ? commit.message.replace(/^\s*\n/, '').split(/\n[ \t]*(?:\n|$)/, 1)[0]! : commit.message;
  const indented = indent(body, format.kind === 'short' ? 0 : options.tabSize);
  return `${head.map((line) => `${line}\n`).join('')}\n${indented}`;
}

function headerLines(commit: PrettyCommit, kind: 'short' | 'medium' | 'full' | 'fuller' | 'email' | 'mboxrd', options: CommitTextOptions): string[] {
  const parents = options.context.parents ?? commit.commit.parents;
  const lines: string[] = [];
  if (parents.length > 1) lines.push(`Merge: ${parents.map((id) => options.context.abbreviate(id)).join(' ')}`);
  const person = (who: PrettyPerson | undefined): string => {
    if (who === undefined) return ' <>';
    const mapped = options.context.mapPerson?.(who) ?? who;
    return `${mapped.name} <${mapped.email}>`;
  };
  const date = (who: PrettyPerson | undefined): string => dateText(who, options);
  switch (kind) {
    case 'medium':
      lines.push(`Author: ${person(commit.author)}`, `Date:   ${date(commit.author)}`);
      break;
    case 'full':
      lines.push(`Author: ${person(commit.author)}`, `Commit: ${person(commit.committer)}`);
      break;
    case 'fuller':
      lines.push(`Author:     ${person(commit.author)}`, `AuthorDate: ${date(commit.author)}`, `Commit:     ${person(commit.committer)}`, `CommitDate: ${date(commit.committer)}`);
      break;
    default:
      lines.push(`Author: ${person(commit.author)}`);
  }
  return lines;
}

/** The date of a person in the mode that was asked for. */
export function dateText(who: PrettyPerson | undefined, { date, zone, context }: Pick<CommitTextOptions, 'date' | 'zone' | 'context'>): string {
  const recorded = who?.date ?? { timeSeconds: 0, timezone: '+0000' };
  return showDate(recorded, date, { nowSeconds: context.nowSeconds, zone });
}

/** The headers as they stand in the object, and the message indented. */
function rawText(commit: PrettyCommit): string {
  let text = '';
  for (const { key, value } of commit.commit.headers) {
    if (key === 'encoding') continue;
    text += `${key} ${losslessTextFromBytes(value ?? new Uint8Array(0)).replace(/\n/g, '\n ')}\n`;
  }
  return `${text}\n${indent(commit.message, 0)}`;
}

/** Lines moved in by four columns; empty ones too, but not those at the end. */
function indent(message: string, tabSize: number): string {
  const lines = message.replace(/\s+$/, '').split('\n');
  if (lines.length === 1 && lines[0] === '') return '';
  return `${lines.map((line) => `    ${expandTabs(line.replace(/[ \t\r\v\f]+$/, ''), tabSize)}`).join('\n')}\n`;
}

function expandTabs(line: string, tabSize: number): string {
  if (tabSize === 0 || !line.includes('\t')) return line;
  let result = '';
  for (const [index, piece] of line.split('\t').entries()) {
    if (index > 0) result += ' '.repeat(tabSize - (textWidth(result) % tabSize));
    result += piece;
  }
  return result;
}

/** The mode of `--date=<text>`. @throws {Failure} */
export function readDateMode(text: string, { isTerminal = false }: { readonly isTerminal?: boolean } = {}): DateMode {
  const wanted = text.startsWith('auto:') ? (isTerminal ? text.slice(5) : 'default') : text;
  try {
    return parseDateMode(wanted);
  } catch (error) {
    if ((error as { code?: string }).code !== 'date-mode-invalid') throw error;
    return die(`unknown date format ${text}`);
  }
}
