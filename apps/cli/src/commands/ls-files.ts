import {
  findUntracked, indexFileChanges, quotePath, worktreeAttributes, worktreeIgnores,
  type IndexEntry, type PatternFile, type Pathspec,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { shortId, abbreviationOf } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import { openIndex, type OpenWorktree } from '../worktree/open-worktree.js';

const USAGE = ['git ls-files [<options>] [<file>...]'];

interface LsOptions {
  isNul: boolean;
  tags: boolean;
  lowerTags: boolean;
  cached: boolean;
  deleted: boolean;
  modified: boolean;
  others: boolean;
  ignored: boolean;
  stage: boolean;
  killed: boolean;
  directory: boolean;
  empty: boolean;
  unmerged: boolean;
  resolveUndo: boolean;
  eol: boolean;
  fullName: boolean;
  errorUnmatch: boolean;
  abbrev: number | undefined;
  debug: boolean;
  deduplicates: boolean;
  format: string | undefined;
  patterns: string[];
  files: PatternFile[];
  standard: boolean;
  perDirectory: string | undefined;
}

/** `git ls-files`. */
export const lsFilesCommand: Command = async (args, context) => {
  const { io } = context;
  const o: LsOptions = {
    isNul: false, tags: false, lowerTags: false, cached: false, deleted: false, modified: false, others: false, ignored: false, stage: false,
    killed: false, directory: false, empty: true, unmerged: false, resolveUndo: false, eol: false, fullName: false, errorUnmatch: false,
    abbrev: undefined, debug: false, deduplicates: false, format: undefined, patterns: [], files: [], standard: false, perDirectory: undefined,
  };
  const session = await context.session();
  const on = (name: { [K in keyof LsOptions]: LsOptions[K] extends boolean ? K : never }[keyof LsOptions]) => (isOn: boolean): void => { o[name] = isOn; };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('z', 'separate paths with the NUL character', on('isNul')),
      flag('t', 'identify the file status with tags', on('tags')),
      flag('v', "use lowercase letters for 'assume unchanged' files", on('lowerTags')),
      flag('f', "use lowercase letters for 'fsmonitor clean' files", () => undefined),
      flag('c|cached', 'show cached files in the output (default)', on('cached')),
      flag('d|deleted', 'show deleted files in the output', on('deleted')),
      flag('m|modified', 'show modified files in the output', on('modified')),
      flag('o|others', 'show other files in the output', on('others')),
      flag('i|ignored', 'show ignored files in the output', on('ignored')),
      flag('s|stage', "show staged contents' object name in the output", on('stage')),
      flag('k|killed', 'show files on the filesystem that need to be removed', on('killed')),
      flag('directory', "show 'other' directories' names only", on('directory')),
      flag('eol', 'show line endings of files', on('eol')),
      flag('empty-directory', "don't show empty directories", on('empty')),
      flag('u|unmerged', 'show unmerged files in the output', on('unmerged')),
      flag('resolve-undo', 'show resolve-undo information', on('resolveUndo')),
      value('x|exclude', 'pattern', 'skip files matching pattern', (text) => { if (text !== undefined) o.patterns.push(text); }),
      value('X|exclude-from', 'file', 'read exclude patterns from <file>', (text) => {
        const bytes = text === undefined ? undefined : io.files.readFile(session.path(text));
        if (text !== undefined && bytes === undefined) die(`cannot use ${text} as exclude file`);
        if (text !== undefined) o.files.push({ source: text, bytes: bytes! });
      }),
      value('exclude-per-directory', 'file', 'read additional per-directory exclude patterns in <file>', (text) => { o.perDirectory = text; }),
      flag('exclude-standard', 'add the standard git exclusions', on('standard'), { canNegate: false }),
      flag('full-name', 'make the output relative to the project top directory', on('fullName')),
      flag('recurse-submodules', 'recurse through submodules', () => undefined),
      flag('error-unmatch', 'if any <file> is not in the index, treat this as an error', on('errorUnmatch')),
      value('with-tree', 'tree-ish', 'pretend that paths removed since <tree-ish> are still present', (text) => { if (text !== undefined) die('--with-tree is not supported'); }),
      optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => { o.abbrev = isSet ? (text === undefined ? abbreviationOf(session) : Number(text)) : undefined; }),
      flag('debug', 'show debugging data', on('debug')),
      flag('deduplicate', 'suppress duplicate entries', on('deduplicates')),
      flag('sparse', 'show sparse directories in the presence of a sparse index', () => undefined),
      value('format', 'format', 'format to use for the output', (text) => { o.format = text; }),
    ],
  });
  if (o.format !== undefined && (o.stage || o.others || o.killed || o.resolveUndo || o.deduplicates || o.eol || o.tags)) {
    throw new Failure("fatal: --format cannot be used with -s, -o, -k, -t, --resolve-undo, --deduplicate, --eol\n", 129);
  }
  o.stage ||= o.unmerged;
  if (!(o.tags || o.unmerged || o.deleted || o.modified || o.others || o.killed) && !o.stage && !o.resolveUndo) o.cached = true;
  if (o.tags || o.lowerTags) if (!o.deleted && !o.modified && !o.others && !o.killed && !o.stage && !o.resolveUndo) o.cached = true;
  const needsWorktree = o.deleted || o.modified || o.others || o.killed;
  if (needsWorktree) session.needWorktree();
  const hasExcludes = o.standard || o.patterns.length > 0 || o.files.length > 0 || o.perDirectory !== undefined;
  if (o.ignored && !o.others && !o.cached) die('ls-files -i must be used with either -o or -c');
  if (o.ignored && !hasExcludes) die('ls-files --ignored needs some exclude pattern');
  const tree = openIndex(session);
  const pathspec = tree.pathspec(rest, { prefersPrefix: true });
  return new Listing(tree, o, { pathspec, given: rest }).run();
};

