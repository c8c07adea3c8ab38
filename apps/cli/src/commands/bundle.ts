import { hasCode, type BundleOptions } from '@govc/core';
import { findApproxidate, losslessTextFromBytes, parseBundleHeader, parseFilter, serializeFilter, type BundleHeader } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, failWith } from '../failure.js';
import { isBundle, lacksText } from '../remote/bundle-remote.js';
import { flag, integer, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { makeRevisionSettings, readRevisionOption } from '../options/revision-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readAll, writeText } from '../print/output.js';
import { absolutePath, parentPath } from '../session/files-host.js';

const CREATE = 'git bundle create [-q | --quiet | --progress | --all-progress] [--all-progress-implied]\n                  [--version=<version>] <file> <git-rev-list-args>';
const VERIFY = 'git bundle verify [-q | --quiet] <file>';
const LIST_HEADS = 'git bundle list-heads <file> [<refname>...]';
const UNBUNDLE = 'git bundle unbundle [--progress] <file> [<refname>...]';

const SUBCOMMANDS: Readonly<Record<string, Command>> = { create, verify, 'list-heads': listHeads, unbundle };

/** `git bundle`. */
export const bundleCommand: Command = async (args, context) => {
  const usage = [CREATE, VERIFY, LIST_HEADS, UNBUNDLE];
  const [name, ...rest] = parseOptions(args, { io: context.io, usage, options: [], stopsAtArgument: true });
  if (name === undefined) usageError(usageText(usage, []), 'need a subcommand');
  const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (subcommand === undefined) usageError(usageText(usage, []), `unknown subcommand: \`${name}'`);
  return subcommand(rest, context);
};

async function create(args: readonly string[], context: Context): Promise<number> {
  const { io } = context;
  const seen: { version: number | undefined; filter: string | undefined } = { version: undefined, filter: undefined };
  const options = [
    flag('q|quiet', 'do not show progress meter', () => undefined),
    flag('progress', 'show progress meter', () => undefined),
    flag('all-progress', 'show progress meter during object writing phase', () => undefined),
    flag('all-progress-implied', 'similar to --all-progress when progress meter is shown', () => undefined),
    integer('version', 'n', 'specify bundle format version', (number) => { seen.version = number; }),
  ];
  const [file, ...words] = parseOptions(args, { io, usage: [CREATE], options, stopsAtArgument: true });
  if (file === undefined) usageError(usageText([CREATE], options), 'need a <file> argument');
  if (seen.version !== undefined && seen.version !== 2 && seen.version !== 3) die(`unsupported bundle version ${seen.version}`);
  const session = await context.session();
  const revisions = makeRevisionSettings();
  for (let at = 0; at < words.length;) {
    const word = words[at]!;
    const size = word.startsWith('-') ? readFilter(seen, word) || readRevisionOption(revisions, words, at) : 0;
    if (size === 0 && word.startsWith('-')) failWith(`unrecognized argument: ${word}`);
    if (size === 0) revisions.revisions.push(word);
    at += size || 1;
  }
  if (revisions.readsInput) revisions.revisions.push(...losslessTextFromBytes(await readAll(io.stdin)).split('\n').filter((line) => line !== ''));
  const { since, maxCount } = revisions.query;
  const bundleOptions: BundleOptions = {
    version: seen.version, maxCount, filter: seen.filter === undefined ? undefined : parseFilter(seen.filter),
    sinceSeconds: since === undefined ? undefined : typeof since === 'number' ? since : findApproxidate(since, { nowSeconds: Math.floor(io.clock() / 1000), zone: io.zone ?? ((): number => 0) }),
  };
  const pieces: Uint8Array[] = [];
  try {
    for (const step of session.repository.bundle(revisions.revisions, bundleOptions)) if (step instanceof Uint8Array) pieces.push(step);
  } catch (error) {
    if (hasCode(error, 'bundle-empty')) die('Refusing to create empty bundle.');
    throw error;
  }
  if (file === '-') for (const piece of pieces) io.stdout.write(piece);
  else replaceFile(context, file, Buffer.concat(pieces));
  return 0;
}

function readFilter(seen: { filter: string | undefined }, word: string): number {
  if (!word.startsWith('--filter=')) return 0;
  seen.filter = word.slice('--filter='.length);
  return 1;
}

/** Through a lock file beside it, so that nobody sees half of it. */
function replaceFile({ io }: Context, file: string, bytes: Uint8Array): void {
  const path = absolutePath(io.cwd, file);
  const folder = io.files.gitFilesAt(parentPath(path));
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!folder.createExclusive(`${name}.lock`, bytes)) die(`Unable to create '${path}.lock': File exists.`);
  folder.rename(`${name}.lock`, name);
}

