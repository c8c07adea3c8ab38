import { bytesFromLosslessText, cleanMessage, losslessTextFromBytes, stripSpace } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, failWith, Failure } from '../failure.js';
import { flag, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { readAll, readRecords, writeText } from '../print/output.js';
import { editFile } from '../session/programs.js';
import { flushRefs } from '../session/ref-edits.js';
import { findObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git notes [--ref <notes-ref>] [list [<object>]]', 'git notes [--ref <notes-ref>] add [-f] [--allow-empty] [-m <msg> | -F <file> | (-c | -C) <object>] [<object>]',
  'git notes [--ref <notes-ref>] copy [-f] <from-object> <to-object>', 'git notes [--ref <notes-ref>] append [--allow-empty] [-m <msg> | -F <file> | (-c | -C) <object>] [<object>]',
  'git notes [--ref <notes-ref>] edit [--allow-empty] [<object>]', 'git notes [--ref <notes-ref>] show [<object>]',
  'git notes [--ref <notes-ref>] merge [-v | -q] [-s <strategy>] <notes-ref>', 'git notes merge --commit [-v | -q]', 'git notes merge --abort [-v | -q]',
  'git notes [--ref <notes-ref>] remove [<object>...]', 'git notes [--ref <notes-ref>] prune [-n] [-v]', 'git notes [--ref <notes-ref>] get-ref',
];

/** `git notes`. */
export const notesCommand: Command = async (args, context) => {
  const { io } = context;
  let given: string | undefined;
  const options = [value('ref', 'notes-ref', 'use notes from <notes-ref>', (text) => { given = text; })];
  const [name = 'list', ...rest] = parseOptions(args, { io, usage: USAGE, options, stopsAtArgument: true });
  const session = await context.session();
  const ref = expandRef(given ?? io.env['GIT_NOTES_REF'] ?? session.config.get('core.notesref') ?? 'refs/notes/commits');
  const work = new NotesWork(context, session, ref);
  switch (name) {
    case 'list': return work.list(rest);
    case 'add': case 'append': case 'edit': return work.write(name, rest);
    case 'copy': return work.copy(rest);
    case 'show': return work.show(rest);
    case 'remove': return work.remove(rest);
    case 'prune': return work.prune(rest);
    case 'get-ref':
      writeText(io.stdout, `${ref}\n`);
      return 0;
    case 'merge': return work.merge(rest);
    default: throw new Failure(`error: unknown subcommand: \`${name}'\n${usageText(USAGE, options)}`, 129);
  }
};

function expandRef(name: string): string {
  if (name.startsWith('refs/notes/')) return name;
  if (name.startsWith('refs/')) return name;
  return name.startsWith('notes/') ? `refs/${name}` : `refs/notes/${name}`;
}

class NotesWork {
  readonly #context: Context;
  readonly #session: Session;
  readonly #ref: string;

  constructor(context: Context, session: Session, ref: string) {
    this.#context = context;
    this.#session = session;
    this.#ref = ref;
  }

  #parse(args: readonly string[], name: string, options: readonly Option[]): string[] {
    return parseOptions(args, { io: this.#context.io, usage: [`git notes ${name} [<options>]`], options });
  }

  #object(text: string): string {
    return findObject(this.#session, text) ?? die(`failed to resolve '${text}' as a valid ref.`);
  }

  #people(): { readonly author: ReturnType<Session['identity']>; readonly committer: ReturnType<Session['identity']>; readonly ref: string } {
    return { author: this.#session.identity('author'), committer: this.#session.identity('committer'), ref: this.#ref };
  }

  #checkWritable(name: string): void {
    if (!this.#ref.startsWith('refs/notes/')) die(`refusing to ${name} notes in ${this.#ref} (outside of refs/notes/)`);
  }

  list(args: readonly string[]): number {
    const names = this.#parse(args, 'list', []);
    const { repository, io } = this.#session;
    if (names[0] !== undefined) {
      const object = this.#object(names[0]);
      const found = repository.notes({ ref: this.#ref }).find((note) => note.object === object);
      if (found === undefined) failWith(`no note found for object ${object}.`);
      writeText(io.stdout, `${found.note}\n`);
      return 0;
    }
    for (const { object, note } of repository.notes({ ref: this.#ref })) writeText(io.stdout, `${note} ${object}\n`);
    return 0;
  }

  async show(args: readonly string[]): Promise<number> {
    const names = this.#parse(args, 'show', []);
    const object = this.#object(names[0] ?? 'HEAD');
    const note = this.#session.repository.note(object, { ref: this.#ref });
    if (note === undefined) failWith(`no note found for object ${object}.`);
    this.#context.io.stdout.write(note);
    return 0;
  }

  async write(kind: 'add' | 'append' | 'edit', args: readonly string[]): Promise<number> {
    const seen = { forces: false, allowEmpty: false, edits: false, isGiven: false };
    const steps: (() => Promise<string> | string)[] = [];
    const take = (read: (text: string) => Promise<string> | string, edits = false) => (text: string | undefined): void => {
      seen.isGiven = true;
      seen.edits ||= edits;
      steps.push(() => read(text!));
    };
    const fromObject = (text: string): string => {
      const id = findObject(this.#session, text) ?? die(`failed to resolve '${text}' as a valid ref.`);
      const object = this.#session.context.snapshot.objects.find(id) ?? die(`failed to read object '${text}'.`);
      if (object.type !== 'blob') die(`cannot read note data from non-blob object '${text}'.`);
      return losslessTextFromBytes(object.body);
    };
    const options = [
      value('m|message', 'message', 'note contents as a string', take((text) => cleanMessage(text, 'whitespace')), { canNegate: false }),
      value('F|file', 'file', 'note contents in a file', take(async (text) => losslessTextFromBytes(text === '-' ? await readAll(this.#context.io.stdin) : this.#context.io.files.readFile(this.#session.path(text)) ?? die(`could not open or read '${text}': No such file or directory`))), { canNegate: false }),
      value('c|reedit-message', 'object', 'reuse and edit specified note object', take(fromObject, true), { canNegate: false }),
      value('C|reuse-message', 'object', 'reuse specified note object', take(fromObject), { canNegate: false }),
      flag('allow-empty', 'allow storing empty note', (isOn) => { seen.allowEmpty = isOn; }),
      flag('f|force', 'replace existing notes', (isOn) => { seen.forces = isOn; }),
    ];
    const names = this.#parse(args, kind, options);
    this.#checkWritable(kind);
    const object = this.#object(names[0] ?? 'HEAD');
    const before = this.#session.repository.note(object, { ref: this.#ref });
    if (kind === 'add' && before !== undefined && !seen.forces) {
      if (seen.isGiven) failWith(`Cannot add notes. Found existing notes for object ${object}. Use '-f' to overwrite existing notes`);
      return this.write('edit', args);
    }
    const parts: string[] = [];
    for (const step of steps) parts.push(await step());
    let text = parts.map((part) => part.replace(/\n*$/, '\n')).filter((part) => part !== '\n').join('\n');
    if (!seen.isGiven || seen.edits) text = await this.#edit(seen.isGiven ? text : kind === "append" || before === undefined ? "" : losslessTextFromBytes(before));
    const cleaned = seen.isGiven && !seen.edits && steps.length === 1 && parts[0] === text ? text : stripSpace(text, undefined);
    const content = bytesFromLosslessText(cleaned);
    const people = { ...this.#people(), force: true, allowEmpty: seen.allowEmpty };
    if (kind === 'append') this.#session.repository.appendNote(object, content, people);
    else {
      if (content.length === 0 && !seen.allowEmpty) this.#context.io.stderr.write(`Removing note for object ${object}\n`);
      this.#session.repository.addNote(object, content, people);
    }
    await flushRefs(this.#session);
    return 0;
  }

  async #edit(text: string): Promise<string> {
    const { gitFiles, gitDirectory, config } = this.#session;
    const hint = `\n#\n# Write/edit the notes for the following object:\n#\n`;
    gitFiles.write('NOTES_EDITMSG', bytesFromLosslessText(text + hint));
    await editFile(this.#context.io, config, `${gitDirectory}/NOTES_EDITMSG`);
    const edited = losslessTextFromBytes(gitFiles.read('NOTES_EDITMSG'));
    gitFiles.remove('NOTES_EDITMSG');
    return stripSpace(edited, '#');
  }

  async copy(args: readonly string[]): Promise<number> {
    const seen = { forces: false, stdin: false, rewrite: undefined as string | undefined };
    const names = this.#parse(args, 'copy', [
      flag('f|force', 'replace existing notes', (isOn) => { seen.forces = isOn; }),
      flag('stdin', 'read objects from stdin', (isOn) => { seen.stdin = isOn; }),
      value('for-rewrite', 'command', 'load rewriting config for <command> (implies --stdin)', (text) => { seen.rewrite = text; }),
    ]);
    this.#checkWritable('copy');
    const pairs: [string, string][] = [];
    if (seen.stdin || seen.rewrite !== undefined) {
      for await (const record of readRecords(this.#context.io.stdin, '\n')) {
        const [from = '', to = ''] = losslessTextFromBytes(record).split(/\s+/);
        pairs.push([from, to]);
      }
    } else {
      if (names.length < 1) failWith('too few arguments', 129);
      pairs.push([names[0]!, names[1] ?? 'HEAD']);
    }
    for (const [first, second] of pairs) {
      const from = this.#object(first);
      const to = this.#object(second);
      if (this.#session.repository.note(to, { ref: this.#ref }) !== undefined && !seen.forces) failWith(`Cannot copy notes. Found existing notes for object ${to}. Use '-f' to overwrite existing notes`);
      if (this.#session.repository.note(from, { ref: this.#ref }) === undefined) failWith(`missing notes on source object ${from}. Cannot copy.`);
      this.#session.repository.copyNote(from, to, { ...this.#people(), force: true });
    }
    await flushRefs(this.#session);
    return 0;
  }

  async remove(args: readonly string[]): Promise<number> {
    const seen = { ignoresMissing: false, stdin: false };
    const names = this.#parse(args, 'remove', [
      flag('ignore-missing', 'attempt to remove non-existent note is not an error', (isOn) => { seen.ignoresMissing = isOn; }),
      flag('stdin', 'read object names from the standard input', (isOn) => { seen.stdin = isOn; }),
    ]);
    this.#checkWritable('remove');
    const objects = names.length === 0 && !seen.stdin ? ['HEAD'] : [...names];
    if (seen.stdin) for await (const record of readRecords(this.#context.io.stdin, '\n')) objects.push(losslessTextFromBytes(record).trim());
    const found: string[] = [];
    let isBroken = false;
    for (const name of objects) {
      const id = findObject(this.#session, name);
      if (id === undefined) failWith(`Failed to resolve '${name}' as a valid ref.`);
      if (this.#session.repository.note(id, { ref: this.#ref }) === undefined) {
        this.#context.io.stderr.write(`Object ${name} has no note\n`);
        isBroken ||= !seen.ignoresMissing;
      } else {
        this.#context.io.stderr.write(`Removing note for object ${name}\n`);
        found.push(id);
      }
    }
    if (isBroken) return 1;
    if (found.length > 0) this.#session.repository.removeNotes(found, this.#people());
    await flushRefs(this.#session);
    return 0;
  }

  async prune(args: readonly string[]): Promise<number> {
    const seen = { isDry: false, isVerbose: false };
    this.#parse(args, 'prune', [flag('n|dry-run', 'do not remove, show only', (isOn) => { seen.isDry = isOn; }), flag('v|verbose', 'report pruned notes', (isOn) => { seen.isVerbose = isOn; })]);
    this.#checkWritable('prune');
    const { objects } = this.#session.context.snapshot;
    const gone = this.#session.repository.notes({ ref: this.#ref }).filter(({ object }) => !objects.has(object));
    if (seen.isDry || seen.isVerbose) for (const { object } of gone) writeText(this.#context.io.stdout, `${object}\n`);
    if (!seen.isDry) this.#session.repository.pruneNotes(this.#people());
    await flushRefs(this.#session);
    return 0;
  }

  async merge(args: readonly string[]): Promise<number> {
    let strategy: string | undefined;
    const names = this.#parse(args, 'merge', [
      value('s|strategy', 'strategy', 'resolve notes conflicts using the given strategy (manual/ours/theirs/union/cat_sort_uniq)', (text) => { strategy = text; }),
      flag('v|verbose', 'be more verbose', () => undefined), flag('q|quiet', 'be more quiet', () => undefined),
    ]);
    if (names.length !== 1) failWith('must specify a notes ref to merge', 129);
    const result = this.#session.repository.mergeNotes(expandRef(names[0]!), { ...this.#people(), ...(strategy === undefined ? {} : { strategy: strategy as 'ours' }) });
    await flushRefs(this.#session);
    return result.kind === 'conflicts' ? 1 : 0;
  }
}
