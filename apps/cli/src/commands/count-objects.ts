import { PackIndex, type Files } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { sizeText } from '../print/size-text.js';
import { writeText } from '../print/output.js';
import { quotePathC } from '../print/quote-c.js';
import type { Session } from '../session/session.js';

const USAGE = ['git count-objects [-v] [-H | --human-readable]'];
/** Files take whole blocks of the disk; there is no other way to learn how many than to ask a particular system. */
const BLOCK = 4096;
const PACK_PARTS = /\.(?:pack|idx|rev|mtimes|bitmap|keep|promisor)$/;

interface Loose {
  count: number;
  sizeBytes: number;
  packedCount: number;
}

interface Garbage {
  count: number;
  sizeBytes: number;
}

/** `git count-objects`: how many loose objects there are, and with `-v` also what packs hold. */
export const countObjectsCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { verbose: false, human: false };
  const options = [
    flag('v|verbose', 'be verbose', (isOn) => { seen.verbose = isOn; }),
    flag('H|human-readable', 'print sizes in human readable format', (isOn) => { seen.human = isOn; }),
  ];
  if (parseOptions(args, { io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  const session = await context.session();
  const indexes = seen.verbose ? readIndexes(session) : new Map<string, PackIndex>();
  const garbage: Garbage = { count: 0, sizeBytes: 0 };
  const warn = (sentence: string, path: string): void => {
    garbage.count++;
    garbage.sizeBytes += session.commonFiles.find(path)?.sizeBytes ?? 0;
    writeText(io.stderr, `warning: ${sentence}: ${session.gitDirectoryText}/${path}\n`);
  };
  if (seen.verbose) findPackGarbage(session.commonFiles, warn);
  const loose = countLoose(session, [...indexes.values()], seen.verbose ? warn : undefined);
  const size = (bytes: number, unit = ''): string => (seen.human ? sizeText(bytes) : `${Math.floor(bytes / 1024)}${unit}`);
  if (!seen.verbose) {
    writeText(io.stdout, `${loose.count} objects, ${size(loose.sizeBytes, ' kilobytes')}\n`);
    return 0;
  }
  let packBytes = 0;
  for (const name of indexes.keys()) {
    for (const end of ['pack', 'idx']) packBytes += session.commonFiles.find(`objects/pack/${name}.${end}`)?.sizeBytes ?? 0;
  }
  const lines = [
    `count: ${loose.count}`, `size: ${size(loose.sizeBytes)}`, `in-pack: ${[...indexes.values()].reduce((sum, { count }) => sum + count, 0)}`,
    `packs: ${indexes.size}`, `size-pack: ${size(packBytes)}`, `prune-packable: ${loose.packedCount}`, `garbage: ${garbage.count}`,
    `size-garbage: ${size(garbage.sizeBytes)}`, ...alternates(session).map((path) => `alternate: ${quotePathC(path)}`),
  ];
  writeText(io.stdout, `${lines.join('\n')}\n`);
  return 0;
};

function readIndexes({ commonFiles, algorithm }: Session): Map<string, PackIndex> {
  const names = commonFiles.list('objects/pack') ?? [];
  const indexes = new Map<string, PackIndex>();
  for (const name of names.filter((each) => each.startsWith('pack-') && each.endsWith('.idx')).map((each) => each.slice(0, -'.idx'.length))) {
    if (names.includes(`${name}.pack`)) indexes.set(name, new PackIndex(commonFiles.read(`objects/pack/${name}.idx`), algorithm));
  }
  return indexes;
}

function countLoose({ commonFiles, algorithm }: Session, indexes: readonly PackIndex[], warn: ((sentence: string, path: string) => void) | undefined): Loose {
  const loose: Loose = { count: 0, sizeBytes: 0, packedCount: 0 };
  for (let first = 0; first < 256; first++) {
    const folder = first.toString(16).padStart(2, '0');
    for (const name of commonFiles.list(`objects/${folder}`) ?? []) {
      const path = `objects/${folder}/${name}`;
      const found = commonFiles.find(path);
      if (found?.kind !== 'file' || name.length !== algorithm.hexSize - 2 || !/^[0-9a-f]+$/.test(name)) {
        warn?.('garbage found', path);
        continue;
      }
      loose.count++;
      loose.sizeBytes += Math.ceil(found.sizeBytes / BLOCK) * BLOCK;
      const id = Buffer.from(folder + name, 'hex');
      if (indexes.some((index) => index.findPositionOfBytes(id, 0) !== undefined)) loose.packedCount++;
    }
  }
  return loose;
}

/** What lies among the packs and belongs to none of them. */
function findPackGarbage(files: Files, warn: (sentence: string, path: string) => void): void {
  const names = (files.list('objects/pack') ?? []).sort();
  const known = new Set(names);
  for (const name of names) {
    const path = `objects/pack/${name}`;
    const base = name.replace(PACK_PARTS, '');
    if (name.startsWith('multi-pack-index')) continue;
    if (!PACK_PARTS.test(name)) warn('garbage found', path);
    else if (known.has(`${base}.pack`) && !known.has(`${base}.idx`)) warn('no corresponding .idx', path);
    else if (!known.has(`${base}.pack`)) warn(known.has(`${base}.idx`) ? 'no corresponding .pack' : 'no corresponding .idx or .pack', path);
  }
}

function alternates({ commonFiles, commonDirectory }: Session): string[] {
  const path = 'objects/info/alternates';
  if (commonFiles.find(path) === undefined) return [];
  const lines = Buffer.from(commonFiles.read(path)).toString('latin1').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => (line.startsWith('/') ? line : `${commonDirectory}/objects/${line}`));
}
