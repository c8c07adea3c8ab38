import { PassThrough } from 'node:stream';

import { findRefName, hasCode, type ObjectId } from '@govc/core';
import { findThroughTags, fsckObject, losslessTextFromBytes, parseGrafts, wildmatchText } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, failWith, Failure } from '../failure.js';
import { flag, modeFlag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { readAll, writeText } from '../print/output.js';
import { editFile } from '../session/programs.js';
import { findStoredObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git replace [-f] <object> <replacement>', 'git replace [-f] --edit <object>', 'git replace [-f] --graft <commit> [<parent>...]',
  'git replace [-f] --convert-graft-file', 'git replace -d <object>...', 'git replace [--format=<format>] [-l [<pattern>]]',
];

type Mode = 'list' | 'delete' | 'edit' | 'graft' | 'convert' | 'replace';

/** `git replace`. */
export const replaceCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { mode: undefined as Mode | undefined, force: false, raw: false, format: undefined as string | undefined };
  const mode = (names: string, help: string, chosen: Mode): ReturnType<typeof modeFlag> => modeFlag(names, help, 'mode', () => { seen.mode = chosen; });
  const options = [
    mode('l|list', 'list replace refs', 'list'),
    mode('d|delete', 'delete replace refs', 'delete'),
    mode('e|edit', 'edit existing object', 'edit'),
    mode('g|graft', "change a commit's parents", 'graft'),
    mode('convert-graft-file', 'convert existing graft file', 'convert'),
    flag('f|force', 'replace the ref if it exists', (isOn) => { seen.force = isOn; }),
    flag('raw', 'do not pretty-print contents for --edit', (isOn) => { seen.raw = isOn; }),
    value('format', 'format', 'use this format', (text) => { seen.format = text; }),
  ];
  const names = parseOptions(args, { io, usage: USAGE, options });
  const refuse = (sentence: string): never => { throw new Failure(`fatal: ${sentence}\n\n${usageText(USAGE, options)}`, 129); };
  const chosen = seen.mode ?? (names.length === 0 ? 'list' : 'replace');
  if (seen.format !== undefined && chosen !== 'list') refuse('--format cannot be used when not listing');
  if (seen.force && !['replace', 'edit', 'graft', 'convert'].includes(chosen)) refuse('-f only makes sense when writing a replacement');
  if (seen.raw && chosen !== 'edit') refuse('--raw only makes sense with --edit');
  const session = await context.session();
  const work = new ReplaceWork(context, session, seen.force);
  switch (chosen) {
    case 'list': return names.length > 1 ? refuse('only one pattern can be given with -l') : work.list(names[0], seen.format);
    case 'delete': return names.length === 0 ? refuse('-d needs at least one argument') : work.delete(names);
    case 'replace': return names.length === 2 ? work.replace(names[0]!, names[1]!) : refuse('bad number of arguments');
    case 'edit': return names.length === 1 ? work.edit(names[0]!, seen.raw) : refuse('-e needs exactly one argument');
    case 'graft': return names.length === 0 ? refuse('-g needs at least one argument') : work.graft(names);
    case 'convert': return names.length === 0 ? work.convert() : refuse('--convert-graft-file takes no argument');
  }
};

class ReplaceWork {
  readonly #context: Context;
  readonly #session: Session;
  readonly #force: boolean;

  constructor(context: Context, session: Session, force: boolean) {
    this.#context = context;
    this.#session = session;
    this.#force = force;
  }