async function verify(args: readonly string[], context: Context): Promise<number> {
  const { io } = context;
  const seen = { isQuiet: false };
  const { file, header } = await open(args, context, { usage: VERIFY, options: [flag('q|quiet', 'do not show bundle details', (isOn) => { seen.isQuiet = isOn; })] });
  const session = (await context.findSession()) ?? failWith('need a repository to verify a bundle');
  const { missing, unreachable } = session.repository.checkBundle(header);
  const lacking = [...missing, ...unreachable];
  if (lacking.length > 0) {
    writeText(io.stderr, lacksText(lacking));
    return 1;
  }
  if (!seen.isQuiet) {
    const { refs, prerequisites, filter, algorithm } = header;
    const brought = refs.map(({ id, name }) => `${id} ${name}\n`).join('');
    const needed = prerequisites.map(({ id }) => `${id} \n`).join('');
    writeText(io.stdout, `The bundle contains ${refs.length === 1 ? 'this ref' : `these ${refs.length} refs`}:\n${brought}`);
    writeText(io.stdout, prerequisites.length === 0 ? 'The bundle records a complete history.\n'
      : `The bundle requires ${prerequisites.length === 1 ? 'this ref' : `these ${prerequisites.length} refs`}:\n${needed}`);
    writeText(io.stdout, `The bundle uses this hash algorithm: ${algorithm.name}\n`);
    if (filter !== undefined) writeText(io.stdout, `The bundle uses this filter: ${serializeFilter(filter)}\n`);
  }
  writeText(io.stderr, `${file} is okay\n`);
  return 0;
}

async function listHeads(args: readonly string[], context: Context): Promise<number> {
  const { header, names } = await open(args, context, { usage: LIST_HEADS, options: [] });
  showHeads(context, header, names);
  return 0;
}

async function unbundle(args: readonly string[], context: Context): Promise<number> {
  const options = [flag('progress', 'show progress meter', () => undefined), value('filter', 'args', 'object filtering', () => undefined, { isHidden: true })];
  const { bytes, header, names } = await open(args, context, { usage: UNBUNDLE, options });
  const session = (await context.findSession()) ?? die('Need a repository to unbundle.');
  try {
    session.repository.unbundle(bytes);
  } catch (error) {
    if (!hasCode(error, 'bundle-prerequisite-missing')) throw error;
    const missing = session.repository.checkBundle(header);
    writeText(context.io.stderr, lacksText([...missing.missing, ...missing.unreachable]));
    return 1;
  }
  showHeads(context, header, names);
  return 0;
}

/** All refs of a bundle, or those of the given names. */
function showHeads({ io }: Context, { refs }: BundleHeader, names: readonly string[]): void {
  for (const { id, name } of refs) {
    const isAsked = names.length === 0 || names.includes(name);
    if (isAsked) writeText(io.stdout, `${id} ${name}\n`);
  }
}

interface OpenBundle {
  readonly file: string;
  readonly names: readonly string[];
  readonly bytes: Uint8Array;
  readonly header: BundleHeader;
}

async function open(
  args: readonly string[], { io }: Context, { usage, options }: { readonly usage: string; readonly options: readonly Option[] },
): Promise<OpenBundle> {
  const [file, ...names] = parseOptions(args, { io, usage: [usage], options });
  if (file === undefined) usageError(usageText([usage], options), 'need a <file> argument');
  const bytes = file === '-' ? await readAll(io.stdin) : io.files.readFile(absolutePath(io.cwd, file));
  if (bytes === undefined) failWith(`could not open '${file}'`);
  if (!isBundle(bytes)) failWith(`'${file}' does not look like a v2 or v3 bundle file`);
  return { file: file === '-' ? '<stdin>' : file, names, bytes, header: parseBundleHeader(bytes).header };
}