class Listing {
  readonly #tree: OpenWorktree;
  readonly #o: LsOptions;
  readonly #pathspec: Pathspec;
  readonly #given: readonly string[];
  readonly #seen = new Set<number>();
  readonly #lines: string[] = [];

  constructor(tree: OpenWorktree, options: LsOptions, { pathspec, given }: { readonly pathspec: Pathspec; readonly given: readonly string[] }) {
    this.#tree = tree;
    this.#o = options;
    this.#pathspec = pathspec;
    this.#given = given;
  }

  async run(): Promise<number> {
    const o = this.#o;
    if (o.others || o.killed) this.#listOthers();
    if (o.cached || o.stage || o.deleted || o.modified) await this.#listEntries();
    if (o.resolveUndo) this.#listResolved();
    writeText(this.#tree.session.io.stdout, this.#lines.join(''));
    return o.errorUnmatch ? this.#tellUnmatched() : 0;
  }

  #listOthers(): void {
    const o = this.#o;
    const { files, index } = this.#tree;
    const ignores = this.#ignores();
    const found = findUntracked(files, index, {
      ignores, pathspec: this.#pathspec, collapse: o.directory ? 'folders' : 'files', givesEmpty: o.directory && o.empty, ignored: o.ignored ? 'all' : 'none',
    });
    if (o.others) for (const path of o.ignored ? found.ignored : found.untracked) this.#print(o.tags ? '? ' : '', path);
    if (!o.killed) return;
    const paths = new Set(index.entries.map(({ path }) => path));
    for (const path of findUntracked(files, index, { pathspec: this.#pathspec }).untracked) {
      const plain = path.replace(/\/$/, '');
      const isBelow = plain.split('/').some((_, i, parts) => i > 0 && paths.has(parts.slice(0, i).join('/')));
      const isAbove = index.entries.some((entry) => entry.path.startsWith(`${plain}/`));
      if (isBelow || isAbove) this.#print(o.tags ? 'K ' : '', path);
    }
  }

  #ignores(): ReturnType<typeof worktreeIgnores> {
    const { standard, patterns, files, perDirectory } = this.#o;
    return worktreeIgnores(this.#tree, this.#tree.index, { standard, patterns, files, perDirectory: perDirectory ?? (standard ? '.gitignore' : undefined) });
  }

  async #listEntries(): Promise<void> {
    const o = this.#o;
    const { index, loaded, files } = this.#tree;
    const ignores = o.ignored ? this.#ignores() : undefined;
    const modified = new Set<string>();
    if (o.modified) {
      const found = await this.#tree.drive(indexFileChanges(this.#tree, loaded, { trustsStat: false }));
      for (const { change } of found) modified.add((change.new ?? change.old)!.path);
    }
    let last: string | undefined;
    for (const entry of index.entries) {
      const { path, stage } = entry;
      if (!this.#matches(path)) continue;
      if (ignores !== undefined && !ignores.isIgnored(path, false)) continue;
      if (o.unmerged && stage === 0) continue;
      if ((o.cached || o.stage) && !(o.deduplicates && last === path && !o.stage)) {
        this.#printEntry(entry.skipWorktree ? 'S ' : stage === 0 ? 'H ' : 'M ', entry);
        last = path;
        if (o.deduplicates && !o.stage) continue;
      }
      if (!o.deleted && !o.modified) continue;
      if (entry.skipWorktree) continue;
      const isGone = files.find(path) === undefined;
      if (o.deduplicates && last === path) continue;
      if (isGone && o.deleted) {
        this.#printEntry('R ', entry);
        last = path;
        if (o.deduplicates) continue;
      }
      if (o.modified && (isGone || stage !== 0 || modified.has(path))) {
        this.#printEntry('C ', entry);
        last = path;
      }
    }
  }

  #listResolved(): void {
    for (const { path, sides } of this.#tree.index.resolveUndo ?? []) {
      if (!this.#matches(path)) continue;
      sides.forEach((side, i) => {
        if (side !== undefined) this.#print(`${this.#o.tags ? 'U ' : ''}${side.mode.toString(8).padStart(6, '0')} ${this.#id(side.id)} ${i + 1}\t`, path);
      });
    }
  }

  #matches(path: string): boolean {
    let isMatched = this.#pathspec.matches(path);
    for (let i = 0; i < this.#given.length; i++) if (this.#pathspec.matchesElement(i, path)) this.#seen.add(i);
    isMatched &&= this.#pathspec.matches(path);
    return isMatched;
  }

  #printEntry(tag: string, entry: IndexEntry): void {
    const o = this.#o;
    if (o.format !== undefined) {
      this.#lines.push(`${this.#expand(o.format, entry)}${o.isNul ? '\0' : '\n'}`);
      return;
    }
    let start = '';
    if (o.tags || o.lowerTags) start = o.lowerTags && entry.assumeValid ? (tag === '? ' ? '! ' : tag.toLowerCase()) : tag;
    if (o.stage) start += `${entry.mode.toString(8).padStart(6, '0')} ${this.#id(entry.id)} ${entry.stage}\t`;
    if (o.eol) start += this.#eol(entry);
    this.#print(start, entry.path);
    if (o.debug) this.#debug(entry);
  }

  #eol(entry: IndexEntry): string {
    const { objects, files } = this.#tree;
    const info = files.find(entry.path);
    const inIndex = eolName(objects.find(entry.id)?.body);
    const inFile = info?.kind === 'file' ? eolName(files.read(entry.path)) : '';
    const [text, eol] = worktreeAttributes(this.#tree, this.#tree.index).check(entry.path, ['text', 'eol']);
    const word = text === true ? 'text' : text === false ? '-text' : text === 'auto' ? 'text=auto' : '';
    const attribute = `${word === '' && eol !== undefined ? 'text' : word}${typeof eol === 'string' && text !== false ? ` eol=${eol}` : ''}`;
    return `i/${inIndex.padEnd(5)} w/${inFile.padEnd(5)} attr/${attribute.padEnd(17)}\t`;
  }

  #debug({ stat: s, ...entry }: IndexEntry): void {
    const flags = ((entry.assumeValid ? 0x8000 : 0) | (entry.stage << 12) | (entry.skipWorktree ? 0x40000000 : 0) | (entry.intentToAdd ? 0x20000000 : 0)) >>> 0;
    this.#lines.push(`  ctime: ${s.ctimeSeconds}:${s.ctimeNanoseconds}\n  mtime: ${s.mtimeSeconds}:${s.mtimeNanoseconds}\n` +
      `  dev: ${s.dev}\tino: ${s.ino}\n  uid: ${s.uid}\tgid: ${s.gid}\n  size: ${s.size}\tflags: ${flags.toString(16)}\n`);
  }

  #expand(format: string, entry: IndexEntry): string {
    return format.replace(/%(?:%|n|x([0-9a-fA-F]{2})|\(([^)]*)\))/g, (whole, hex: string | undefined, name: string | undefined) => {
      if (whole === '%%') return '%';
      if (whole === '%n') return '\n';
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      switch (name) {
        case 'objectmode': return entry.mode.toString(8).padStart(6, '0');
        case 'objectname': return this.#id(entry.id);
        case 'stage': return String(entry.stage);
        case 'path': return this.#o.isNul ? this.#shown(entry.path) : quotePath(this.#shown(entry.path));
        case 'eolinfo:index': return eolName(this.#tree.objects.find(entry.id)?.body);
        case 'eolinfo:worktree': return this.#tree.files.find(entry.path)?.kind === 'file' ? eolName(this.#tree.files.read(entry.path)) : '';
        default: return die(`bad ls-files format: ${whole}`);
      }
    });
  }

  #id(id: IndexEntry['id']): string {
    return this.#o.abbrev === undefined ? id : shortId(this.#tree.session, id, Math.max(4, this.#o.abbrev));
  }

  #print(start: string, path: string): void {
    const shown = this.#shown(path);
    this.#lines.push(this.#o.isNul ? `${start}${shown}\0` : `${start}${quotePath(shown, { quoteNonAscii: this.#tree.config.getBool('core.quotePath', true) })}\n`);
  }

  #shown(path: string): string {
    const { prefix } = this.#tree.session;
    return this.#o.fullName ? path : relativeTo(path, prefix);
  }

  #tellUnmatched(): number {
    const missing = this.#given.filter((_, i) => !this.#seen.has(i));
    for (const text of missing) writeText(this.#tree.session.io.stderr, `error: pathspec '${text}' did not match any file(s) known to git\n`);
    if (missing.length > 0) this.#tree.session.io.stderr.write("Did you forget to 'git add'?\n");
    return missing.length > 0 ? 1 : 0;
  }
}

/** A path as seen from a folder below the top (`a/b/`), as Git prints it. */
export function relativeTo(path: string, prefix: string): string {
  if (prefix === '') return path;
  if (path.startsWith(prefix)) return path === prefix ? './' : path.slice(prefix.length);
  const from = prefix.split('/').slice(0, -1);
  const parts = path.split('/');
  let same = 0;
  while (same < from.length && same < parts.length - 1 && from[same] === parts[same]) same++;
  return '../'.repeat(from.length - same) + parts.slice(same).join('/');
}

function eolName(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  const text = Buffer.from(bytes).toString('latin1');
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1 - crlf;
  if (text.includes('\0') || /\r(?!\n)/.test(text)) return '-text';
  if (crlf > 0 && lf > 0) return 'mixed';
  return crlf > 0 ? 'crlf' : lf > 0 ? 'lf' : 'none';
}
