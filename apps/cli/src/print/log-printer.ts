/** Commits with what they change: `git log`, `git show` and their like. */
import type { ObjectId, RevListEntry } from '@govc/core';
import {
  abbreviateId, changeLog, findHeadBranch, findThroughTags, losslessTextFromBytes, parseTag, parseTree, readDecorations, readNote,
  readPrettyCommit, readQuery, revList, scanCommit, type DateMode, type PrettyCommit, type PrettyContext, type RefDecoration,
} from '@govc/core/plumbing';

import type { Context } from '../context.js';
import { die } from '../failure.js';
import { makeDiffSettings, readDiffOption, type DiffSettings } from '../options/diff-options.js';
import { finishQuery, makeRevisionSettings, readRevisionOption, type RevisionSettings } from '../options/revision-options.js';
import { splitArguments } from '../session/arguments.js';
import { sessionMailmap } from '../session/mailmap.js';
import { needObject } from '../session/revisions.js';
import { matchesRefPattern } from '../session/select-refs.js';
import type { Session } from '../session/session.js';
import { abbreviationOf } from './abbreviation.js';
import { colorCode } from './color.js';
import { commitText, dateText, readCommitFormat, readDateMode, type CommitFormat } from './commit-text.js';
import { DiffPrinter } from './diff-text.js';
import { HistoryGraph } from './graph.js';
import { DiffColors, wantsDiffColor } from './patch-color.js';
import { readAll, writeText } from './output.js';

/** Which of the commands it is. */
export interface LogKind {
  readonly name: 'log' | 'show' | 'whatchanged' | 'reflog';
}

/** How commits are shown. */
export interface LogSettings {
  format: string | undefined;
  isOneline: boolean;
  abbreviatesCommits: boolean | undefined;
  decorate: 'short' | 'full' | 'no' | 'auto' | undefined;
  date: DateMode | undefined;
  hasDate: boolean;
  notes: readonly string[] | false | undefined;
  tabSize: number | undefined;
  usesMailmap: boolean | undefined;
  showsSize: boolean;
  /** Whether what the first commit of all brings is shown. Default: as `log.showRoot` says. */
  showsRoot: boolean | undefined;
  fullDiff: boolean;
  decorationPatterns: { readonly include: string[]; readonly exclude: string[] };
}

/** Settings before any option was read. */
export function makeLogSettings(): LogSettings {
  return {
    format: undefined, isOneline: false, abbreviatesCommits: undefined, decorate: undefined, date: undefined, hasDate: false, notes: undefined, tabSize: undefined,
    usesMailmap: undefined, showsSize: false, showsRoot: undefined, fullDiff: false, decorationPatterns: { include: [], exclude: [] },
  };
}

/** Reads an option about how commits are shown; gives how many arguments it takes. */
export function readLogOption(settings: LogSettings, args: readonly string[], at: number, io: Context['io']): number {
  const arg = args[at]!;
  const equals = arg.indexOf('=');
  const name = equals < 0 ? arg : arg.slice(0, equals);
  const text = equals < 0 ? undefined : arg.slice(equals + 1);
  switch (name) {
    case '--pretty': case '--format':
      if (name === '--format' && text === undefined) return 0;
      settings.format = text ?? 'medium';
      return 1;
    case '--oneline':
      settings.format = 'oneline';
      settings.abbreviatesCommits ??= true;
      return 1;
    case '--abbrev-commit': settings.abbreviatesCommits = true; return 1;
    case '--no-abbrev-commit': settings.abbreviatesCommits = false; return 1;
    case '--decorate':
      if (text !== undefined && !['short', 'full', 'auto', 'no'].includes(text)) die(`invalid --decorate option: ${text}`);
      settings.decorate = (text ?? 'short') as NonNullable<LogSettings['decorate']>;
      return 1;
    case '--no-decorate': settings.decorate = 'no'; return 1;
    case '--decorate-refs': settings.decorationPatterns.include.push(text ?? args[at + 1] ?? ''); return text === undefined ? 2 : 1;
    case '--decorate-refs-exclude': settings.decorationPatterns.exclude.push(text ?? args[at + 1] ?? ''); return text === undefined ? 2 : 1;
    case '--clear-decorations': return 1;
    case '--date': {
      const mode = text ?? args[at + 1] ?? die('option `date\' requires a value', 129);
      settings.date = readDateMode(mode, { isTerminal: io.isTerminal?.(1) === true });
      settings.hasDate = true;
      return text === undefined ? 2 : 1;
    }
    case '--relative-date': settings.date = readDateMode('relative'); settings.hasDate = true; return 1;
    case '--notes': case '--show-notes':
      settings.notes = text === undefined ? settings.notes === undefined || settings.notes === false ? [] : settings.notes : [...(settings.notes === false ? [] : settings.notes ?? []), text];
      return 1;
    case '--no-notes': case '--no-standard-notes': settings.notes = false; return 1;
    case '--standard-notes': settings.notes = []; return 1;
    case '--expand-tabs': settings.tabSize = text === undefined ? 8 : Number(text); return 1;
    case '--no-expand-tabs': settings.tabSize = 0; return 1;
    case '--use-mailmap': case '--mailmap': settings.usesMailmap = true; return 1;
    case '--no-use-mailmap': case '--no-mailmap': settings.usesMailmap = false; return 1;
    case '--log-size': settings.showsSize = true; return 1;
    case '--root': settings.showsRoot = true; return 1;
    case '--full-diff': settings.fullDiff = true; return 1;
    case '-q': return 1;
    case '--encoding': return text === undefined ? 2 : 1;
    case '--show-signature': case '--no-show-signature': case '--no-color-moved': case '--show-linear-break': case '--no-graph': return 1;
    default: return 0;
  }
}

