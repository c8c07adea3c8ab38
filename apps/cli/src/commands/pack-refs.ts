import { findRefId, peelTag, serializePackedRefs, type PackedRef, type RefName } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';

const USAGE = ['git pack-refs [--all] [--no-prune]'];

/** `git pack-refs`: files of refs become lines of one file. */
export const packRefsCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { all: false, prunes: true };
  const options = [
    flag('all', 'pack everything', (isOn) => { seen.all = isOn; }),
    flag('prune', 'prune loose refs (default)', (isOn) => { seen.prunes = isOn; }),
  ];
  if (parseOptions(args, { io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  const session = await context.session();
  const { snapshot } = session.repository;
  const { commonFiles } = session;
  const packed: PackedRef[] = [];
  const loose: RefName[] = [];
  const before = commonFiles.find('packed-refs') === undefined ? '' : Buffer.from(commonFiles.read('packed-refs')).toString('latin1');
  for (const [name, value] of snapshot.refs.entries('refs/')) {
    if (value.kind === 'symbolic' || /^refs\/(?:bisect|worktree|rewritten)\//.test(name)) continue;
    const id = findRefId(snapshot.refs, name as RefName);
    if (id === undefined) continue;
    const isLoose = commonFiles.find(name)?.kind === 'file';
    const isPacked = before.includes(` ${name}\n`);
    if (!isPacked && !seen.all && !name.startsWith('refs/tags/')) continue;
    const peeled = peelTag(snapshot, id);
    packed.push({ name: name as RefName, id, peeled: peeled === id ? undefined : peeled });
    if (isLoose) loose.push(name as RefName);
  }
  if (!commonFiles.createExclusive('packed-refs.lock', serializePackedRefs(packed))) {
    io.stderr.write(`fatal: Unable to create '${session.commonDirectory}/packed-refs.lock': File exists.\n`);
    return 128;
  }
  commonFiles.rename('packed-refs.lock', 'packed-refs');
  if (!seen.prunes) return 0;
  for (const name of loose) {
    commonFiles.remove(name);
    for (let folder = name.slice(0, name.lastIndexOf('/')); folder.split('/').length > 2; folder = folder.slice(0, folder.lastIndexOf('/'))) {
      if (!commonFiles.removeDirectory(folder)) break;
    }
  }
  return 0;
};
