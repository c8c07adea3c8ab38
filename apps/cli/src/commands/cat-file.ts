import type { ObjectId } from '@govc/core';
import {
  findThroughTags, losslessTextFromBytes, parseTree, peelToType, quotePath, resolveRevisionEntry, type HashAlgorithm, type ObjectType,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, group, modeFlag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { fatalUsage, usageText } from '../options/usage.js';
import { explain } from '../print/explain.js';
import { readRecords, writeText } from '../print/output.js';
import { revisionsOf } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git cat-file <type> <object>',
  'git cat-file (-e | -p) <object>',
  'git cat-file (-t | -s) [--allow-unknown-type] <object>',
  'git cat-file (--batch | --batch-check | --batch-command) [--batch-all-objects]\n' +
  '             [--buffer] [--follow-symlinks] [--unordered]\n             [--textconv | --filters] [-z]',
  'git cat-file (--textconv | --filters)\n             [<rev>:<path|tree-ish> | --path=<path|tree-ish> <rev>]',
];

interface CatOptions {
  mode: 'e' | 'p' | 't' | 's' | 'textconv' | 'filters' | undefined;
  batch: 'batch' | 'batch-check' | 'batch-command' | undefined;
  format: string | undefined;
  all: boolean;
  buffer: boolean;
  follow: boolean;
  nul: boolean;
  path: string | undefined;
}

/** `git cat-file`. */
export const catFileCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: CatOptions = { mode: undefined, batch: undefined, format: undefined, all: false, buffer: false, follow: false, nul: false, path: undefined };
  const mode = (names: string, help: string, name: NonNullable<CatOptions['mode']>): ReturnType<typeof modeFlag> => modeFlag(names, help, 'mode', () => { seen.mode = name; });
  const batch = (name: NonNullable<CatOptions['batch']>, help: string): ReturnType<typeof optionalValue> => optionalValue(name, 'format', help, (text) => {
    if (seen.batch !== undefined) return 'only one batch option may be specified';
    seen.batch = name;
    seen.format = text;
    return undefined;
  }, { canNegate: false });
  const options = [
    group('Check object existence or emit object contents'),
    mode('e', 'check if <object> exists', 'e'),
    mode('p', 'pretty-print <object> content', 'p'),
    group('Emit [broken] object attributes'),
    mode('t', "show object type (one of 'blob', 'tree', 'commit', 'tag', ...)", 't'),
    mode('s', 'show object size', 's'),
    flag('allow-unknown-type', 'allow -s and -t to work with broken/corrupt objects', () => undefined),
    flag('use-mailmap', 'use mail map file', () => undefined),
    value('mailmap', '...', 'alias of --use-mailmap', () => undefined),
    group('Batch objects requested on stdin (or --batch-all-objects)'),
    batch('batch', 'show full <object> or <rev> contents'),
    batch('batch-check', "like --batch, but don't emit <contents>"),
    flag('z', 'stdin is NUL-terminated', (isOn) => { seen.nul = isOn; }),
    batch('batch-command', 'read commands from stdin'),
    flag('batch-all-objects', 'with --batch[-check]: ignores stdin, batches all known objects', (isOn) => { seen.all = isOn; }),
    group('Change or optimize batch output'),
    flag('buffer', 'buffer --batch output', (isOn) => { seen.buffer = isOn; }),
    flag('follow-symlinks', 'follow in-tree symlinks', (isOn) => { seen.follow = isOn; }),
    flag('unordered', 'do not order objects before emitting them', () => undefined),
    group('Emit object (blob or tree) with conversion or filter (stand-alone, or with batch)'),
    mode('textconv', "run textconv on object's content", 'textconv'),
    mode('filters', "run filters on object's content", 'filters'),
    value('path', 'blob|tree', 'use a <path> for (--textconv | --filters); Not with \'batch\'', (text) => { seen.path = text; }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  const refuse = (sentence: string): never => fatalUsage(usageText(USAGE, options), sentence);
  if (seen.batch !== undefined) {
    if (seen.mode !== undefined && seen.mode !== 'textconv' && seen.mode !== 'filters') refuse(`'-${seen.mode}' is incompatible with batch mode`);
    if (seen.path !== undefined) refuse("'--path=<path|tree-ish>' needs '--filters' or '--textconv'");
    if (rest.length > 0) refuse('batch modes take no arguments');
    return new Batch(await context.session(), context, seen).run();
  }
  const needs = seen.all ? '--batch-all-objects' : seen.buffer ? '--buffer' : seen.follow ? '--follow-symlinks' : seen.nul ? '-z' : undefined;
  if (needs !== undefined) refuse(`'${needs}' requires a batch mode`);
  if (seen.path !== undefined && seen.mode !== 'textconv' && seen.mode !== 'filters') refuse("'--path=<path|tree-ish>' needs '--filters' or '--textconv'");
  if (seen.mode !== undefined) {
    const name = seen.mode.length === 1 ? `-${seen.mode}` : `--${seen.mode}`;
    if (rest.length === 0) refuse(seen.mode.length > 1 ? `<rev> required with '${name}'` : `<object> required with '${name}'`);
    if (rest.length > 1) refuse('too many arguments');
    return showObject(await context.session(), { mode: seen.mode, name: rest[0]!, path: seen.path });
  }
  if (rest.length === 0) throw new Failure(usageText(USAGE, options), 129);
  if (rest.length !== 2) refuse(`only two arguments allowed in <type> <object> mode, not ${rest.length}`);
  return showTyped(await context.session(), rest[0]!, rest[1]!);
};

function resolve(session: Session, name: string): { readonly id: ObjectId; readonly path: string | undefined; readonly mode: number | undefined } {
  try {
    return resolveRevisionEntry(revisionsOf(session), name);
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { kind?: string } };
    if (code === 'object-id-ambiguous') die(`Not a valid object name ${name}`);
    if (data?.kind === 'unknown' || code === 'object-missing') die(`Not a valid object name ${name}`);
    throw error;
  }
}