/** Runs one of the commands. */
export async function logMain(args: readonly string[], context: Context, kind: LogKind): Promise<number> {
  const { io } = context;
  if (args.length === 1 && args[0] === '-h') {
    io.stdout.write(`usage: git ${kind.name} [<options>] [<revision-range>] [[--] <path>...]\n   or: git show [<options>] <object>...\n\n`);
    return 129;
  }
  const session = await context.session();
  const parsed = await readArguments(session, args, kind);
  const printer = new LogPrinter(session, parsed);
  if (kind.name === 'show') return showObjects(session, printer, parsed);
  const { query } = parsed;
  if (session.repository.head().id === undefined && parsed.revisions.revisions.length === 0 && query.walkReflogs !== true) {
    const { ref } = session.repository.head();
    die(`your current branch '${(ref ?? 'HEAD').replace(/^refs\/heads\//, '')}' does not have any commits yet`);
  }
  printer.printAll(walk(session, parsed, printer));
  return printer.exitCode;
}

/** What a command line of these commands asks for. */
export interface ParsedLog {
  readonly revisions: RevisionSettings;
  readonly diff: DiffSettings;
  readonly log: LogSettings;
  readonly paths: readonly string[];
  readonly query: ReturnType<typeof finishQuery>;
  readonly kind: LogKind;
}

async function readArguments(session: Session, args: readonly string[], kind: LogKind): Promise<ParsedLog> {
  const { io } = session;
  const revisions = makeRevisionSettings();
  const diff = makeDiffSettings();
  const log = makeLogSettings();
  if (kind.name === 'reflog') {
    revisions.query.walkReflogs = true;
    log.format = 'oneline';
    log.abbreviatesCommits = true;
  }
  const names: string[] = [];
  let dashes: number | undefined;
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--') {
      dashes = names.length;
      names.push(...args.slice(at + 1));
      break;
    }
    if (arg === '--end-of-options') {
      names.push(...args.slice(at + 1));
      break;
    }
    const taken = arg.startsWith('-') && arg !== '-'
      ? readLogOption(log, args, at, io) || readRevisionOption(revisions, args, at) || readDiffOption(diff, args, at) : 0;
    if (taken === 0 && arg.startsWith('-') && arg !== '-') die(`unrecognized argument: ${arg}`);
    if (taken === 0) names.push(arg);
    at += taken || 1;
  }
  diff.abbreviation ??= -1;
  if ((diff.merges === 'combined' || diff.merges === 'dense') && diff.formats.size === 0 && !diff.isSilent) diff.formats.add('patch');
  const split = splitArguments(session, names, dashes);
  for (const text of split.revisions) revisions.revisions.push(text);
  if (revisions.readsInput) for (const line of losslessTextFromBytes(await readAll(io.stdin)).split('\n')) if (line !== '') revisions.revisions.push(line);
  const patternType = session.config.get('grep.patterntype');
  if (revisions.query.patternSyntax === undefined && patternType !== undefined && ['basic', 'extended', 'fixed', 'perl'].includes(patternType)) {
    revisions.query.patternSyntax = patternType as 'basic' | 'extended' | 'fixed' | 'perl';
  }
  const query = finishQuery(revisions, diff.follow ? undefined : split.paths);
  if (diff.follow && split.paths.length !== 1) die('--follow requires exactly one pathspec');
  return { revisions, diff, log, paths: split.paths, query, kind };
}

