import type { ObjectId } from '@govc/core';
import { losslessTextFromBytes, parseTree, quotePath } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, modeFlag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import { relativePath } from '../print/relative-path.js';
import { absolutePath } from '../session/files-host.js';
import { needTree } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = ['git ls-tree [<options>] <tree-ish> [<path>...]'];

interface ListOptions {
  onlyTrees: boolean;
  recurses: boolean;
  showsTrees: boolean;
  nul: boolean;
  fullName: boolean;
  abbreviation: number | undefined;
  format: string;
}

interface Row {
  readonly mode: number;
  readonly id: ObjectId;
  /** From the root of the tree. */
  readonly path: string;
}

const FORMATS: Readonly<Record<string, string>> = {
  long: '%(objectmode) %(objecttype) %(objectname) %(objectsize:padded)%x09%(path)',
  'name-only': '%(path)',
  'object-only': '%(objectname)',
};
const DEFAULT_FORMAT = '%(objectmode) %(objecttype) %(objectname)%x09%(path)';

/** `git ls-tree`. */
export const lsTreeCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: ListOptions = {
    onlyTrees: false, recurses: false, showsTrees: false, nul: false, fullName: false, abbreviation: undefined, format: DEFAULT_FORMAT,
  };
  const around = { fullTree: false, mode: undefined as string | undefined, format: undefined as string | undefined, abbreviation: undefined as string | true | undefined };
  const style = (names: string, help: string, mode: string): ReturnType<typeof modeFlag> => modeFlag(names, help, 'style', () => { around.mode = mode; });
  const options = [
    flag('d', 'only show trees', (isOn) => { seen.onlyTrees = isOn; }),
    flag('r', 'recurse into subtrees', (isOn) => { seen.recurses = isOn; }),
    flag('t', 'show trees when recursing', (isOn) => { seen.showsTrees = isOn; }),
    flag('z', 'terminate entries with NUL byte', (isOn) => { seen.nul = isOn; }),
    style('l|long', 'include object size', 'long'),
    style('name-only', 'list only filenames', 'name-only'),
    style('name-status', 'list only filenames', 'name-only'),
    style('object-only', 'list only objects', 'object-only'),
    flag('full-name', 'use full path names', (isOn) => { seen.fullName = isOn; }),
    flag('full-tree', 'list entire tree; not just current directory (implies --full-name)', (isOn) => { around.fullTree = isOn; }),
    value('format', 'format', 'format to use for the output', (text) => { around.format = text; }, { canNegate: false }),
    optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => { around.abbreviation = isSet ? text ?? true : undefined; }),
  ];
  const [revision, ...paths] = parseOptions(args, { io, usage: USAGE, options });
  if (around.format !== undefined && around.mode !== undefined) usageError(usageText(USAGE, options), '--format can\'t be combined with other format-altering options');
  if (revision === undefined) usageError(usageText(USAGE, options));
  const session = await context.session();
  if (around.fullTree) seen.fullName = true;
  if (around.abbreviation !== undefined) {
    seen.abbreviation = around.abbreviation === true ? abbreviationOf(session) : Number(around.abbreviation) === 0 ? undefined : Math.max(4, Number.parseInt(around.abbreviation, 10) || 0);
  }
  seen.format = around.format ?? FORMATS[around.mode ?? ''] ?? DEFAULT_FORMAT;
  if (seen.onlyTrees && seen.recurses) seen.showsTrees = true;
  const prefix = around.fullTree ? '' : session.prefix;
  const lister = new TreeLister(session, seen, { specs: specsOf(paths, prefix), base: seen.fullName ? '' : prefix });
  lister.list(needTree(session, revision));
  return 0;
};

/** Paths as given from the current folder; a slash at the end asks for what is below. */
function specsOf(paths: readonly string[], prefix: string): string[] {
  if (paths.length === 0) return prefix === '' ? [] : [prefix];
  return paths.map((path) => {
    const whole = absolutePath(`/${prefix}`, path).slice(1);
    return path.endsWith('/') && whole !== '' ? `${whole}/` : whole === '' ? '' : path === '.' || path === './' || path.endsWith('/.') ? `${whole}/` : whole;
  });
}

class TreeLister {
  readonly #session: Session;
  readonly #options: ListOptions;
  readonly #base: string;
  readonly #specs: readonly string[];

