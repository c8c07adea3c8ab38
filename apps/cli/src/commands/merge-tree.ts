import { parseTree, quotePath } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, modeFlag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';

const USAGE = ['git merge-tree [--write-tree] [<options>] <branch1> <branch2>', 'git merge-tree [--trivial-merge] <base-tree> <branch1> <branch2>'];

/** `git merge-tree --write-tree`. */
export const mergeTreeCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { messages: undefined as boolean | undefined, nul: false, nameOnly: false, allowUnrelated: false, base: undefined as string | undefined, isTrivial: false };
  const options = [
    modeFlag('write-tree', 'do a real merge instead of a trivial merge', 'mode', () => undefined),
    modeFlag('trivial-merge', 'do a trivial merge only', 'mode', () => { seen.isTrivial = true; }),
    flag('messages', 'also show informational/conflict messages', (isOn) => { seen.messages = isOn; }),
    flag('z', 'separate paths with the NUL character', (isOn) => { seen.nul = isOn; }),
    flag('name-only', 'list filenames without modes/oids/stages', (isOn) => { seen.nameOnly = isOn; }),
    flag('allow-unrelated-histories', 'allow merging unrelated histories', (isOn) => { seen.allowUnrelated = isOn; }),
    value('merge-base', 'tree-ish', 'specify a merge-base for the merge', (text) => { seen.base = text; }),
  ];
  const names = parseOptions(args, { io, usage: USAGE, options });
  if (names.length !== 2 || seen.isTrivial) usageError(usageText(USAGE, options));
  const session = await context.session();
  const [ours = '', theirs = ''] = names;
  for (const name of names) if (findObject(session, name) === undefined) die(`${name} - not something we can merge`, 1);
  const result = session.repository.mergeTree(ours, theirs, { allowUnrelated: seen.allowUnrelated, base: seen.base, labels: { ours, theirs } });
  // What the merge made is kept, as its tree is named in the output.
  session.repository.propose({ origin: 'merge-tree' }, (draft) => {
    const { objects } = session.repository.snapshot;
    const pending = [result.tree];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (objects.has(id)) continue;
      const object = result.objects.find(id)!;
      draft.write(object.type, object.body);
      if (object.type === 'tree') for (const entry of parseTree(object.body, session.algorithm)) if (entry.mode !== 0o160000) pending.push(entry.id);
    }
  });
  const end = seen.nul ? '\0' : '\n';
  writeText(io.stdout, `${result.tree}${end}`);
  const shown = (path: string): string => (seen.nul ? path : quotePath(path, { quoteNonAscii: session.config.getBool('core.quotepath', true) }));
  if (!result.isClean) {
    let last = '';
    for (const { path, stages } of result.conflicts) {
      [stages.base, stages.ours, stages.theirs].forEach((stage, index) => {
        if (stage === undefined) return;
        if (seen.nameOnly) {
          if (path !== last) writeText(io.stdout, `${shown(path)}${end}`);
          last = path;
        } else {
          writeText(io.stdout, `${stage.mode.toString(8).padStart(6, '0')} ${stage.id} ${index + 1}\t${shown(path)}${end}`);
        }
      });
    }
  }
  if (seen.messages ?? !result.isClean) {
    writeText(io.stdout, end);
    for (const { kind, paths, text } of result.messages) {
      writeText(io.stdout, seen.nul ? `${paths.length}\0${paths.map((path) => `${path}\0`).join('')}${kind}\0${text}\n\0` : `${text}\n`);
    }
  }
  return result.isClean ? 0 : 1;
};
