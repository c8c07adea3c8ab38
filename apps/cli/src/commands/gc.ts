import type { MaintenanceOptions } from '@govc/core';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die } from '../failure.js';
import { flag, optionalValue } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { expiryDate } from '../session/expiry-date.js';

const USAGE = ['git gc [<options>]'];

/** What a collection is to do. */
export interface GarbageRequest {
  quiet: boolean;
  /** Only where there is enough to do. */
  auto: boolean;
  /** `undefined`: by the configuration; `false`: nothing is dropped. */
  prune: string | false | undefined;
}

/** `git gc`: packs refs, expires reflogs, makes one pack of what is needed and one of what is not, and drops what has been unneeded for long. */
export const gcCommand: Command = async (args, context) => {
  const seen: GarbageRequest = { quiet: false, auto: false, prune: undefined };
  const ignored = (): void => undefined;
  const options = [
    flag('q|quiet', 'suppress progress reporting', (isOn) => { seen.quiet = isOn; }),
    optionalValue('prune', 'date', 'prune unreferenced objects', (text, isSet) => { seen.prune = isSet ? text : false; }),
    flag('cruft', 'pack unreferenced objects separately', ignored),
    flag('aggressive', 'be more thorough (increased runtime)', ignored),
    flag('auto', 'enable auto-gc mode', (isOn) => { seen.auto = isOn; }),
    flag('force', 'force running gc even if there may be another gc running', ignored),
    flag('keep-largest-pack', 'repack all other packs except the largest pack', ignored),
  ];
  if (parseOptions(args, { io: context.io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  return collectGarbage(context, seen);
};

/** The same with options at hand. @throws {Failure} */
export async function collectGarbage(context: Context, { quiet, auto, prune }: GarbageRequest): Promise<number> {
  const { io } = context;
  const session = await context.session();
  const { repository, config } = session;
  const pruneExpire = prune === undefined ? config.get('gc.pruneexpire') : prune;
  const expireBefore = pruneExpire === undefined ? undefined : pruneExpire === false ? 0 : expiryDate(session, pruneExpire);
  if (auto) {
    if (repository.findMaintenanceNeed().length === 0) return 0;
    if (!quiet) writeText(io.stderr, 'Auto packing the repository for optimum performance.\nSee "git help gc" for manual housekeeping.\n');
  }
  const packsRefs = config.get('gc.packrefs') === 'notbare' ? !session.isBare : config.getBool('gc.packrefs', true);
  if (packsRefs && config.get('extensions.refstorage') !== 'reftable') {
    const code = await context.run(['pack-refs', '--all', '--prune']);
    if (code !== 0) return code;
    await repository.refresh();
  }
  const request: MaintenanceOptions = { tasks: ['reflog-expire', 'collect', 'commit-graph', 'leftovers'], expireBefore };
  const { isBusy } = await repository.maintenance(request);
  if (isBusy) {
    if (auto) return 0;
    die('gc is already running (see gc.pid)');
  }
  return 0;
}
