import type { ObjectId } from '@govc/core';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { expiryDate } from '../session/expiry-date.js';
import { findStoredObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = ['git prune [-n] [-v] [--progress] [--expire <time>] [--] [<head>...]'];
const PACKED_USAGE = ['git prune-packed [-n | --dry-run] [-q | --quiet]'];

/** `git prune`: loose objects that nothing needs go. */
export const pruneCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isTrial: false, verbose: false, expire: undefined as string | undefined };
  const options = [
    flag('n|dry-run', 'do not remove, show only', (isOn) => { seen.isTrial = isOn; }),
    flag('v|verbose', 'report pruned objects', (isOn) => { seen.verbose = isOn; }),
    flag('progress', 'show progress', () => undefined),
    value('expire', 'expiry-date', 'expire objects older than <time>', (text) => { seen.expire = text; }),
    flag('exclude-promisor-objects', 'limit traversal to objects outside promisor packfiles', () => undefined),
  ];
  const names = parseOptions(args, { io, usage: USAGE, options });
  const session = await context.session();
  if (session.config.getBool('extensions.preciousobjects', false)) die('cannot prune in a precious-objects repo');
  const keep = names.map((name): ObjectId => findStoredObject(session, name) ?? die(`unrecognized argument: ${name}`));
  const expireBefore = seen.expire === undefined ? Number.POSITIVE_INFINITY : expiryDate(session, seen.expire);
  const { results, isBusy } = await session.repository.maintenance({ tasks: ['prune'], expireBefore, keep, isTrial: seen.isTrial });
  if (isBusy) die('another process is collecting garbage (see gc.pid)');
  for (const result of results) {
    if (result.task !== 'prune' || (!seen.isTrial && !seen.verbose)) continue;
    for (const { id, type } of result.objects) writeText(io.stdout, `${id} ${type}\n`);
  }
  if (seen.isTrial) tellPacked(session);
  else await session.repository.maintenance({ tasks: ['leftovers'] });
  return 0;
};

/** `git prune-packed`: loose objects that packs have too go. */
export const prunePackedCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isTrial: false };
  const options = [
    flag('n|dry-run', 'dry run', (isOn) => { seen.isTrial = isOn; }),
    flag('q|quiet', 'be quiet', () => undefined),
  ];
  if (parseOptions(args, { io, usage: PACKED_USAGE, options }).length > 0) usageError(usageText(PACKED_USAGE, options));
  const session = await context.session();
  if (seen.isTrial) {
    tellPacked(session);
    return 0;
  }
  const { isBusy } = await session.repository.maintenance({ tasks: ['prune'], expireBefore: 0 });
  if (isBusy) die('another process is collecting garbage (see gc.pid)');
  return 0;
};

/** What would go because a pack has it. */
function tellPacked({ commonFiles, repository, gitDirectoryText, io }: Session): void {
  const { objects } = repository.storedContext.snapshot;
  for (let first = 0; first < 256; first++) {
    const folder = first.toString(16).padStart(2, '0');
    for (const name of (commonFiles.list(`objects/${folder}`) ?? []).sort()) {
      if (/^[0-9a-f]{38,62}$/.test(name) && objects.findEntry(`${folder}${name}` as ObjectId) !== undefined) {
        writeText(io.stdout, `rm -f ${gitDirectoryText}/objects/${folder}/${name}\n`);
      }
    }
  }
}
