import type { ObjectId } from '@govc/core';
import { findRefName, losslessTextFromBytes } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readRecords, writeText } from '../print/output.js';
import { unquotePath } from '../print/unquote.js';
import { applyRefs, changeRefs, checkRefs, type RefChange } from '../session/ref-edits.js';
import { findObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git update-ref [<options>] -d <refname> [<old-val>]',
  'git update-ref [<options>]    <refname> <new-val> [<old-val>]',
  'git update-ref [<options>] --stdin [-z]',
];

/** `git update-ref`. */
export const updateRefCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { message: undefined as string | undefined, deletes: false, isDirect: false, nul: false, stdin: false, createsReflog: false };
  const options = [
    value('m', 'reason', 'reason of the update', (text) => { seen.message = text; }),
    flag('d', 'delete the reference', (isOn) => { seen.deletes = isOn; }),
    flag('no-deref', 'update <refname> not the one it points to', (isOn) => { seen.isDirect = isOn; }),
    flag('z', 'stdin has NUL-terminated arguments', (isOn) => { seen.nul = isOn; }),
    flag('stdin', 'read updates from stdin', (isOn) => { seen.stdin = isOn; }),
    flag('create-reflog', 'create a reflog', (isOn) => { seen.createsReflog = isOn; }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  const usage = usageText(USAGE, options);
  if (seen.message === '') die('Refusing to perform update with empty message.');
  const session = await context.session();
  if (seen.stdin) {
    if (seen.deletes || rest.length > 0) usageError(usage);
    return new UpdateStream(context, session, seen).run();
  }
  if (seen.nul) usageError(usage);
  if (seen.deletes ? rest.length < 1 || rest.length > 2 : rest.length < 2 || rest.length > 3) usageError(usage);
  const [name = '', first = '', second] = rest;
  const newText = seen.deletes ? undefined : first;
  const oldText = seen.deletes ? rest[1] : second;
  const { zeroId, hexSize } = session.algorithm;
  const id = newText === undefined ? undefined : findObject(session, newText) ?? (newText === '' ? zeroId : die(`${newText}: not a valid SHA1`));
  let expected: RefChange['expected'];
  if (oldText !== undefined) {
    const old = oldText === '' ? zeroId : findObject(session, oldText) ?? (/^0+$/.test(oldText) && oldText.length === hexSize ? zeroId : die(`${oldText}: not a valid old SHA1`));
    expected = old === zeroId ? 'absent' : old;
  }
  const ref = findRefName(name) ?? refuseName(name, seen.deletes);
  const isDeletion = id === undefined || id === zeroId;
  if (isDeletion && expected === 'absent') {
    // A ref that must not exist need not be deleted.
    if (session.repository.snapshot.refs.get(ref) !== undefined) die(`cannot lock ref '${name}': reference already exists`);
    return 0;
  }
  if (isDeletion && expected === undefined && session.repository.snapshot.refs.get(ref) === undefined) return 0;
  const change: RefChange = { name: ref, id: isDeletion ? undefined : id, expected, isDirect: seen.isDirect };
  if (isDeletion) {
    const problem = checkRefs(session, [change]);
    if (problem !== undefined) {
      io.stderr.write(`error: ${problem}\n`);
      return 1;
    }
    await applyRefs(session, [change], { origin: 'update-ref', message: seen.message });
    return 0;
  }
  try {
    await changeRefs(session, [change], { origin: 'update-ref', message: seen.message, createsReflog: seen.createsReflog });
  } catch (error) {
    const text = (error as { text?: string }).text;
    if (text?.startsWith('fatal: cannot ') !== true) throw error;
    die(`update_ref failed for ref '${name}': ${text.slice(7).trimEnd()}`);
  }
  return 0;
};

function refuseName(name: string, deletes: boolean): never {
  die(deletes ? `refusing to update ref with bad name '${name}'` : `update_ref failed for ref '${name}': refusing to update ref with bad name '${name}'`);
}

interface StreamOptions {
  readonly message: string | undefined;
  readonly isDirect: boolean;
  readonly nul: boolean;
  readonly createsReflog: boolean;
}

class UpdateStream {
  readonly #context: Context;
  readonly #session: Session;
  readonly #options: StreamOptions;
  #changes: RefChange[] = [];
  #state: 'open' | 'started' | 'prepared' | 'closed' = 'open';
  #isDirect: boolean;

  constructor(context: Context, session: Session, options: StreamOptions) {
    this.#context = context;
    this.#session = session;
    this.#options = options;
    this.#isDirect = options.isDirect;
  }

  async run(): Promise<number> {
    const { io } = this.#context;
    const records = readRecords(io.stdin, this.#options.nul ? '\0' : '\n');
    for await (const record of records) await this.#runLine(losslessTextFromBytes(record), records);
    if (this.#state === 'open') await this.#commit();
    // What was begun and not ended comes to nothing.
    return 0;
  }

  async #runLine(line: string, records: AsyncGenerator<Uint8Array, void, void>): Promise<void> {
    // Git shows the line as it was read, with its end.
    const end = this.#options.nul ? '' : '\n';
    if (line === '') die('empty command in input');
    if (/^\s/.test(line)) die(`whitespace before command: ${line}${end}`);
    const name = /^(?:update|create|delete|verify|option|start|prepare|abort|commit)(?=[ ]|$)/.exec(line)?.[0];
    const needsArgument = name !== undefined && ['update', 'create', 'delete', 'verify', 'option'].includes(name);
    if (name === undefined || (needsArgument && line.length === name.length)) die(`unknown command: ${line}${end}`);
    if (this.#state === 'prepared' && !['abort', 'commit'].includes(name)) die('prepared transactions can only be closed');
    if (this.#state === 'closed' && name !== 'start') die('transaction is closed');
    if (this.#state === 'started' && name === 'start') die('cannot restart ongoing transaction');
    if (needsArgument) await this.#readEdit(name, new Fields(line.slice(name.length + 1), this.#options.nul ? records : undefined));
    else await this.#control(name, line.slice(name.length));
  }

  async #control(name: string, extra: string): Promise<void> {
    if (extra !== '') die(`${name}: extra input:${extra}`);
    if (name === 'start') {
      this.#state = 'started';
      this.#changes = [];
    } else if (name === 'prepare') {
      const problem = checkRefs(this.#session, this.#changes);
      if (problem !== undefined) die(`prepare: ${problem}`);
      this.#state = 'prepared';
    } else if (name === 'abort') {
      this.#changes = [];
      this.#state = 'closed';
    } else {
      await this.#commit('commit: ');
      this.#state = 'closed';
    }
    this.#report(name);
  }

  #report(name: string): void {
    writeText(this.#context.io.stdout, `${name}: ok\n`);
    this.#context.io.flush?.();
  }

  async #commit(prefix = ''): Promise<void> {
    const problem = checkRefs(this.#session, this.#changes);
    if (problem !== undefined) die(`${prefix}${problem}`);
    const { message, createsReflog } = this.#options;
    if (this.#changes.length > 0) await applyRefs(this.#session, this.#changes, { origin: 'update-ref', message, createsReflog });
    this.#changes = [];
  }

  async #readEdit(command: string, fields: Fields): Promise<void> {
    if (command === 'option') {
      const option = await fields.next();
      if (option !== 'no-deref') die(`option unknown: ${option ?? ''}`);
      this.#isDirect = true;
      return;
    }
    const name = await fields.next();
    if (name === undefined || name === '') die(`${command}: missing <ref>`);
    const ref = findRefName(name) ?? die(`invalid ref format: ${name}`);
    const { zeroId } = this.#session.algorithm;
    let id: ObjectId | undefined | 'keep' = 'keep';
    if (command === 'update' || command === 'create') {
      const text = await fields.next();
      if (text === undefined) die(`${command} ${name}: missing <newvalue>`);
      const value = text === '' ? zeroId : this.#resolve(text, `${command} ${name}: invalid <newvalue>`);
      if (command === 'create' && value === zeroId) die(`create ${name}: zero <newvalue>`);
      id = value === zeroId ? undefined : value;
    } else if (command === 'delete') {
      id = undefined;
    }
    let expected: RefChange['expected'] = command === 'create' ? 'absent' : undefined;
    if (command !== 'create') {
      const text = await fields.next();
      if (text !== undefined && !(text === '' && fields.isNul)) {
        const old = text === '' ? zeroId : this.#resolve(text, `${command} ${name}: invalid <oldvalue>`);
        if (command === 'delete' && old === zeroId) die(`delete ${name}: zero <oldvalue>`);
        expected = old === zeroId ? 'absent' : old;
      } else if (command === 'verify') {
        expected = 'absent';
      }
    }
    if (!fields.isNul) {
      const extra = fields.rest;
      if (extra !== '') die(`${command} ${name}: extra input: ${extra}`);
    }
    if (id === undefined && expected === undefined && this.#session.repository.snapshot.refs.get(ref) === undefined) id = 'keep';
    if (id === undefined && expected === 'absent') id = 'keep';
    this.#changes.push({ name: ref, id, expected, isDirect: this.#isDirect });
    this.#isDirect = this.#options.isDirect;
  }

  #resolve(text: string, problem: string): ObjectId {
    const { zeroId } = this.#session.algorithm;
    return text === zeroId ? zeroId : findObject(this.#session, text) ?? die(`${problem}: ${text}`);
  }
}

/** The arguments of a line: separated by spaces and perhaps quoted, or each a record of its own. */
class Fields {
  readonly isNul: boolean;
  readonly #records: AsyncGenerator<Uint8Array, void, void> | undefined;
  #text: string;
  #isFirst = true;

  constructor(text: string, records: AsyncGenerator<Uint8Array, void, void> | undefined) {
    this.#text = text;
    this.#records = records;
    this.isNul = records !== undefined;
  }

  get rest(): string {
    return this.#text.trimStart();
  }

  async next(): Promise<string | undefined> {
    if (this.#records !== undefined) {
      if (this.#isFirst) {
        this.#isFirst = false;
        return this.#text;
      }
      const next = await this.#records.next();
      return next.done === true ? undefined : losslessTextFromBytes(next.value);
    }
    if (!this.#isFirst) {
      if (this.#text === '') return undefined;
      if (!this.#text.startsWith(' ')) die(`expected SP but got: ${this.#text}`);
      this.#text = this.#text.slice(1);
    }
    this.#isFirst = false;
    const match = /^(?:"(?:[^"\\]|\\.)*"|[^ ]*)/s.exec(this.#text)!;
    const whole = match[0];
    if (this.#text.startsWith('"') && whole.length < 2) die(`badly quoted argument: ${this.#text}`);
    this.#text = this.#text.slice(whole.length);
    if (whole.startsWith('"') && this.#text !== '' && !this.#text.startsWith(' ')) die(`unexpected character after quoted argument: ${whole}${this.#text}`);
    return unquotePath(whole);
  }
}
