import { GovcError } from '@govc/core';
import { bytesFromLosslessText, completeThinPack, hashAlgorithm, indexPack, MemorySpool, reverseIndexBytes, runJob, type IndexedPack } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { readAll, writeText } from '../print/output.js';
import { defaultAlgorithm } from '../session/default-algorithm.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';

const USAGE = 'usage: git index-pack [-v] [-o <index-file>] [--keep | --keep=<msg>] [--[no-]rev-index] [--verify] [--strict] (<pack-file> | --stdin [--fix-thin] [<pack-file>])\n';

interface Seen {
  output: string | undefined;
  keep: string | undefined;
  rev: boolean | undefined;
  verifies: boolean;
  isStrict: boolean;
  stdin: boolean;
  fixesThin: boolean;
  version: 1 | 2 | undefined;
  maxSize: number | undefined;
  format: string | undefined;
  pack: string | undefined;
}

/** `git index-pack`: verifies a pack and makes its index. */
export const indexPackCommand: Command = async (args, context) => {
  const { io } = context;
  if (args.length === 1 && args[0] === '-h') {
    io.stdout.write(USAGE);
    return 129;
  }
  const seen = readArguments(args);
  const session = await context.findSession();
  if (seen.stdin && session === undefined) die('--stdin requires a git repository');
  if (seen.stdin && seen.format !== undefined) die('options \'--object-format\' and \'--stdin\' cannot be used together');
  const bytes = await readPack(context, seen);
  if (seen.maxSize !== undefined && bytes.length > seen.maxSize) die('pack exceeds maximum allowed size');
  const spool = new MemorySpool();
  spool.append(bytes);
  const algorithm = session?.algorithm ?? (seen.format === undefined ? defaultAlgorithm(io.env) : hashAlgorithm(seen.format));
  const objects = session?.repository.storedContext.snapshot.objects;
  const indexed = explainFaults(() => runJob(indexPack(spool, {
    algorithm, indexVersion: seen.version, duplicates: seen.isStrict ? 'refuse' : 'allow', findBase: seen.fixesThin ? (id) => objects?.find(id) : undefined,
  })));
  completeThinPack(spool, indexed);
  if (seen.verifies) return verify(context, seen, indexed);
  place({ context, session, seen }, indexed, spool.read(0, spool.size));
  writeText(io.stdout, seen.stdin ? `${seen.keep === undefined ? 'pack' : 'keep'}\t${indexed.id}\n` : `${indexed.id}\n`);
  return 0;
};

function readArguments(args: readonly string[]): Seen {
  const seen: Seen = {
    output: undefined, keep: undefined, rev: undefined, verifies: false, isStrict: false, stdin: false, fixesThin: false, version: undefined,
    maxSize: undefined, format: undefined, pack: undefined,
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const refuse = (): never => { throw new Failure(USAGE, 129); };
    if (arg === '-o') seen.output = args[++at] ?? refuse();
    else if (arg === '--keep') seen.keep = '';
    else if (arg.startsWith('--keep=')) seen.keep = arg.slice(7);
    else if (arg === '--rev-index') seen.rev = true;
    else if (arg === '--no-rev-index') seen.rev = false;
    else if (arg === '--verify' || arg === '--verify-stat' || arg === '--verify-stat-only') seen.verifies = true;
    else if (/^--strict(=|$)|^--fsck-objects(=|$)|^--check-self-contained-and-connected$/.test(arg)) seen.isStrict = true;
    else if (arg === '--stdin') seen.stdin = true;
    else if (arg === '--fix-thin') seen.fixesThin = true;
    else if (arg.startsWith('--index-version=')) seen.version = readVersion(arg.slice(16), arg);
    else if (arg.startsWith('--max-input-size=')) seen.maxSize = Number(arg.slice(17));
    else if (arg.startsWith('--object-format=')) seen.format = arg.slice(16);
    else if (/^(?:-v|--show-resolving-progress|--report-end-of-input|--progress-title|--promisor(?:=.*)?|--threads=\d+|--pack_header=.*)$/.test(arg)) continue;
    else if (arg.startsWith('-') || seen.pack !== undefined) refuse();
    else seen.pack = arg;
  }
  if (seen.pack === undefined && !seen.stdin) throw new Failure(USAGE, 129);
  if (seen.fixesThin && !seen.stdin) die("the option '--fix-thin' requires '--stdin'");
  return seen;
}

function readVersion(text: string, arg: string): 1 | 2 {
  const number = Number(/^(\d+)(?:,|$)/.exec(text)?.[1] ?? NaN);
  return number === 1 || number === 2 ? number : die(`bad ${arg}`);
}

async function readPack({ io }: Context, { stdin, pack, verifies }: Seen): Promise<Uint8Array> {
  if (stdin) return readAll(io.stdin);
  const path = verifies ? pack!.replace(/\.idx$/, '.pack') : pack!;
  return io.files.readFile(absolutePath(io.cwd, path)) ?? die(verifies ? `Cannot open existing pack file '${path}': No such file or directory` : `could not open '${path}' for reading: No such file or directory`);
}

function explainFaults(work: () => IndexedPack): IndexedPack {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GovcError)) throw error;
    const missing = (error.data as { missing?: readonly string[] }).missing;
    if (missing !== undefined && missing.length > 0) die(`pack has ${missing.length} unresolved delta${missing.length === 1 ? '' : 's'}`);
    return die(error.message);
  }
}

function verify({ io }: Context, { pack }: Seen, { indexBytes }: IndexedPack): number {
  const path = absolutePath(io.cwd, pack!.replace(/\.(?:pack|idx)$/, '.idx'));
  const stored = io.files.readFile(path) ?? die(`Cannot open existing pack idx file for '${path}'`);
  if (Buffer.compare(stored, indexBytes) !== 0) die(`the index '${path}' does not fit its pack`);
  return 0;
}

interface Placing {
  readonly context: Context;
  readonly session: Session | undefined;
  readonly seen: Seen;
}

/** Writes the files, the index last: who reads the folder finds packs by their indexes. */
function place({ context, session, seen }: Placing, indexed: IndexedPack, pack: Uint8Array): void {
  const { io } = context;
  const write = (path: string, bytes: Uint8Array): void => io.files.writeFile(path, bytes);
  const named = seen.pack === undefined ? `${session!.commonDirectory}/objects/pack/pack-${indexed.id}.pack` : absolutePath(io.cwd, seen.pack);
  if (!named.endsWith('.pack') && seen.output === undefined) die(`packfile name '${seen.pack ?? named}' does not end with '.pack'`);
  const base = named.replace(/\.pack$/, '');
  const files = new Map<string, Uint8Array>();
  if (seen.stdin) files.set(named, pack);
  if (seen.keep !== undefined) files.set(`${base}.keep`, bytesFromLosslessText(seen.keep === '' ? '' : `${seen.keep}\n`));
  const writesReverse = seen.rev ?? session?.config.getBool('pack.writereverseindex', false) ?? false;
  if (writesReverse) files.set(seen.output === undefined ? `${base}.rev` : absolutePath(io.cwd, seen.output.replace(/\.idx$/, '.rev')), reverseIndexBytes(indexed));
  files.set(seen.output === undefined ? `${base}.idx` : absolutePath(io.cwd, seen.output), indexed.indexBytes);
  for (const [path, bytes] of files) if (io.files.kindAt(path) === undefined || !path.endsWith('.pack')) write(path, bytes);
}
