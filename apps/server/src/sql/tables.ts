import type { View } from '@govc/core';

import { identityTime, isoSeconds } from '../routes/times.js';
import { isText } from '../routes/text.js';
import { queryError } from './tokens.js';
import type { Row } from './query.js';
import type { Table } from './run-query.js';

/** What the tables are made of. */
export interface TableSource {
  readonly view: View;
  /** The revision whose files are listed, and from which commits are walked. */
  readonly ref: string;
}

/** Files that are larger, or are no text, have no lines. */
const FILE_SIZE_MAX = 1024 * 1024;
const LINE_LENGTH_MAX = 10_000;

const MAKERS: Readonly<Record<string, { readonly columns: readonly string[]; readonly rows: (source: TableSource) => Iterable<Row | undefined> }>> = {
  files: { columns: ['path', 'name', 'folder', 'extension', 'size', 'mode', 'id', 'ref'], rows: fileRows },
  content: { columns: ['path', 'line', 'content', 'ref'], rows: lineRows },
  commits: {
    columns: ['hash', 'message', 'subject', 'author', 'email', 'committer', 'committer_email', 'timestamp', 'time', 'committed_at', 'tree', 'parent', 'parent_count', 'is_merge'],
    rows: commitRows,
  },
  branches: { columns: ['name', 'commit', 'is_current'], rows: branchRows },
  tags: { columns: ['name', 'commit', 'is_annotated'], rows: tagRows },
};

/** The names of the tables. */
export const TABLES: readonly string[] = Object.keys(MAKERS);

/** A table by its name. @throws {ServerError} query-invalid */
export function openTable(name: string, source: TableSource): Table {
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (maker === undefined) throw queryError(`there is no table "${name.slice(0, 100)}"; there are ${TABLES.join(', ')}`, 0);
  return { columns: maker.columns, rows: maker.rows(source) };
}

function isUnborn({ view, ref }: TableSource): boolean {
  return ref === 'HEAD' && view.head().id === undefined;
}

function* fileRows(source: TableSource): Generator<Row | undefined, void, void> {
  const { view, ref } = source;
  if (isUnborn(source)) return;
  const { objects } = view.snapshot;
  for (const { path, name, type, id, mode } of view.list('', { revision: ref, recursive: true })) {
    const size = type === 'blob' ? (objects.findHeader(id)?.size ?? null) : null;
    const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
    yield { path, name, folder, extension: /[^.]\.([^.]+)$/.exec(name)?.[1] ?? '', size, mode: mode.toString(8).padStart(6, '0'), id, ref };
  }
}

function* lineRows(source: TableSource): Generator<Row | undefined, void, void> {
  const { view, ref } = source;
  if (isUnborn(source)) return;
  const { objects } = view.snapshot;
  for (const { path, type, id } of view.list('', { revision: ref, recursive: true })) {
    yield undefined;
    if (type !== 'blob' || (objects.findHeader(id)?.size ?? FILE_SIZE_MAX + 1) > FILE_SIZE_MAX) continue;
    const body = objects.find(id)?.body;
    if (body === undefined || !isText(body)) continue;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    for (let start = 0, line = 1; start < bytes.length; line++) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline < 0 ? bytes.length : newline;
      yield { path, line, content: bytes.toString('utf8', start, Math.min(end, start + LINE_LENGTH_MAX)).replace(/\r$/, ''), ref };
      start = end + 1;
    }
  }
}

function* commitRows(source: TableSource): Generator<Row | undefined, void, void> {
  const { view, ref } = source;
  if (isUnborn(source)) return;
  for (const { id, message, author, committer, tree, parents } of view.log({ revisions: [ref] })) {
    const text = message.replace(/\n$/, '');
    yield {
      hash: id, message: text, subject: text.split('\n', 1)[0] ?? '', author: author.name, email: author.email,
      committer: committer.name, committer_email: committer.email, timestamp: isoSeconds(author.timeSeconds), time: identityTime(author),
      committed_at: isoSeconds(committer.timeSeconds), tree, parent: parents[0] ?? null, parent_count: parents.length, is_merge: parents.length > 1,
    };
  }
}

function* branchRows({ view }: TableSource): Generator<Row, void, void> {
  const current = view.head().ref;
  for (const { name, id } of view.branches()) yield { name, commit: id, is_current: current === `refs/heads/${name}` };
}

function* tagRows({ view }: TableSource): Generator<Row, void, void> {
  for (const { name, id, target } of view.tags()) yield { name, commit: target, is_annotated: id !== target };
}