function walk(session: Session, { query, revisions }: ParsedLog, printer: LogPrinter): Iterable<RevListEntry> {
  const { maxCount, skip, ...rest } = query;
  const needsParents = revisions.usesGraph;
  if (revisions.usesGraph) checkGraph(query);
  const limited = printer.isSearch ? rest : query;
  const request = readQuery(session.context, { ...limited, parents: limited.parents ?? (needsParents ? true : undefined) });
  printer.request = request;
  if (revisions.usesGraph) printer.graphed = new Set(Array.from(revList(readQuery(session.context, { ...rest, parents: true })), ({ id }) => id));
  printer.limit = printer.isSearch ? { max: maxCount ?? Number.POSITIVE_INFINITY, skip: skip ?? 0 } : undefined;
  return revList(request);
}

function checkGraph({ reverse, noWalk, walkReflogs }: ParsedLog['query']): void {
  const other = reverse === true ? '--reverse' : noWalk !== undefined ? '--no-walk' : walkReflogs === true ? '--walk-reflogs' : undefined;
  if (other !== undefined) die(`options '${other}' and '--graph' cannot be used together`);
}

/** The colours that columns of a graph take in turn (`log.graphColors`). */
function graphColors(config: Session['config']): string[] {
  const configured = config.get('log.graphcolors');
  const names = configured === undefined
    ? ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'bold red', 'bold green', 'bold yellow', 'bold blue', 'bold magenta', 'bold cyan'] : configured.split(',');
  return names.flatMap((name) => colorCode(name) ?? []);
}

/** Prints commits one after the other. */
export class LogPrinter {
  readonly session: Session;
  readonly diffs: DiffPrinter;
  exitCode = 0;
  limit: { readonly max: number; readonly skip: number } | undefined;
  /** The walk that is printed; a file is followed along it. */
  request: ReturnType<typeof readQuery> | undefined;
  readonly #parsed: ParsedLog;
  readonly #format: CommitFormat;
  readonly #date: DateMode;
  readonly #tabSize: number;
  readonly #digits: number;
  /** The history beside the log (`--graph`), and the commits that it can show. */
  readonly #graph: HistoryGraph | undefined;
  graphed: ReadonlySet<ObjectId> = new Set();
  #isComplete = true;
  #decorations: Map<ObjectId, RefDecoration[]> | undefined;
  #hasShown = false;

  constructor(session: Session, parsed: ParsedLog) {
    this.session = session;
    this.#parsed = parsed;
    const { diff, log, kind, paths } = parsed;
    const { config } = session;
    const fallback = kind.name === 'show' ? 'patch' : kind.name === 'whatchanged' ? 'raw' : undefined;
    this.diffs = new DiffPrinter(session, diff, { fallback, paths: log.fullDiff ? undefined : paths });
    if (diff.recursive === undefined) diff.recursive = true;
    this.#graph = parsed.revisions.usesGraph ? new HistoryGraph(this.isColored ? graphColors(config) : []) : undefined;
    this.#format = readCommitFormat(session, log.format ?? config.get('format.pretty') ?? 'medium');
    this.#date = log.date ?? readDateMode(config.get('log.date') ?? 'default', { isTerminal: session.io.isTerminal?.(1) === true });
    this.#tabSize = log.tabSize ?? (['medium', 'full', 'fuller'].includes(this.#format.kind) ? 8 : 0);
    this.#digits = diff.abbreviation === undefined || diff.abbreviation === -1 ? abbreviationOf(session) : diff.abbreviation === 0 ? session.algorithm.hexSize : diff.abbreviation;
  }