  list(pattern: string | undefined, format = 'short'): number {
    if (!['short', 'medium', 'long', ''].includes(format)) fail(`invalid replace format '${format}'\nvalid formats are 'short', 'medium' and 'long'`);
    for (const { id, replacement } of this.#session.repository.replacements()) {
      if (pattern !== undefined && !wildmatchText(pattern, id)) continue;
      const line = format === 'long' ? `${id} (${this.#typeOf(id)}) -> ${replacement} (${this.#typeOf(replacement)})`
        : format === 'medium' ? `${id} -> ${replacement}` : id;
      writeText(this.#session.io.stdout, `${line}\n`);
    }
    return 0;
  }

  delete(names: readonly string[]): number {
    const state = { hasFailed: false };
    for (const name of names) {
      const id = this.#find(name);
      try {
        if (id === undefined) throw new Failure(`error: failed to resolve '${name}' as a valid ref\n`, 1);
        this.#session.repository.deleteReplacement(id);
        writeText(this.#session.io.stdout, `Deleted replace ref '${id}'\n`);
      } catch (error) {
        if (!(error instanceof Failure) && !hasCode(error, 'ref-missing')) throw error;
        this.#session.io.stderr.write(error instanceof Failure ? error.text : `error: replace ref '${id!}' not found\n`);
        state.hasFailed = true;
      }
    }
    return state.hasFailed ? 1 : 0;
  }

  replace(name: string, replacementName: string): number {
    return this.#write(this.#need(name), this.#need(replacementName), [name, replacementName]);
  }

  async edit(name: string, isRaw: boolean): Promise<number> {
    const { io, gitFiles, gitDirectory, config, repository, algorithm } = this.#session;
    const id = this.#need(name);
    const type = this.#typeOf(id);
    if (!this.#force) this.#mustBeFree(id);
    const isTree = type === 'tree' && !isRaw;
    const text = isTree ? await this.#run(['ls-tree', id]) : repository.storedContext.snapshot.objects.find(id)!.body;
    gitFiles.write('REPLACE_EDITOBJ', text, {});
    await editFile(io, config, `${gitDirectory}/REPLACE_EDITOBJ`);
    const edited = gitFiles.read('REPLACE_EDITOBJ');
    gitFiles.remove('REPLACE_EDITOBJ');
    let written: ObjectId;
    if (isTree) {
      written = this.#need(losslessTextFromBytes(await this.#run(['mktree'], edited)).trim());
    } else {
      const fault = fsckObject(type, edited, algorithm).find(({ severity }) => severity === 'error' || severity === 'fatal');
      if (fault !== undefined) fail(`object fails fsck: ${fault.message}`);
      written = repository.writeObject(type, edited);
    }
    if (written === id) fail(`new object is the same as the old one: '${id}'`);
    return this.#write(id, written);
  }

  graft([name, ...parents]: readonly string[]): number {
    const id = this.#needCommit(name!);
    return this.#graft(id, parents.map((parent) => this.#needCommit(parent)));
  }

  convert(): number {
    const { commonFiles, algorithm, io } = this.#session;
    const path = 'info/grafts';
    if (commonFiles.find(path) === undefined) return 0;
    for (const [id, parents] of parseGrafts(commonFiles.read(path), algorithm)) this.#graft(id, parents);
    commonFiles.remove(path);
    io.flush?.();
    return 0;
  }

  #graft(id: ObjectId, parents: readonly ObjectId[]): number {
    const { repository, io } = this.#session;
    if (!this.#force) this.#mustBeFree(id);
    const body = repository.context.snapshot.objects.find(id)?.body;
    if (body !== undefined && /^(?:.+\n)*gpgsig /.test(losslessTextFromBytes(body))) {
      io.stderr.write(`warning: the original commit '${id}' has a gpg signature\nwarning: the signature will be removed in the replacement commit!\n`);
    }
    if (repository.graft(id, parents, { force: this.#force }) === undefined) io.stderr.write(`warning: graft for '${id}' unnecessary\n`);
    return 0;
  }

  #write(id: ObjectId, replacement: ObjectId, names: readonly string[] = [id, replacement]): number {
    const [type, other] = [this.#typeOf(id), this.#typeOf(replacement)];
    if (!this.#force && type !== other) {
      fail(`Objects must be of the same type.\n'${names[0]!}' points to a replaced object of type '${type}'\nwhile '${names[1]!}' points to a replacement object of type '${other}'.`);
    }
    if (!this.#force) this.#mustBeFree(id);
    this.#session.repository.replace(id, replacement, { force: this.#force });
    return 0;
  }

  #mustBeFree(id: ObjectId): void {
    const ref = findRefName(`refs/replace/${id}`);
    if (ref !== undefined && this.#session.repository.snapshot.refs.has(ref)) fail(`replace ref 'refs/replace/${id}' already exists`);
  }

  #find(name: string): ObjectId | undefined {
    return findStoredObject(this.#session, name);
  }

  #needCommit(name: string): ObjectId {
    const id = this.#find(name) ?? fail(`not a valid object name: '${name}'`);
    const found = findThroughTags(this.#session.repository.storedContext.snapshot, id);
    return found?.type === 'commit' ? found.id : fail(`could not parse ${name} as a commit`);
  }

  #need(name: string): ObjectId {
    return this.#find(name) ?? fail(`failed to resolve '${name}' as a valid ref`);
  }

  #typeOf(id: ObjectId): 'blob' | 'tree' | 'commit' | 'tag' {
    return this.#session.repository.storedContext.snapshot.objects.findHeader(id)?.type ?? die(`unable to get object type for ${id}`);
  }

  /** Another command of ours, its output taken. */
  async #run(argv: readonly string[], input: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    const stdout = new PassThrough();
    const stdin = new PassThrough();
    stdin.end(input);
    const output = readAll(stdout);
    const code = await this.#context.run(argv, { stdin, stdout, flush: undefined }).finally(() => stdout.end());
    if (code !== 0) throw new Failure('', code);
    return output;
  }
}

/** What Git says of it and how it ends. */
function fail(message: string): never {
  return failWith(message, 255);
}
