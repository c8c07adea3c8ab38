/** Changes as text, in every format of git-diff(1). */
import type { ObjectId } from '@govc/core';
import {
  abbreviateId, bytesFromLosslessText, compileTextPattern, fileStats, filterPickaxe, findChanges, formatCombinedNameStatus, formatCombinedPatch,
  formatCombinedRaw, formatDirstat, formatFilePatch, formatNames, formatNameStatus, formatNumstat, formatRaw, formatShortstat, formatStat, formatSummary,
  findCombinedChanges, makeDiffJob, parseOrderFile, resolveRevision, type CombinedChange, type DiffJob, type FileChange, type PatchFormat, type Pickaxe,
} from '@govc/core/plumbing';

import { die, failWith } from '../failure.js';
import type { DiffFormat, DiffSettings } from '../options/diff-options.js';
import { revisionsOf } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { abbreviationOf } from './abbreviation.js';
import { colorStat, DiffColors, wantsDiffColor } from './patch-color.js';
import { graphWidth } from './graph.js';

/** Finds and prints changes by the same settings, for one tree after the other. */
export class DiffPrinter {
  readonly session: Session;
  readonly settings: DiffSettings;
  readonly formats: ReadonlySet<DiffFormat>;
  readonly #paths: readonly string[] | undefined;
  readonly #pickaxe: Pickaxe | undefined;
  #digits: number | undefined;
  #colors: DiffColors | undefined;

  /** @param fallback what is shown where no option says */
  constructor(session: Session, settings: DiffSettings, { fallback, paths }: { readonly fallback: DiffFormat | undefined; readonly paths?: readonly string[] | undefined }) {
    this.session = session;
    this.settings = settings;
    this.formats = settings.isSilent ? new Set() : settings.formats.size === 0 && fallback !== undefined ? new Set([fallback]) : settings.formats;
    this.#paths = paths === undefined || paths.length === 0 ? undefined : paths;
    this.#pickaxe = this.#readPickaxe();
    const exclusive = (['name-only', 'name-status', 'check'] as const).filter((name) => this.formats.has(name));
    if (exclusive.length > 1 || (settings.isSilent && exclusive.length > 0)) {
      die("options '--name-only', '--name-status', '--check', and '-s' cannot be used together");
    }
  }

  /** Whether a text is looked for, so that commits without it are passed over. */
  get isSearch(): boolean {
    return this.#pickaxe !== undefined || this.settings.diff.filter !== undefined;
  }

  /** What comparing two trees takes; `undefined` is an empty tree. */
  job(old: ObjectId | undefined, new_: ObjectId | undefined, paths: readonly string[] | undefined = this.#paths): DiffJob {
    const { settings, session } = this;
    const relative = settings.relative === true ? session.prefix : settings.relative;
    return makeDiffJob(session.context, { old, new: new_ }, {
      ...settings.diff, paths, prefix: relative === undefined || relative === '' ? undefined : relative,
      // Plumbing leaves renames to its options.
      renames: settings.diff.renames, attributesFrom: session.isBare ? 'none' : 'new',
      order: settings.orderFile === undefined ? undefined : this.#orderText(settings.orderFile),
    });
  }

  /** The changes between two trees. */
  changes(job: DiffJob): FileChange[] {
    const { recursive, showsTrees } = this.settings;
    const isNamesOnly = [...this.formats].every((format) => format === 'raw' || format === 'name-only' || format === 'name-status');
    const found = findChanges({
      ...job.request,
      options: { ...job.request.options, recursive: recursive ?? !isNamesOnly, includeTrees: showsTrees || (recursive === false) },
    });
    return this.select(found.changes);
  }