  /** Whether colours are wanted. */
  get isColored(): boolean {
    const { session: { config, io } } = this;
    return wantsDiffColor(config, this.#parsed.diff.color, io.isTerminal?.(1) === true && io.env['TERM'] !== 'dumb');
  }

  /** Whether commits are passed over where they change nothing that is looked for. */
  get isSearch(): boolean {
    return this.diffs.isSearch || this.#parsed.diff.follow;
  }

  /** Something else was shown before, from which the next commit is set off. */
  startAfterOther(): void {
    this.#hasShown = true;
  }

  printAll(entries: Iterable<RevListEntry>): void {
    let count = 0;
    for (const { entry, paths } of this.#parsed.diff.follow ? this.#followed(entries) : withoutPaths(entries)) {
      this.#updateGraph(entry);
      if (paths === undefined && this.isSearch && !this.#changesAnything(entry)) continue;
      if (this.limit !== undefined) {
        count++;
        if (count <= this.limit.skip) continue;
        if (count - this.limit.skip > this.limit.max) return;
      }
      this.print(entry, paths);
    }
  }

  /** The commits that change one file, under the names it had. */
  *#followed(entries: Iterable<RevListEntry>): Generator<{ readonly entry: RevListEntry; readonly paths: readonly string[] }, void, void> {
    const seen = new Map<ObjectId, RevListEntry>();
    const noted = function* (): Generator<RevListEntry, void, void> {
      for (const entry of entries) {
        seen.set(entry.id, entry);
        yield entry;
      }
    };
    for (const { id, changes } of changeLog(noted(), this.request!, { follow: this.#parsed.paths[0]! })) {
      const names = changes.flatMap(({ old, new: new_ }) => [old?.path, new_?.path]).filter((path) => path !== undefined);
      yield { entry: seen.get(id)!, paths: [...new Set(names)] };
      seen.clear();
    }
  }

  #changesAnything({ id }: RevListEntry): boolean {
    const { tree, parents } = this.#links(id);
    if (parents.length > 1 && this.#parsed.diff.merges === undefined && this.#parsed.query.firstParent !== true) return false;
    const old = parents[0] === undefined ? undefined : this.#links(parents[0]).tree;
    return this.diffs.changes(this.diffs.job(old, tree)).length > 0;
  }

  #updateGraph(entry: RevListEntry): void {
    if (this.#graph === undefined) return;
    const { revisions, query } = this.#parsed;
    const parents = query.firstParent === true ? entry.parents.slice(0, 1) : entry.parents;
    const mark = entry.isBoundary ? 'o' : entry.isSame ? '=' : revisions.marksSides ? (entry.side === 'left' ? '<' : '>') : '*';
    this.#graph.update({ id: entry.id, parents: [...new Set(parents)].filter((id) => this.graphed.has(id)), mark });
  }

  /** One commit with what it changes. */
  print(entry: RevListEntry, paths?: readonly string[]): void {
    const { log, kind, diff } = this.#parsed;
    const commit = readPrettyCommit({ objects: this.session.context.snapshot.objects }, entry.id, this.session.algorithm);
    if (this.diffs.formats.size === 0 && !diff.isSilent || diff.isSilent) {
      this.showHeader(commit, entry);
      return;
    }
    const { parents } = this.#links(entry.id);
    const mode = diff.merges ?? (kind.name === 'show' ? 'dense' : this.#parsed.query.firstParent === true ? 'first-parent' : 'off');
    if (parents.length > 1 && mode !== 'first-parent') {
      this.#printMerge(commit, entry, mode);
      return;
    }
    const showsRoot = parents.length > 0 || (log.showsRoot ?? this.session.config.getBool('log.showroot', true));
    const old = parents[0] === undefined ? undefined : this.#links(parents[0]).tree;
    const job = paths === undefined ? this.diffs.job(old, this.#links(entry.id).tree) : this.diffs.job(old, this.#links(entry.id).tree, paths.map((path) => `:(literal)${path}`));
    const changes = showsRoot ? this.diffs.changes(job) : [];
    if (changes.length === 0 && kind.name === 'whatchanged') return;
    this.showHeader(commit, entry);
    if (changes.length === 0) return;
    this.#separate();
    this.diffs.print(changes, job);
  }

  #printMerge(commit: PrettyCommit, entry: RevListEntry, mode: NonNullable<DiffSettings['merges']>): void {
    const { parents, tree } = this.#links(entry.id);
    if (mode === 'off' || mode === 'remerge') {
      if (this.#parsed.kind.name !== 'whatchanged') this.showHeader(commit, entry);
      return;
    }
    if (mode === 'separate') {
      for (const parent of parents) {
        const job = this.diffs.job(this.#links(parent).tree, tree);
        const changes = this.diffs.changes(job);
        if (changes.length === 0) continue;
        this.showHeader(commit, entry, parent);
        this.#separate();
        this.diffs.print(changes, job);
      }
      return;
    }
    const trees = parents.map((parent) => this.#links(parent).tree);
    const job = this.diffs.job(trees[0], tree);
    const changes = this.diffs.combined(job, trees, tree);
    this.showHeader(commit, entry);
    const counts = [...this.diffs.formats].some((format) => ['stat', 'numstat', 'shortstat', 'summary', 'dirstat'].includes(format));
    const hasCombined = [...this.diffs.formats].some((format) => ['raw', 'name-only', 'name-status', 'patch'].includes(format));
    const plain = counts ? this.diffs.changes(job) : [];
    if (changes.length === 0 && plain.length === 0) {
      if (hasCombined && !this.#isOneline() && !this.#isEmptyFormat()) writeText(this.session.io.stdout, '\n');
      return;
    }
    this.#separate();
    if (plain.length > 0) this.#countsOnly(plain, job);
    if (hasCombined) this.diffs.printCombined(changes, job, mode === 'dense' ? 'dense' : 'full');
  }

  #countsOnly(changes: Parameters<DiffPrinter['print']>[0], job: Parameters<DiffPrinter['print']>[1]): void {
    const formats = new Set([...this.diffs.formats].filter((format) => ['stat', 'numstat', 'shortstat', 'summary', 'dirstat'].includes(format)));
    const printer = new DiffPrinter(this.session, { ...this.#parsed.diff, formats }, { fallback: undefined });
    printer.print(changes, job);
    if (this.diffs.formats.has('patch')) writeText(this.session.io.stdout, '\n');
  }

  /** What stands between a commit and its changes. */
  #separate(): void {
    if (this.#isOneline() || this.#isEmptyFormat()) return;
    const both = this.diffs.formats.has('stat') && this.diffs.formats.has('patch');
    writeText(this.session.io.stdout, `${this.#graph?.padding() ?? ''}${both ? '---\n' : '\n'}`);
  }

  #isOneline(): boolean {
    return this.#format.kind === 'oneline';
  }

  #isEmptyFormat(): boolean {
    return this.#format.kind === 'user' && this.#format.text === '';
  }

  /** The lines about a commit. */
  showHeader(commit: PrettyCommit, entry: RevListEntry, parent?: ObjectId): void {
    const { stdout } = this.session.io;
    const endsLines = this.#isOneline() || (this.#format.kind === 'user' && this.#format.endsLines);
    const end = this.#parsed.diff.nul ? '\0' : '\n';
    const gap = this.#hasShown && !endsLines ? (this.#isComplete && end === '\n' ? `${this.#graph?.padding() ?? ''}${end}` : end) : '';
    this.#hasShown = true;
    const rows = gap + (this.#graph?.commitRows() ?? '');
    let text = '';
    if (this.#format.kind !== 'user') text += this.#firstLine(commit, entry, parent);
    const isReflogLine = this.#isOneline() && entry.reflog !== undefined;
    const body = isReflogLine ? '' : commitText(commit, this.#format, {
      context: this.#context(commit, entry), date: this.#date, zone: this.session.io.zone, tabSize: this.#tabSize,
    });
    const notes = this.#format.kind === 'user' || this.#isOneline() ? '' : this.#notesText(commit.id);
    if (this.#parsed.log.showsSize) text += `log size ${Buffer.byteLength(body + notes)}\n`;
    text += body + notes;
    this.#isComplete = text.endsWith('\n');
    if (this.#graph !== undefined) {
      text = this.#graph.message(text);
      if (endsLines && !this.#isEmptyFormat() && this.#isComplete) text += this.#graph.padding();
    }
    if (endsLines && !this.#isEmptyFormat()) text += isReflogLine ? '' : end;
    writeText(stdout, rows + text);
    if (this.#graph !== undefined) this.diffs.settings.linePrefix = this.#graph.padding();
  }

  #firstLine(commit: PrettyCommit, entry: RevListEntry, parent: ObjectId | undefined): string {
    const { log, revisions, query } = this.#parsed;
    const abbreviates = log.abbreviatesCommits ?? this.session.config.getBool('log.abbrevcommit', false);
    const shown = (id: ObjectId): string => (abbreviates ? this.#short(id) : id);
    const mark = this.#graph !== undefined ? '' : entry.isBoundary ? '-' : entry.isSame ? '=' : query.cherry === 'mark' && !revisions.marksSides ? '+' : revisions.marksSides ? (entry.side === 'left' ? '<' : '>') : '';
    let line = `${this.#isOneline() ? '' : 'commit '}${mark}${shown(commit.id)}`;
    if (query.parents === true) line += entry.parents.map((id) => ` ${shown(id)}`).join('');
    if (query.children === true) line += (entry.children ?? []).map((id) => ` ${shown(id)}`).join('');
    if (parent !== undefined) line += ` (from ${shown(parent)})`;
    if (this.isColored) line = `${this.#commitColor}${line}\x1b[m`;
    if (revisions.showsSource && entry.source !== undefined) line += `\t${entry.source}`;
    const decoration = this.#decoration(commit.id);
    if (decoration !== '') line += this.isColored ? decoration : ` (${decoration})`;
    if (this.#isOneline()) return entry.reflog === undefined ? `${line} ` : `${line} ${this.#reflogSelector(entry.reflog)}: ${entry.reflog.entry.message}\n`;
    if (entry.reflog === undefined) return `${line}\n`;
    const { entry: { name, email, message } } = entry.reflog;
    return `${line}\nReflog: ${this.#reflogSelector(entry.reflog)} (${name} <${email}>)\nReflog message: ${message}\n`;
  }

  #reflogSelector({ name, index, entry }: NonNullable<RevListEntry['reflog']>): string {
    const { log, revisions } = this.#parsed;
    const byDate = log.hasDate || revisions.revisions.some((text) => /@\{(?!\d+\})/.test(text));
    const base = name.replace(/@\{.*\}$/, '');
    if (!byDate) return `${base}@{${index}}`;
    return `${base}@{${dateText({ name: '', email: '', date: { timeText: String(entry.timeSeconds), timeSeconds: entry.timeSeconds, timezone: entry.timezone } }, { date: this.#date, zone: this.session.io.zone, context: { abbreviate: (id) => id, nowSeconds: this.#now() } })}}`;
  }

  #now(): number {
    const fixed = this.session.io.env['GIT_TEST_DATE_NOW'];
    return fixed === undefined ? Math.floor(this.session.io.clock() / 1000) : Number(fixed);
  }

  #context(commit: PrettyCommit, entry: RevListEntry): PrettyContext {
    const style = this.#date;
    const { usesMailmap = this.session.config.getBool('log.mailmap', true) } = this.#parsed.log;
    const mailmap = usesMailmap || this.#format.kind === 'user' ? this.#mailmap() : undefined;
    const isUser = this.#format.kind === 'user';
    return {
      parents: this.#parsed.query.parents === true ? entry.parents : commit.commit.parents,
      abbreviate: (id) => this.#short(id),
      dateStyle: style.style === 'format' || (this.#format.kind === 'user' && this.#format.isReference === true && !this.#parsed.log.hasDate) ? 'short' : style.style,
      nowSeconds: this.#now(),
      decorations: isUser ? this.#decorationsOf(commit.id) : undefined,
      headBranch: findHeadBranch(this.session.context.snapshot),
      mapPerson: mailmap === undefined ? undefined : (person) => mailmap.map(person),
      notes: isUser ? this.#rawNotes(commit.id) : undefined,
      mark: entry.isBoundary ? '-' : entry.side === 'left' ? '<' : '>',
      reflog: entry.reflog === undefined ? undefined : {
        selector: this.#reflogSelector({ ...entry.reflog, name: this.#fullRefName(entry.reflog.name) }), shortSelector: this.#reflogSelector(entry.reflog),
        message: entry.reflog.entry.message, name: entry.reflog.entry.name, email: entry.reflog.entry.email,
      },
      source: entry.source,
      describe: (options) => this.#describe(commit.id, options),
      colors: this.isColored,
    };
  }

  #describe(id: ObjectId, options: string): string | undefined {
    try {
      return this.session.repository.describe(id, options.includes('tags') ? { tags: true } : {}).text;
    } catch (error) {
      if ((error as { code?: string }).code !== 'name-missing') throw error;
      return '';
    }
  }

  #fullRefName(name: string): string {
    return name;
  }

  #mailmapCache: ReturnType<typeof sessionMailmap> | undefined;
  #mailmap(): ReturnType<typeof sessionMailmap> {
    if (this.#mailmapCache !== undefined) return this.#mailmapCache;
    return (this.#mailmapCache = sessionMailmap(this.session));
  }

  #short(id: ObjectId): string {
    return abbreviateId(this.session.context.snapshot.objects, id, this.#digits);
  }

  #decorationsOf(id: ObjectId): RefDecoration[] {
    this.#decorations ??= readDecorations(this.session.context.snapshot);
    const { include, exclude } = this.#parsed.log.decorationPatterns;
    const all = this.#decorations.get(id) ?? [];
    if (include.length === 0 && exclude.length === 0) return all;
    const fits = (pattern: string, decoration: RefDecoration): boolean => {
      const full = fullName(decoration);
      const glob = pattern.startsWith('refs/') || pattern === 'HEAD' ? pattern : `refs/${pattern}`;
      return full === glob || full.startsWith(`${glob}/`) || matchesRefPattern(glob, full) || (!/[*?[]/.test(pattern) && full.endsWith(`/${pattern}`));
    };
    return all.filter((decoration) => (include.length === 0 || include.some((pattern) => fits(pattern, decoration))) && !exclude.some((pattern) => fits(pattern, decoration)));
  }

  #decoration(id: ObjectId): string {
    const { decorate = this.#configuredDecoration() } = this.#parsed.log;
    const wanted = decorate === 'auto' ? (this.session.io.isTerminal?.(1) === true ? 'short' : 'no') : decorate;
    if (wanted === 'no') return '';
    const head = findHeadBranch(this.session.context.snapshot);
    const list = this.#decorationsOf(id);
    const shown = (decoration: RefDecoration): string => {
      const name = wanted === 'full' ? fullName(decoration) : decoration.name;
      return decoration.kind === 'tag' ? `tag: ${name}` : name;
    };
    const current = list.find(({ kind, name }) => kind === 'branch' && name === head);
    const hasHead = list.some(({ kind }) => kind === 'head');
    const rest = list.filter((decoration) => !(hasHead && decoration === current));
    if (this.isColored) return rest.length === 0 ? '' : this.#coloredDecoration(rest, { current, shown });
    return rest
      .map((decoration) => (decoration.kind === 'head' && current !== undefined ? `HEAD -> ${shown(current)}` : shown(decoration))).join(', ');
  }

  #coloredDecoration(
    list: readonly RefDecoration[], { current, shown }: { readonly current: RefDecoration | undefined; readonly shown: (decoration: RefDecoration) => string },
  ): string {
    const { config } = this.session;
    const slots = { head: ['HEAD', 'bold cyan'], branch: ['branch', 'bold green'], remote: ['remoteBranch', 'bold red'], tag: ['tag', 'bold yellow'], stash: ['stash', 'bold magenta'], other: ['branch', ''] } as const;
    const paint = (decoration: RefDecoration): string => {
      const [slot, fallback] = slots[decoration.kind];
      return colorCode(config.get(`color.decorate.${slot}`) ?? fallback) ?? '';
    };
    const texts = list.map((decoration) => (decoration.kind === 'head' && current !== undefined
      ? `${paint(decoration)}HEAD -> \x1b[m${paint(current)}${shown(current)}\x1b[m` : `${paint(decoration)}${shown(decoration)}\x1b[m`));
    const mark = (text: string): string => `${this.#commitColor}${text}\x1b[m`;
    return texts.map((text, index) => mark(index === 0 ? ' (' : ', ') + text).join('') + mark(')');
  }

  get #commitColor(): string {
    return new DiffColors(this.session.config).code('commit');
  }

  #configuredDecoration(): NonNullable<LogSettings['decorate']> {
    const text = this.session.config.get('log.decorate');
    if (text === undefined) return 'auto';
    if (text === 'full' || text === 'short' || text === 'auto' || text === 'no') return text;
    return this.session.config.getBool('log.decorate', false) ? 'short' : 'no';
  }

  #rawNotes(id: ObjectId): string {
    return this.#notesOf(id).map(({ text }) => text).join('');
  }

  #notesOf(id: ObjectId): { readonly ref: string; readonly text: string }[] {
    const { notes, format } = this.#parsed.log;
    // Whoever names a format sees the notes only where they are asked for.
    if (notes === false || (notes === undefined && format !== undefined && this.#format.kind !== 'user')) return [];
    const { config, io } = this.session;
    const base = io.env['GIT_NOTES_REF'] ?? config.get('core.notesref') ?? 'refs/notes/commits';
    const refs = notes === undefined || notes.length === 0 ? [base, ...(io.env['GIT_NOTES_DISPLAY_REF']?.split(':') ?? config.getAll('notes.displayref'))] : notes;
    const found: { ref: string; text: string }[] = [];
    for (const ref of new Set(refs)) {
      const full = ref.startsWith('refs/') ? ref : ref.startsWith('notes/') ? `refs/${ref}` : `refs/notes/${ref}`;
      if (this.session.context.snapshot.refs.get(full) === undefined) continue;
      const bytes = readNote(this.session.context, id, { ref: full });
      if (bytes !== undefined) found.push({ ref: full, text: losslessTextFromBytes(bytes) });
    }
    return found;
  }

  #notesText(id: ObjectId): string {
    let text = '';
    for (const note of this.#notesOf(id)) {
      const name = note.ref === 'refs/notes/commits' ? '' : ` (${note.ref.replace(/^refs\/(?:notes\/)?/, '')})`;
      const lines = note.text.replace(/\n$/, '').split('\n').map((line) => (this.#format.kind === 'raw' ? `    ${line}` : `    ${line}`));
      text += `\nNotes${name}:\n${lines.join('\n')}\n`;
    }
    return text;
  }

  #links(id: ObjectId): { readonly tree: ObjectId; readonly parents: readonly ObjectId[] } {
    const { snapshot } = this.session.context;
    const object = snapshot.objects.find(id);
    if (object === undefined) die(`unable to read ${id}`);
    const links = scanCommit(object.body, snapshot.algorithm);
    return snapshot.shallow.has(id) ? { tree: links.tree, parents: [] } : links;
  }
}

function* withoutPaths(entries: Iterable<RevListEntry>): Generator<{ readonly entry: RevListEntry; readonly paths: undefined }, void, void> {
  for (const entry of entries) yield { entry, paths: undefined };
}

function fullName({ kind, name }: RefDecoration): string {
  const prefixes: Readonly<Record<string, string>> = { branch: 'refs/heads/', tag: 'refs/tags/', remote: 'refs/remotes/' };
  return `${prefixes[kind] ?? ''}${name}`;
}

/** `git show`: any object, each in its own way. */
function showObjects(session: Session, printer: LogPrinter, parsed: ParsedLog): number {
  const { io } = session;
  const { snapshot } = session.context;
  const names = parsed.revisions.revisions.length === 0 ? ['HEAD'] : parsed.revisions.revisions;
  const isWalk = names.some((name) => name.startsWith('^') || (name.includes('..') && findThroughTags(snapshot, snapshot.algorithm.zeroId) === undefined && /\.\./.test(name) && !name.includes(':')) || name.startsWith('--'));
  if (isWalk) {
    printer.printAll(walk(session, parsed, printer));
    return printer.exitCode;
  }
  let count = 0;
  for (const name of names) {
    let id = needShown(session, name);
    for (;;) {
      const object = snapshot.objects.find(id) ?? die(`bad object ${name}`);
      if (object.type === 'commit') {
        for (const entry of revList(readQuery(session.context, { ...parsed.query, revisions: [id], noWalk: 'unsorted' }))) printer.print(entry);
        count++;
        break;
      }
      if (object.type === 'blob') {
        io.stdout.write(object.body);
        count++;
        break;
      }
      if (count > 0) io.stdout.write('\n');
      if (object.type === 'tree') {
        writeText(io.stdout, `tree ${name}\n\n`);
        for (const entry of parseTree(object.body, snapshot.algorithm)) {
          writeText(io.stdout, `${losslessTextFromBytes(entry.name)}${entry.mode === 0o040000 ? '/' : ''}\n`);
        }
        count++;
        break;
      }
      const tag = parseTag(object.body, snapshot.algorithm);
      writeText(io.stdout, `tag ${tag.name}\n${tagText(tag, parsed, session)}`);
      printer.startAfterOther();
      count++;
      id = tag.target.id;
    }
  }
  return 0;
}

function needShown(session: Session, name: string): ObjectId {
  return needObject(session, name);
}

function tagText(tag: ReturnType<typeof parseTag>, parsed: ParsedLog, session: Session): string {
  const { tagger } = tag;
  const date = parsed.log.date ?? readDateMode(session.config.get('log.date') ?? 'default');
  const who = tagger === undefined ? '' : `Tagger: ${tagger.name} <${tagger.email}>\nDate:   ${dateText({
    name: tagger.name, email: tagger.email, date: { timeText: String(tagger.timeSeconds), timeSeconds: tagger.timeSeconds, timezone: tagger.timezone },
  }, { date, zone: session.io.zone, context: { abbreviate: (id) => id, nowSeconds: Math.floor(session.io.clock() / 1000) } })}\n`;
  return `${who}\n${losslessTextFromBytes(tag.message)}`;
}