  constructor(session: Session, options: ListOptions, { specs, base }: { readonly specs: readonly string[]; readonly base: string }) {
    this.#session = session;
    this.#options = options;
    this.#specs = specs;
    this.#base = base;
  }

  list(tree: ObjectId): void {
    const { objects, algorithm } = this.#session.context.snapshot;
    const walk = [this.#rowsOf(tree, '', objects, algorithm)];
    // Recursion by hand: depth is chosen by whoever made the tree.
    while (walk.length > 0) {
      const next = walk.at(-1)!.next();
      if (next.done === true) {
        walk.pop();
        continue;
      }
      const row = next.value;
      const fit = this.#fitOf(row.path, row.mode === 0o040000);
      if (fit === 'none') continue;
      const isTree = row.mode === 0o040000;
      const descends = isTree && (fit === 'above' || (this.#options.recurses && !(this.#options.onlyTrees && !this.#options.recurses)));
      if (isTree ? !descends || this.#options.showsTrees : !this.#options.onlyTrees) this.#print(row);
      if (descends) walk.push(this.#rowsOf(row.id, `${row.path}/`, objects, algorithm));
    }
  }

  *#rowsOf(id: ObjectId, folder: string, objects: Session['context']['snapshot']['objects'], algorithm: Session['algorithm']): Generator<Row, void, void> {
    const body = id === algorithm.emptyTreeId ? new Uint8Array(0) : objects.find(id)?.body ?? die(`not a tree object`);
    for (const entry of parseTree(body, algorithm)) yield { mode: entry.mode, id: entry.id, path: folder + losslessTextFromBytes(entry.name) };
  }

  /** Whether a path is asked for (`here`), or only something below it (`above`). */
  #fitOf(path: string, isTree: boolean): 'here' | 'above' | 'none' {
    if (this.#specs.length === 0) return 'here';
    // Where something below is named, the folder is only passed through, even if it is named itself.
    if (isTree && this.#specs.some((spec) => spec.startsWith(`${path}/`))) return 'above';
    const fits = (spec: string): boolean => spec === '' || path === spec || path.startsWith(spec.endsWith('/') ? spec : `${spec}/`);
    return this.#specs.some(fits) ? 'here' : 'none';
  }

  #print(row: Row): void {
    const { format, nul } = this.#options;
    const text = format.replace(/%(?:\((objectmode|objecttype|objectname|objectsize|objectsize:padded|path)\)|x([0-9a-fA-F]{2})|(%|n)|(.[^)]*\)?)?)/g,
      (_whole, ...found: readonly (string | undefined)[]) => {
        const [atom, hex, plain, bad] = found;
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        if (plain !== undefined) return plain === 'n' ? '\n' : '%';
        if (atom === undefined) return badFormat(bad ?? '');
        return this.#atom(row, atom);
      });
    writeText(this.#session.io.stdout, text + (nul ? '\0' : '\n'));
  }

  #atom({ mode, id, path }: Row, atom: string): string {
    const type = mode === 0o040000 ? 'tree' : (mode & 0o170000) === 0o160000 ? 'commit' : 'blob';
    switch (atom) {
      case 'objectmode': return mode.toString(8).padStart(6, '0');
      case 'objecttype': return type;
      case 'objectname': return this.#options.abbreviation === undefined ? id : shortId(this.#session, id, this.#options.abbreviation);
      case 'path': return this.#shownPath(path);
      default: {
        const header = type === 'blob' ? this.#session.context.snapshot.objects.findHeader(id) : undefined;
        if (type === 'blob' && header === undefined) die(`could not get object info about '${id}'`);
        const size = type === 'blob' ? String(header!.size) : '-';
        return atom === 'objectsize' ? size : size.padStart(7);
      }
    }
  }

  #shownPath(path: string): string {
    const shown = this.#base === '' ? path : relativePath(`/${path}`, `/${this.#base}`);
    return this.#options.nul ? shown : quotePath(shown, { quoteNonAscii: this.#session.config.getBool('core.quotepath', true) });
  }
}

function badFormat(element: string): never {
  if (element.startsWith('(') && element.endsWith(')')) die(`bad ls-tree format: %${element}`);
  die(`bad ls-tree format: element '${element}' does not ${element.startsWith('(') ? "end in ')'" : "start with '('"}`);
}
