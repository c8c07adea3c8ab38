import type { ObjectId } from '@govc/core';
import { countRevisions, listObjects, losslessTextFromBytes, parseFilter, readPrettyCommit, readQuery, revList, runJob } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { finishQuery, makeRevisionSettings, readRevisionOption } from '../options/revision-options.js';
import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { commitText, readCommitFormat, readDateMode, type CommitFormat } from '../print/commit-text.js';
import { makeLogSettings, readLogOption } from '../print/log-printer.js';
import { readAll, writeText } from '../print/output.js';
import { splitArguments } from '../session/arguments.js';
import type { Session } from '../session/session.js';

const USAGE = `usage: git rev-list [<options>] <commit>... [--] [<path>...]
`;

/** `git rev-list`. */
export const revListCommand: Command = async (args, context) => {
  const { io } = context;
  if (args.length === 1 && args[0] === '-h') {
    io.stdout.write(USAGE);
    return 129;
  }
  const session = await context.session();
  const revisions = makeRevisionSettings();
  const log = makeLogSettings();
  const own = { count: false, timestamp: false, header: false, quiet: false, objects: false, inOrder: false, names: true, filter: undefined as string | undefined, commitHeader: true, abbrev: undefined as number | undefined, diskUsage: false };
  const names: string[] = [];
  let dashes: number | undefined;
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--') {
      dashes = names.length;
      names.push(...args.slice(at + 1));
      break;
    }
    at += readOwn(own, arg) || (arg.startsWith('-') && arg !== '-' ? readLogOption(log, args, at, io) || readRevisionOption(revisions, args, at) : 0) || takeName(names, arg);
  }
  const split = splitArguments(session, names, dashes);
  for (const text of split.revisions) revisions.revisions.push(text);
  if (revisions.readsInput) await readInput(session, revisions.revisions);
  if (revisions.revisions.length === 0 && revisions.query.walkReflogs !== true && !revisions.readsInput) throw new Failure(USAGE, 129);
  const query = finishQuery(revisions, split.paths);
  if (own.count && !own.objects) {
    const { query: { cherry } } = revisions;
    const found = runJob(countRevisions(readQuery(session.context, query)));
    const parts = revisions.marksSides ? [found.left, found.right] : [found.left + found.right];
    writeText(io.stdout, `${(cherry === 'mark' ? [...parts, found.same] : parts).join('\t')}\n`);
    return 0;
  }
  if (own.objects) {
    listAll(session, { ...query, inCommitOrder: own.inOrder }, own);
    return 0;
  }
  const format = log.format === undefined ? undefined : readCommitFormat(session, log.format);
  const printer = new RevisionPrinter(session, { format: own.header ? { kind: 'raw' } : format, header: own.header, timestamp: own.timestamp, commitHeader: own.commitHeader, abbreviates: log.abbreviatesCommits ?? false, revisions, date: log.date ?? readDateMode('default'), quiet: own.quiet });
  if (query.revisions?.length === 0 && !revisions.query.walkReflogs) return 0;
  for (const entry of revList(readQuery(session.context, query))) printer.print(entry);
  return 0;
};

interface OwnOptions {
  count: boolean;
  timestamp: boolean;
  header: boolean;
  quiet: boolean;
  objects: boolean;
  inOrder: boolean;
  names: boolean;
  filter: string | undefined;
  commitHeader: boolean;
}

function readOwn(own: OwnOptions, arg: string): number {
  switch (arg) {
    case '--count': own.count = true; return 1;
    case '--timestamp': own.timestamp = true; return 1;
    case '--header': own.header = true; return 1;
    case '--quiet': own.quiet = true; return 1;
    case '--objects': case '--objects-edge': case '--objects-edge-aggressive': own.objects = true; return 1;
    case '--in-commit-order': own.objects = true; own.inOrder = true; return 1;
    case '--no-object-names': own.names = false; return 1;
    case '--object-names': own.names = true; return 1;
    case '--no-commit-header': own.commitHeader = false; return 1;
    case '--commit-header': own.commitHeader = true; return 1;
    case '--no-filter': own.filter = undefined; return 1;
    case '--use-bitmap-index': case '--unpacked': case '--indexed-objects': case '--reflog': case '--bisect': case '--progress': return 1;
    default:
      if (arg.startsWith('--filter=')) own.filter = arg.slice(9);
      else if (arg.startsWith('--missing=') || arg.startsWith('--progress=') || arg.startsWith('--abbrev=') || arg === '--no-abbrev') return 1;
      else return 0;
      return 1;
  }
}

