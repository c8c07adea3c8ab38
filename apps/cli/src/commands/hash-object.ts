import { fsckObject, hashObject, losslessTextFromBytes, type ObjectType } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { readAll, readRecords, writeText } from '../print/output.js';
import { unquotePath } from '../print/unquote.js';
import { defaultAlgorithm } from '../session/default-algorithm.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';
import { OpenWorktree } from '../worktree/open-worktree.js';

const USAGE = [
  'git hash-object [-t <type>] [-w] [--path=<file> | --no-filters]\n                [--stdin [--literally]] [--] <file>...',
  'git hash-object [-t <type>] [-w] --stdin-paths [--no-filters]',
];
const TYPES: readonly string[] = ['blob', 'tree', 'commit', 'tag'];

/** `git hash-object`. */
export const hashObjectCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { type: 'blob', writes: false, stdin: 0, stdinPaths: false, noFilters: false, literally: false, path: undefined as string | undefined };
  const options = [
    value('t', 'type', 'object type', (text) => { seen.type = text ?? 'blob'; }),
    flag('w', 'write the object into the object database', (isOn) => { seen.writes = isOn; }),
    flag('stdin', 'read the object from stdin', (isOn) => { seen.stdin = isOn ? seen.stdin + 1 : 0; }),
    flag('stdin-paths', 'read file names from stdin', (isOn) => { seen.stdinPaths = isOn; }),
    flag('no-filters', 'store file as is without filters', (isOn) => { seen.noFilters = isOn; }),
    flag('literally', 'just hash any random garbage to create corrupt objects for debugging Git', (isOn) => { seen.literally = isOn; }),
    value('path', 'file', 'process file as it were from this path', (text) => { seen.path = text; }),
  ];
  const files = parseOptions(args, { io, usage: USAGE, options });
  const refuse = (sentence: string): never => { throw new Failure(`error: ${sentence}\n${usageText(USAGE, options)}`, 129); };
  if (seen.stdinPaths) {
    if (seen.stdin > 0) refuse("Can't use --stdin-paths with --stdin");
    if (files.length > 0) refuse("Can't specify files with --stdin-paths");
    if (seen.path !== undefined) refuse("Can't use --stdin-paths with --path");
  } else {
    if (seen.stdin > 1) refuse('Multiple --stdin arguments are not supported');
    if (seen.path !== undefined && seen.noFilters) refuse("Can't use --path with --no-filters");
  }
  const session = seen.writes ? await context.session() : await context.findSession();
  const hasher = new Hasher({ context, session, ...seen });
  if (seen.stdin > 0) await hasher.hash(await readAll(io.stdin), seen.path);
  for (const file of files) await hasher.hashFile(file, seen.path ?? file);
  if (seen.stdinPaths) {
    for await (const record of readRecords(io.stdin, '\n')) {
      const text = losslessTextFromBytes(record);
      await hasher.hashFile(unquotePath(text), text);
      io.flush?.();
    }
  }
  return 0;
};

interface HashWork {
  readonly context: Context;
  readonly session: Session | undefined;
  readonly type: string;
  readonly writes: boolean;
  readonly noFilters: boolean;
  readonly literally: boolean;
}

class Hasher {
  readonly #work: HashWork;
  #worktree: OpenWorktree | undefined;

  constructor(work: HashWork) {
    this.#work = work;
  }

  async hashFile(file: string, path: string): Promise<void> {
    const { io } = this.#work.context;
    const place = absolutePath(io.cwd, file);
    const bytes = io.files.kindAt(place) === 'directory' ? undefined : io.files.readFile(place);
    if (bytes === undefined) die(`could not open '${file}' for reading: ${io.files.kindAt(place) === 'directory' ? 'Is a directory' : 'No such file or directory'}`);
    await this.hash(bytes, path);
  }

  async hash(bytes: Uint8Array, path: string | undefined): Promise<void> {
    const { context: { io }, session, type, writes, literally } = this.#work;
    const algorithm = session?.algorithm;
    const body = path === undefined ? bytes : await this.#convert(bytes, path);
    if (!TYPES.includes(type) && !literally) die(`invalid object type "${type}"`);
    if (type !== 'blob' && !literally && session !== undefined) this.#check(type as ObjectType, body, session);
    const id = writes && session !== undefined
      ? session.repository.writeObject(type as ObjectType, body)
      : hashObject(type as ObjectType, body, algorithm ?? defaultAlgorithm(io.env));
    writeText(io.stdout, `${id}\n`);
  }

  /** What `git add` would store for the bytes of a file at a path. */
  async #convert(bytes: Uint8Array, path: string): Promise<Uint8Array> {
    const { session, type, noFilters, writes } = this.#work;
    if (type !== 'blob' || noFilters || session?.worktree === undefined) return bytes;
    this.#worktree ??= new OpenWorktree(session, session.worktree);
    const place = absolutePath('/', session.prefix + path).slice(1);
    return this.#worktree.drive(this.#worktree.conversions.toObject(place, bytes, { isWritten: writes }));
  }

  #check(type: ObjectType, body: Uint8Array, session: Session): void {
    if (type === 'tree') checkEntries(body, session.algorithm.size);
    const problems = fsckObject(type, body, session.algorithm).filter(({ severity }) => severity === 'error' || severity === 'fatal');
    const first = problems[0];
    if (first === undefined) return;
    die(type === 'tree' ? 'corrupt tree file' : `corrupt ${type}`);
  }
}

/** The form of a tree, with what Git says of the first entry that has none. @throws {Failure} */
function checkEntries(body: Uint8Array, idSize: number): void {
  for (let at = 0; at < body.length;) {
    if (body.length - at < idSize + 3 || body[body.length - idSize - 1] !== 0) die('too-short tree object');
    const space = body.indexOf(0x20, at);
    const mode = space < 0 ? '' : losslessTextFromBytes(body.subarray(at, space));
    if (!/^[0-7]+$/.test(mode)) die('malformed mode in tree entry');
    const end = body.indexOf(0, space);
    if (end === space + 1) die('empty filename in tree entry');
    at = end + 1 + idSize;
  }
}
