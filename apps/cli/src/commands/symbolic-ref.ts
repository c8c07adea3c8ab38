import { findRefName, resolveRef, shortenRefName } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, endWith } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { changeSymbolicRef, flushRefs } from '../session/ref-edits.js';

const USAGE = ['git symbolic-ref [-m <reason>] <name> <ref>', 'git symbolic-ref [-q] [--short] [--no-recurse] <name>', 'git symbolic-ref --delete [-q] <name>'];

/** `git symbolic-ref`. */
export const symbolicRefCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isQuiet: false, deletes: false, isShort: false, recurses: true, message: undefined as string | undefined };
  const options = [
    flag('q|quiet', 'suppress error message for non-symbolic (detached) refs', (isOn) => { seen.isQuiet = isOn; }),
    flag('d|delete', 'delete symbolic ref', (isOn) => { seen.deletes = isOn; }),
    flag('short', 'shorten ref output', (isOn) => { seen.isShort = isOn; }),
    flag('recurse', 'recursively dereference (default)', (isOn) => { seen.recurses = isOn; }),
    value('m', 'reason', 'reason of the update', (text) => { seen.message = text; }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  const usage = usageText(USAGE, options);
  if (seen.message === '') die('Refusing to perform update with empty message');
  const session = await context.session();
  const { refs } = session.repository.snapshot;
  const [name = '', target] = rest;
  if (seen.deletes) {
    if (rest.length !== 1) usageError(usage);
    const ref = findRefName(name);
    const current = ref === undefined ? undefined : refs.get(ref);
    if (current === undefined && !seen.isQuiet) die(`Cannot delete ${name}, not a symbolic ref`);
    if (current?.kind !== 'symbolic') {
      if (seen.isQuiet) endWith(1);
      die(`Cannot delete ${name}, not a symbolic ref`);
    }
    if (name === 'HEAD') die("deleting 'HEAD' is not allowed");
    session.repository.propose({ origin: 'symbolic-ref' }, (draft) => { draft.editRef(ref!, undefined); });
    await flushRefs(session);
    return 0;
  }
  if (rest.length === 1) {
    const ref = findRefName(name);
    const current = ref === undefined ? undefined : refs.get(ref);
    if (current === undefined) die(`No such ref: ${name}`);
    if (current.kind !== 'symbolic') {
      if (seen.isQuiet) endWith(1);
      die(`ref ${name} is not a symbolic ref`);
    }
    const end = seen.recurses ? resolveRef(refs, current.target)?.name ?? current.target : current.target;
    writeText(io.stdout, `${seen.isShort ? shortenRefName(refs, end) : end}\n`);
    return 0;
  }
  if (rest.length !== 2) usageError(usage);
  if (name === 'HEAD' && !target!.startsWith('refs/')) die('Refusing to point HEAD outside of refs/');
  const to = findRefName(target!) ?? die(`Refusing to set '${name}' to invalid ref '${target!}'`);
  const ref = findRefName(name) ?? die(`Refusing to set '${name}' to invalid ref '${target!}'`);
  await changeSymbolicRef(session, ref, to, seen.message);
  return 0;
};