function showObject(session: Session, { mode, name, path }: { readonly mode: NonNullable<CatOptions['mode']>; readonly name: string; readonly path: string | undefined }): number {
  const { io } = session;
  const { objects } = session.context.snapshot;
  if (mode === 'e') {
    const found = resolve(session, name);
    return objects.has(found.id) ? 0 : 1;
  }
  const { id, path: place } = resolve(session, name);
  const header = objects.findHeader(id);
  if (mode === 't' || mode === 's') {
    if (header === undefined) die(mode === 't' ? 'git cat-file: could not get object info' : 'git cat-file: could not get object info');
    io.stdout.write(`${mode === 't' ? header.type : header.size}\n`);
    return 0;
  }
  if (mode === 'textconv' || mode === 'filters') {
    if (place === undefined && path === undefined) die(`<object>:<path> required, only <object> '${name}' given`);
    io.stdout.write(objects.find(id)!.body);
    return 0;
  }
  if (header === undefined) die(`Not a valid object name ${name}`);
  if (header.type === 'tree') printTree(session, id);
  else io.stdout.write(objects.find(id)!.body);
  return 0;
}

function printTree(session: Session, id: ObjectId): void {
  const { objects, algorithm } = session.context.snapshot;
  const lines: string[] = [];
  const quoteNonAscii = session.config.getBool('core.quotepath', true);
  for (const entry of entriesOf(objects.find(id)!.body, algorithm)) {
    const type = entry.mode === 0o040000 ? 'tree' : entry.mode === 0o160000 ? 'commit' : 'blob';
    lines.push(`${entry.mode.toString(8).padStart(6, '0')} ${type} ${entry.id}\t${quotePath(entry.name, { quoteNonAscii })}\n`);
  }
  writeText(session.io.stdout, lines.join(''));
}

function showTyped(session: Session, type: string, name: string): number {
  const wanted = ['blob', 'tree', 'commit', 'tag'].find((known) => known === type) as ObjectType | undefined;
  if (wanted === undefined) die(`invalid object type "${type}"`);
  const { id } = resolve(session, name);
  const { snapshot } = session.context;
  if (wanted === 'blob' && snapshot.objects.findHeader(id)?.type === 'tag') {
    const end = findThroughTags(snapshot, id);
    if (end?.type === 'blob') {
      session.io.stdout.write(snapshot.objects.find(end.id)!.body);
      return 0;
    }
  }
  if (snapshot.objects.findHeader(id) === undefined) die(`git cat-file ${name}: bad file`);
  const peeled = peelToType(snapshot, id, wanted);
  if (!peeled.isFound) die(`git cat-file ${name}: bad file`);
  session.io.stdout.write(snapshot.objects.find(peeled.id)!.body);
  return 0;
}

const DEFAULT_FORMAT = '%(objectname) %(objecttype) %(objectsize)';

class Batch {
  readonly #session: Session;
  readonly #context: Context;
  readonly #seen: CatOptions;
  readonly #splits: boolean;
  readonly #format: string;

