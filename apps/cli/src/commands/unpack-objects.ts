import { GovcError } from '@govc/core';
import { completeThinPack, fsckObject, indexPack, MemorySpool, Pack, runJob } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { readAll } from '../print/output.js';

const USAGE = 'usage: git unpack-objects [-n] [-q] [-r] [--strict]\n';

/** `git unpack-objects`: takes the objects of a pack from standard input into the repository. */
export const unpackObjectsCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isDryRun: false, recovers: false, isStrict: false, maxSize: Number.MAX_SAFE_INTEGER };
  for (const arg of args) {
    if (arg === '-n') seen.isDryRun = true;
    else if (arg === '-r') seen.recovers = true;
    else if (arg === '--strict' || arg.startsWith('--strict=')) seen.isStrict = true;
    else if (arg.startsWith('--max-input-size=')) seen.maxSize = Number(arg.slice(17));
    else if (arg === '-h') {
      io.stdout.write(USAGE);
      return 129;
    } else if (arg !== '-q' && !arg.startsWith('--pack_header=')) throw new Failure(USAGE, 129);
  }
  const session = await context.session();
  const bytes = await readAll(io.stdin);
  if (bytes.length > seen.maxSize) die('pack exceeds maximum allowed size');
  const { algorithm, repository } = session;
  const { objects } = repository.storedContext.snapshot;
  const spool = new MemorySpool();
  spool.append(bytes);
  const indexed = readPack(() => runJob(indexPack(spool, { algorithm, findBase: (id) => objects.find(id) })));
  completeThinPack(spool, indexed);
  const pack = new Pack({ source: spool, index: indexed.index, algorithm });
  for (const id of seen.isStrict ? pack.ids() : []) {
    const { type, body } = pack.find(id)!;
    const fault = fsckObject(type, body, algorithm).find(({ severity }) => severity === 'error' || severity === 'fatal');
    if (fault !== undefined) die(`fsck error in packed object: ${id}: ${fault.message}`);
  }
  if (!seen.isDryRun) repository.propose({ origin: 'unpack-objects' }, (draft) => draft.addPack(pack));
  return 0;
};

function readPack<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GovcError)) throw error;
    return die(error.message);
  }
}
