import type { MaintenanceOptions } from '@govc/core';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, integer, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { expiryDate } from '../session/expiry-date.js';

const USAGE = ['git repack [<options>]'];

interface Seen {
  all: boolean;
  expire: string | undefined;
  geometric: number;
  quiet: boolean;
  midx: boolean;
}

/**
 * `git repack`: loose objects come into packs, and with `-a` all packs become one. What nothing needs stays, in a pack of its own
 * (`--cruft`), until `gc` or `prune` take it; what became redundant always goes.
 */
export const repackCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: Seen = { all: false, expire: undefined, geometric: 0, quiet: false, midx: false };
  const options = optionsOf(seen);
  if (parseOptions(args, { io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  if (seen.geometric > 0 && seen.all) die("options '--geometric' and '-A/-a' cannot be used together");
  const session = await context.session();
  if (seen.all && session.config.getBool('extensions.preciousobjects', false)) die('cannot delete packs in a precious-objects repo');
  const request: MaintenanceOptions = seen.all
    ? { tasks: ['collect'], expireBefore: seen.expire === undefined ? 0 : expiryDate(session, seen.expire) }
    // Each pack has at least as many objects as the next smaller one anyway: so only loose objects are packed.
    : { tasks: ['repack'], geometricFactor: seen.geometric > 0 ? seen.geometric : 1 };
  const { results, isBusy } = await session.repository.maintenance(request);
  if (isBusy) die('another process is collecting garbage (see gc.pid)');
  if (seen.midx) await session.repository.maintenance({ tasks: ['multi-pack-index'] });
  const isIdle = results.every((result) => !('objectsWritten' in result) || result.objectsWritten === 0);
  if (isIdle && !seen.quiet) writeText(io.stdout, 'Nothing new to pack.\n');
  return 0;
};

function optionsOf(seen: Seen): Option[] {
  const ignored = (): void => undefined;
  const all = (isOn: boolean): void => { seen.all = isOn; };
  const text = (name: string, shown: string, help: string): Option => value(name, shown, help, ignored);
  return [
    flag('a', 'pack everything in a single pack', all),
    flag('A', 'same as -a, and turn unreachable objects loose', all),
    flag('cruft', 'same as -a, pack unreachable cruft objects separately', all),
    value('cruft-expiration', 'approxidate', 'with -C, expire objects older than this', (date) => { seen.expire = date; }),
    flag('d', 'remove redundant packs, and run git-prune-packed', ignored),
    flag('f', 'pass --no-reuse-delta to git-pack-objects', ignored),
    flag('F', 'pass --no-reuse-object to git-pack-objects', ignored),
    flag('n', 'do not run git-update-server-info', ignored),
    flag('q|quiet', 'be quiet', (isOn) => { seen.quiet = isOn; }),
    flag('l|local', 'pass --local to git-pack-objects', ignored),
    flag('b|write-bitmap-index', 'write bitmap index', ignored),
    flag('i|delta-islands', 'pass --delta-islands to git-pack-objects', ignored),
    value('unpack-unreachable', 'approxidate', 'with -A, do not loosen objects older than this', (date) => { seen.expire = date; }),
    flag('k|keep-unreachable', 'with -a, repack unreachable objects', ignored),
    text('window', 'n', 'size of the window used for delta compression'),
    text('window-memory', 'bytes', 'same as the above, but limit memory size instead of entries count'),
    text('depth', 'n', 'limits the maximum delta depth'),
    text('threads', 'n', 'limits the maximum number of threads'),
    text('max-pack-size', 'bytes', 'maximum size of each packfile'),
    flag('pack-kept-objects', 'repack objects in packs marked with .keep', ignored),
    text('keep-pack', 'name', 'do not repack this pack'),
    integer('g|geometric', 'n', 'find a geometric progression with factor <N>', (factor) => { seen.geometric = factor ?? 0; }),
    flag('m|write-midx', 'write a multi-pack index of the resulting packs', (isOn) => { seen.midx = isOn; }),
    text('expire-to', 'dir', 'pack prefix to store a pack containing pruned objects'),
  ];
}