  constructor(session: Session, context: Context, seen: CatOptions) {
    this.#session = session;
    this.#context = context;
    this.#seen = seen;
    this.#format = seen.format ?? DEFAULT_FORMAT;
    this.#splits = this.#format.includes('%(rest)');
    const unknown = /%\((?!objectname\)|objecttype\)|objectsize\)|objectsize:disk\)|rest\)|deltabase\))([^)]*)\)/.exec(this.#format);
    if (unknown !== null) die(`unknown format element: ${unknown[1]!}`);
  }

  async run(): Promise<number> {
    const { io } = this.#session;
    if (this.#seen.all) {
      const ids = [...new Set(this.#session.repository.storedContext.snapshot.objects.ids())].sort();
      for (const id of ids) this.#show(id, this.#seen.batch === 'batch', id);
      return 0;
    }
    if (this.#seen.batch === 'batch-command') return this.#runCommands();
    for await (const record of readRecords(io.stdin, this.#seen.nul ? '\0' : '\n')) {
      this.#showLine(losslessTextFromBytes(record), this.#seen.batch === 'batch');
      if (!this.#seen.buffer) io.flush?.();
    }
    return 0;
  }

  async #runCommands(): Promise<number> {
    const { io } = this.#context;
    const queue: (() => void)[] = [];
    for await (const record of readRecords(io.stdin, this.#seen.nul ? '\0' : '\n')) {
      const line = losslessTextFromBytes(record);
      if (line === '') die('empty command in input');
      if (/^\s/.test(line)) die(`whitespace before command: '${line}'`);
      const space = line.indexOf(' ');
      const name = space < 0 ? line : line.slice(0, space);
      const rest = space < 0 ? '' : line.slice(space + 1);
      if (name === 'flush') {
        if (!this.#seen.buffer) die('flush is only for --buffer mode');
        if (rest !== '') die('flush takes no arguments');
        for (const show of queue.splice(0)) show();
        io.flush?.();
      } else if (name === 'contents' || name === 'info') {
        if (space < 0 || rest === '') die(`${name} requires arguments`);
        const show = (): void => { this.#showLine(rest, name === 'contents'); };
        if (this.#seen.buffer) queue.push(show);
        else {
          show();
          io.flush?.();
        }
      } else {
        die(`unknown command: '${line}'`);
      }
    }
    if (this.#seen.buffer && io.env['GIT_TEST_CAT_FILE_NO_FLUSH_ON_EXIT'] !== '1') for (const show of queue) show();
    return 0;
  }

  #showLine(line: string, withContent: boolean): void {
    let name = line;
    let rest = '';
    if (this.#splits) {
      const match = /^([^ \t]*)[ \t]*(.*)$/s.exec(line)!;
      name = match[1]!;
      rest = match[2]!;
    }
    const { io } = this.#session;
    let found: { readonly id: ObjectId; readonly path: string | undefined; readonly mode: number | undefined };
    try {
      found = resolveRevisionEntry(revisionsOf(this.#session), name);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined) throw error;
      if (explain(error).text === '') throw error;
      writeText(io.stdout, `${name} ${code === 'object-id-ambiguous' ? 'ambiguous' : 'missing'}\n`);
      return;
    }
    this.#show(found.id, withContent, name, rest);
  }

  #show(id: ObjectId, withContent: boolean, name: string, rest = ''): void {
    const { io } = this.#session;
    const { objects } = this.#session.context.snapshot;
    const header = objects.findHeader(id);
    if (header === undefined) {
      writeText(io.stdout, `${name} missing\n`);
      return;
    }
    const text = this.#format.replace(/%\((objectname|objecttype|objectsize:disk|objectsize|rest|deltabase)\)/g, (_, atom: string) => {
      switch (atom) {
        case 'objectname': return id;
        case 'objecttype': return header.type;
        case 'objectsize': return String(header.size);
        case 'rest': return rest;
        case 'deltabase': return this.#session.algorithm.zeroId;
        default: return String(this.#diskSize(id));
      }
    });
    writeText(io.stdout, `${text}\n`);
    if (!withContent) return;
    io.stdout.write(objects.find(id)!.body);
    io.stdout.write('\n');
  }

  #diskSize(id: ObjectId): number {
    const { commonFiles } = this.#session;
    const loose = commonFiles.find(`objects/${id.slice(0, 2)}/${id.slice(2)}`);
    return loose?.sizeBytes ?? 0;
  }
}

function* entriesOf(body: Uint8Array, algorithm: HashAlgorithm): Generator<{ mode: number; name: string; id: ObjectId }> {
  for (const entry of parseTree(body, algorithm)) yield { mode: entry.mode, name: losslessTextFromBytes(entry.name), id: entry.id };
}
