import { bufferSource, hashAlgorithm, Pack, PackIndex, runJob, type HashAlgorithm } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { defaultAlgorithm } from '../session/default-algorithm.js';
import { absolutePath } from '../session/files-host.js';

const USAGE = ['git verify-pack [-v | --verbose] [-s | --stat-only] [--] <pack>.idx...'];

interface Shown {
  format: string | undefined;
  verbose: boolean;
  statOnly: boolean;
}

/** `git verify-pack`: reads packs whole and says whether they are sound, and what is in them. */
export const verifyPackCommand: Command = async (args, context) => {
  const shown: Shown = { verbose: false, statOnly: false, format: undefined };
  const options = [
    flag('v|verbose', 'verbose', (isOn) => { shown.verbose = isOn; }),
    flag('s|stat-only', 'show statistics only', (isOn) => { shown.statOnly = isOn; }),
    value('object-format', 'hash', 'specify the hash algorithm to use', (text) => { shown.format = text; }),
  ];
  const names = parseOptions(args, { io: context.io, usage: USAGE, options });
  if (names.length === 0) usageError(usageText(USAGE, options));
  const session = await context.findSession();
  const algorithm = shown.format === undefined ? session?.algorithm ?? defaultAlgorithm(context.io.env) : hashAlgorithm(shown.format);
  let exitCode = 0;
  for (const name of names) {
    const path = `${name.replace(/\.(?:idx|pack)$/, '')}.pack`;
    const isSound = verifyOne(context, { path, algorithm, shown });
    if (!isSound) exitCode = 1;
    if (shown.verbose && !shown.statOnly) writeText(context.io.stdout, `${path}: ${isSound ? 'ok' : 'bad'}\n`);
    else if (shown.statOnly && !isSound) writeText(context.io.stdout, `${path}: bad\n`);
  }
  return exitCode;
};

function verifyOne({ io }: Context, { path, algorithm, shown }: { readonly path: string; readonly algorithm: HashAlgorithm; readonly shown: Shown }): boolean {
  const base = absolutePath(io.cwd, path).replace(/\.pack$/, '');
  const bytes = io.files.readFile(`${base}.pack`);
  if (bytes === undefined) {
    writeText(io.stderr, `fatal: Cannot open existing pack file '${path}': No such file or directory\n`);
    return false;
  }
  const index = io.files.readFile(`${base}.idx`);
  if (index === undefined) {
    writeText(io.stderr, `fatal: Cannot open existing pack idx file for '${path}': No such file or directory\n`);
    return false;
  }
  try {
    const pack = new Pack({ source: bufferSource(bytes), index: new PackIndex(index, algorithm), algorithm });
    runJob(pack.verify());
    if (shown.verbose || shown.statOnly) writeText(io.stdout, describePack(pack, shown.statOnly));
    return true;
  } catch (error) {
    if (!['pack-corrupt', 'delta-invalid', 'pack-index-corrupt', 'object-corrupt', 'limit-exceeded'].includes(String((error as { code?: unknown }).code))) throw error;
    writeText(io.stderr, `fatal: ${(error as Error).message}\n`);
    return false;
  }
}

/** A line for each object in the order of the pack, and how many there are of each length of a chain of deltas. */
function describePack(pack: Pack, statOnly: boolean): string {
  const { index } = pack;
  const depths = new Map<number, number>();
  const counts: number[] = [];
  const lines: string[] = [];
  let wholeCount = 0;
  const positions = index.positionsByOffset();
  const sizeAt = (offset: number): string => `${pack.entryAt(offset).size} ${pack.packedSizeAt(offset)} ${offset}`;
  // Bases of ofs-deltas come before what is made of them; a ref-delta may look ahead, and is followed to where depths are known.
  const depthAt = (start: number): number => {
    const chain: number[] = [];
    let offset: number | undefined = start;
    while (offset !== undefined && !depths.has(offset)) {
      chain.push(offset);
      offset = baseOffset(pack, offset);
    }
    let depth = offset === undefined ? -1 : depths.get(offset)!;
    for (const each of chain.reverse()) depths.set(each, ++depth);
    return depths.get(start)!;
  };
  for (const position of positions) {
    const offset = index.offsetAt(position);
    const depth = depthAt(offset);
    if (depth === 0) wholeCount++;
    else counts[depth - 1] = (counts[depth - 1] ?? 0) + 1;
    if (statOnly) continue;
    const base = baseOffset(pack, offset);
    const delta = base === undefined ? '' : ` ${depth} ${index.idAt(index.findByOffset(base)!)}`;
    lines.push(`${index.idAt(position)} ${pack.typeAt(offset).padEnd(6)} ${sizeAt(offset)}${delta}`);
  }
  if (wholeCount > 0) lines.push(`non delta: ${objects(wholeCount)}`);
  counts.forEach((count, i) => lines.push(`chain length = ${i + 1}: ${objects(count)}`));
  return lines.map((line) => `${line}\n`).join('');
}

function baseOffset(pack: Pack, offset: number): number | undefined {
  const entry = pack.entryAt(offset);
  return entry.baseOffset ?? (entry.baseId === undefined ? undefined : pack.index.findOffset(entry.baseId));
}

function objects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`;
}