function takeName(names: string[], arg: string): number {
  if (arg.startsWith('-') && arg !== '-') throw new Failure(USAGE, 129);
  names.push(arg);
  return 1;
}

async function readInput(session: Session, revisions: string[]): Promise<void> {
  let isPath = false;
  for (const line of losslessTextFromBytes(await readAll(session.io.stdin)).split('\n')) {
    if (line === '' || isPath) continue;
    if (line === '--') isPath = true;
    else if (line.startsWith('-') && !line.startsWith('--')) die(`options not supported in --stdin mode`);
    else revisions.push(line);
  }
}

function listAll(session: Session, query: Parameters<typeof readQuery>[1] & { readonly inCommitOrder: boolean }, own: OwnOptions): void {
  const { inCommitOrder, ...rest } = query;
  let count = 0;
  for (const object of listObjects({ ...readQuery(session.context, rest), inCommitOrder, filter: own.filter === undefined ? undefined : parseFilter(own.filter), findSparse: () => undefined })) {
    count++;
    if (own.count || own.quiet) continue;
    const { path } = object;
    writeText(session.io.stdout, object.type === 'commit' || !own.names ? `${object.id}\n` : `${object.id} ${path.split('\n', 1)[0]!}\n`);
  }
  if (own.count) writeText(session.io.stdout, `${count}\n`);
}

interface PrintSettings {
  readonly format: CommitFormat | undefined;
  readonly header: boolean;
  readonly timestamp: boolean;
  readonly commitHeader: boolean;
  readonly abbreviates: boolean;
  readonly quiet: boolean;
  readonly date: ReturnType<typeof readDateMode>;
  readonly revisions: ReturnType<typeof makeRevisionSettings>;
}

class RevisionPrinter {
  readonly #session: Session;
  readonly #settings: PrintSettings;
  readonly #digits: number;

  constructor(session: Session, settings: PrintSettings) {
    this.#session = session;
    this.#settings = settings;
    this.#digits = settings.abbreviates || settings.format !== undefined ? abbreviationOf(session) : 7;
  }

  print(entry: ReturnType<typeof revList> extends Generator<infer Entry> ? Entry : never): void {
    const { format, timestamp, commitHeader, abbreviates, revisions, quiet, header } = this.#settings;
    if (quiet) return;
    const { query, marksSides } = revisions;
    const shown = (id: ObjectId): string => (abbreviates ? shortId(this.#session, id, this.#digits) : id);
    const mark = entry.isBoundary ? '-' : entry.isSame ? '=' : marksSides ? (entry.side === 'left' ? '<' : '>') : query.cherry === 'mark' ? '+' : '';
    const isUser = format?.kind === 'user';
    const isOneline = format?.kind === 'oneline';
    let text = '';
    const commit = format !== undefined || timestamp ? readPrettyCommit({ objects: this.#session.context.snapshot.objects }, entry.id, this.#session.algorithm) : undefined;
    if (!isUser || commitHeader) {
      if (timestamp) text += `${commit!.committer?.date?.timeSeconds ?? 0} `;
      if (format !== undefined && !isOneline && !header) text += 'commit ';
      text += mark + shown(entry.id);
      if (query.parents === true) text += entry.parents.map((id) => ` ${shown(id)}`).join('');
      if (query.children === true) text += (entry.children ?? []).map((id) => ` ${shown(id)}`).join('');
      text += isOneline ? ' ' : '\n';
    }
    if (format !== undefined) {
      const body = commitText(commit!, format, {
        context: {
          abbreviate: (id) => shortId(this.#session, id, this.#digits), nowSeconds: Math.floor(this.#session.io.clock() / 1000), mark: mark === '' ? '>' : mark,
          ...(this.#settings.date.style === 'format' ? {} : { dateStyle: this.#settings.date.style }),
        },
        date: this.#settings.date, zone: this.#session.io.zone, tabSize: ['medium', 'full', 'fuller'].includes(format.kind) ? 8 : 0,
      });
      if (header) text += `${body}\0`;
      else if (isUser) text += body === '' && !format.endsLines ? '' : `${body}\n`;
      else text += isOneline ? `${body}\n` : `${body}\n`;
    }
    writeText(this.#session.io.stdout, text);
  }
}
