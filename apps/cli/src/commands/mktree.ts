import type { ObjectId } from '@govc/core';
import { bytesFromLosslessText, compareTreeEntries, findObjectId, losslessTextFromBytes, serializeTree, type TreeEntry } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { readRecords, writeText } from '../print/output.js';
import { unquotePath } from '../print/unquote.js';
import type { Session } from '../session/session.js';

const USAGE = ['git mktree [-z] [--missing] [--batch]'];

/** `git mktree`. */
export const mktreeCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { nul: false, missing: false, batch: false };
  parseOptions(args, {
    io, usage: USAGE, options: [
      flag('z', 'input is NUL terminated', (isOn) => { seen.nul = isOn; }),
      flag('missing', 'allow missing objects', (isOn) => { seen.missing = isOn; }),
      flag('batch', 'allow creation of more than one tree', (isOn) => { seen.batch = isOn; }),
    ],
  });
  const session = await context.session();
  let entries: TreeEntry[] = [];
  const finish = (): void => {
    const sorted = [...entries].sort(compareTreeEntries);
    writeText(io.stdout, `${session.repository.writeObject('tree', serializeTree(sorted))}\n`);
    entries = [];
  };
  let isOpen = true;
  for await (const record of readRecords(io.stdin, seen.nul ? '\0' : '\n')) {
    isOpen = true;
    const line = losslessTextFromBytes(record);
    if (line === '') {
      if (!seen.batch) die('input format error: (blank line only valid in batch mode)');
      finish();
      isOpen = false;
      io.flush?.();
      continue;
    }
    entries.push(readEntry(line, session, seen));
  }
  if (!seen.batch || (isOpen && entries.length > 0)) finish();
  return 0;
};

function readEntry(line: string, session: Session, { nul, missing }: { readonly nul: boolean; readonly missing: boolean }): TreeEntry {
  const match = /^([0-7]+) ([a-z]+) ([0-9a-f]+)(?: +[0-9-]+)?\t(.*)$/s.exec(line);
  const id = match === null ? undefined : findObjectId(match[3]!, session.algorithm);
  if (match === null || id === undefined) die(`input format error: ${line}`);
  const [, modeText = '', typeName = '', , pathText = ''] = match;
  const mode = Number.parseInt(modeText, 8);
  const path = nul ? pathText : unquotePath(pathText);
  if (path.includes('/')) die(`path ${path} contains slash`);
  const wanted = (mode & 0o170000) === 0o160000 ? 'commit' : (mode & 0o170000) === 0o040000 ? 'tree' : 'blob';
  if (typeName !== wanted) die(`entry '${path}' object type (${typeName}) doesn't match mode type (${wanted})`);
  if (wanted !== 'commit') checkTarget(session, { path, id, wanted, missing });
  return { mode, name: bytesFromLosslessText(path), id };
}

function checkTarget(session: Session, { path, id, wanted, missing }: { readonly path: string; readonly id: ObjectId; readonly wanted: string; readonly missing: boolean }): void {
  const type = session.context.snapshot.objects.findHeader(id)?.type;
  if (type === undefined) {
    if (!missing) die(`entry '${path}' object ${id} is unavailable`);
  } else if (type !== wanted) {
    die(`entry '${path}' object ${id} is a ${type} but specified type was (${wanted})`);
  }
}