  /** Those of the changes that the options look for. */
  select(changes: readonly FileChange[]): FileChange[] {
    if (this.#pickaxe === undefined) return [...changes];
    return filterPickaxe(changes, { objects: this.session.context.snapshot.objects, pickaxe: this.#pickaxe, all: this.settings.pickaxe.all });
  }

  /** Prints changes; whether any of the formats said something. */
  print(changes: readonly FileChange[], job: DiffJob): void {
    if (changes.length === 0) return;
    const parts: Uint8Array[] = [];
    const names = this.#nameFormat();
    let hasBefore = false;
    const has = (format: DiffFormat): boolean => this.formats.has(format);
    if (has('raw')) parts.push(formatRaw(changes, { ...names, algorithm: this.session.algorithm, abbreviate: this.#rawIds() }));
    if (has('name-only')) parts.push(formatNames(changes, names));
    if (has('name-status')) parts.push(formatNameStatus(changes, names));
    hasBefore ||= has('raw') || has('name-only') || has('name-status');
    const counting = { lines: job.lines, hunks: job.hunks };
    if (has('stat') || has('numstat') || has('shortstat')) {
      const stats = fileStats(changes, job.source, counting);
      if (has('numstat')) parts.push(formatNumstat(stats, names));
      if (has('stat')) parts.push(this.#colored(formatStat(stats, { ...names, ...this.#statWidths() }), colorStat));
      if (has('shortstat')) parts.push(formatShortstat(stats));
      hasBefore = true;
    }
    if (has('dirstat')) parts.push(formatDirstat(changes, job.source, { ...counting, ...this.settings.dirstat }));
    if (has('summary')) {
      const summary = formatSummary(changes, names);
      if (summary.length > 0) hasBefore = true;
      parts.push(summary);
    }
    if (has('patch')) {
      if (hasBefore) parts.push(bytesFromLosslessText(this.settings.nul ? '\0' : '\n'));
      const format = this.patchFormat(job);
      for (const change of changes) parts.push(this.#colored(formatFilePatch(change, job.source, format), colorPatch));
    }
    this.write(parts);
  }

  /** Prints a merge against all of its parents. */
  printCombined(changes: readonly CombinedChange[], job: DiffJob, density: 'dense' | 'full'): void {
    const names = this.#nameFormat();
    const raw = { ...names, algorithm: this.session.algorithm, abbreviate: this.#rawIds() };
    const parts: Uint8Array[] = [];
    if (this.formats.has('raw')) parts.push(formatCombinedRaw(changes, raw));
    if (this.formats.has('name-status')) parts.push(formatCombinedNameStatus(changes, raw));
    if (this.formats.has('name-only')) parts.push(bytesFromLosslessText(changes.map(({ path }) => `${path}${this.settings.nul ? '\0' : '\n'}`).join('')));
    if (this.formats.has('patch')) {
      if (parts.length > 0) parts.push(bytesFromLosslessText('\n'));
      parts.push(this.#colored(formatCombinedPatch(changes, job.source, { ...this.patchFormat(job), density }), colorPatch));
    }
    this.write(parts);
  }

  /** A text in colour, where colours are wanted and it is not one of words. */
  #colored(bytes: Uint8Array, paint: (bytes: Uint8Array, colors: DiffColors) => Uint8Array): Uint8Array {
    const { config, io } = this.session;
    if (this.settings.words !== undefined || !wantsDiffColor(config, this.settings.color, io.isTerminal?.(1) === true && io.env['TERM'] !== 'dumb')) return bytes;
    return paint(bytes, (this.#colors ??= new DiffColors(config)));
  }

  /** What a merge changes against all of its parents. */
  combined(job: DiffJob, parents: readonly ObjectId[], tree: ObjectId): CombinedChange[] {
    return findCombinedChanges({ ...job.request, parents, tree });
  }

  /** How patches are written. */
  patchFormat(job: DiffJob): PatchFormat {
    const { settings, session } = this;
    const { config } = session;
    const plain = config.getBool('diff.noprefix', false);
    const oldPrefix = settings.oldPrefix ?? (plain ? '' : 'a/');
    const newPrefix = settings.newPrefix ?? (plain ? '' : 'b/');
    const relative = settings.relative === true ? session.prefix : settings.relative;
    const isReversed = settings.diff.isReversed === true;
    return {
      algorithm: session.algorithm, lines: job.lines, hunks: job.hunks,
      abbreviate: settings.isFullIndex ? undefined : this.#indexIds(),
      oldPrefix: isReversed ? newPrefix : oldPrefix, newPrefix: isReversed ? oldPrefix : newPrefix,
      includesBinary: settings.isBinary, isText: settings.isText, isIrreversible: settings.isIrreversible, prefixLength: relative?.length,
      words: settings.words === undefined ? undefined : { ...job.words, style: settings.words },
      quoteNonAscii: config.getBool('core.quotepath', true),
    };
  }

  /** Writes parts to standard output, or where `--output` says. */
  write(parts: readonly Uint8Array[]): void {
    const { stdout } = this.session.io;
    for (const part of parts) if (part.length > 0) stdout.write(this.settings.linePrefix === '' ? part : this.#prefixed(part));
  }

  #prefixed(bytes: Uint8Array): Uint8Array {
    const { linePrefix } = this.settings;
    const lines = Buffer.from(bytes).toString('latin1').split('\n');
    const isComplete = lines.at(-1) === '';
    if (isComplete) lines.pop();
    return Buffer.from(lines.map((line) => linePrefix + line).join('\n') + (isComplete ? '\n' : ''), 'latin1');
  }

  #nameFormat(): { readonly isNulTerminated: boolean; readonly quoteNonAscii: boolean; readonly prefixLength: number | undefined } {
    const relative = this.settings.relative === true ? this.session.prefix : this.settings.relative;
    return { isNulTerminated: this.settings.nul, quoteNonAscii: this.session.config.getBool('core.quotepath', true), prefixLength: relative?.length };
  }

  #statWidths(): { readonly width: number; readonly graphWidth?: number | undefined } {
    const { io, config } = this.session;
    const columns = io.env['COLUMNS'] !== undefined && /^\d+$/.test(io.env['COLUMNS']) ? Number(io.env['COLUMNS']) : io.isTerminal?.(1) === true ? io.columns ?? 80 : 80;
    return { width: columns - graphWidth(this.settings.linePrefix), graphWidth: config.findInt('diff.statgraphwidth'), ...this.settings.stat };
  }

  /** Ids of raw lines: short only where that was asked for. */
  #rawIds(): ((id: ObjectId) => string) | undefined {
    const { abbreviation } = this.settings;
    if (abbreviation === undefined || abbreviation === 0) return undefined;
    const shorten = this.#shortener(abbreviation === -1 ? undefined : abbreviation);
    const hasDots = /^(?:1|yes|true|on)$/i.test(this.session.io.env['GIT_PRINT_SHA1_ELLIPSIS'] ?? '');
    return hasDots ? (id) => `${shorten(id)}...` : shorten;
  }

  #indexIds(): ((id: ObjectId) => string) | undefined {
    const { abbreviation } = this.settings;
    if (abbreviation === 0) return undefined;
    return this.#shortener(abbreviation === -1 ? undefined : abbreviation);
  }

  #shortener(size: number | undefined): (id: ObjectId) => string {
    const { objects, algorithm } = this.session.context.snapshot;
    return (id) => {
      const digits = size ?? (this.#digits ??= abbreviationOf(this.session));
      return id === algorithm.zeroId ? id.slice(0, digits) : abbreviateId(objects, id, digits);
    };
  }

  #orderText(path: string): string {
    const bytes = this.session.io.files.readFile(this.session.path(path));
    if (bytes === undefined) failWith(`could not read orderfile '${path}'`, 128);
    parseOrderFile(bytes);
    return Buffer.from(bytes).toString('utf8');
  }

  #readPickaxe(): Pickaxe | undefined {
    const { text, isPattern, lines, object } = this.settings.pickaxe;
    if (text !== undefined) return { kind: 'count', pattern: compileTextPattern(text, { syntax: isPattern === true ? 'extended' : 'fixed' }) };
    if (lines !== undefined) return { kind: 'lines', pattern: compileTextPattern(lines, { syntax: 'extended' }) };
    if (object === undefined) return undefined;
    return { kind: 'object', ids: new Set([resolveRevision(revisionsOf(this.session), object)]) };
  }
}

function colorPatch(bytes: Uint8Array, colors: DiffColors): Uint8Array {
  return colors.patch(bytes);
}
