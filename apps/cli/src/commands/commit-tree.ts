import type { ObjectId } from '@govc/core';
import { makeCommit } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readAll, writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import { commitBytes, signingWish, type SigningWish } from '../session/signing.js';

const USAGE = [
  'git commit-tree <tree> [(-p <parent>)...]',
  'git commit-tree [(-p <parent>)...] [-S[<keyid>]] [(-m <message>)...]\n                [(-F <file>)...] <tree>',
];

/** `git commit-tree`. */
export const commitTreeCommand: Command = async (args, context) => {
  const { io } = context;
  const parents: string[] = [];
  const pieces: Uint8Array[] = [];
  const addText = (bytes: Uint8Array): void => {
    if (pieces.length > 0) pieces.push(Buffer.from('\n'));
    pieces.push(bytes);
    if (bytes.length > 0 && bytes.at(-1) !== 10) pieces.push(Buffer.from('\n'));
  };
  const steps: (() => Promise<void> | void)[] = [];
  const sign: { wish: SigningWish } = { wish: undefined };
  const options = [
    value('p', 'parent', 'id of a parent commit object', (text) => { parents.push(text!); }, { canNegate: false }),
    value('m', 'message', 'commit message', (text) => { steps.push(() => { addText(Buffer.from(text!)); }); }, { canNegate: false }),
    value('F', 'file', 'read commit log message from file', (text) => {
      steps.push(async () => {
        const bytes = text === '-' ? await readAll(io.stdin) : io.files.readFile(`${text!.startsWith('/') ? '' : `${io.cwd}/`}${text!}`);
        if (bytes === undefined) die(`git commit-tree: failed to open '${text!}': No such file or directory`);
        addText(bytes);
      });
    }, { canNegate: false }),
    optionalValue('S|gpg-sign', 'key-id', 'GPG sign commit', (text, isSet) => { sign.wish = signingWish(text, isSet); }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  if (args.length < 1) usageError(usageText(USAGE, options));
  if (rest.length !== 1) die('must give exactly one tree');
  const session = await context.session();
  const { objects } = session.context.snapshot;
  const ids: ObjectId[] = [];
  for (const text of parents) {
    const id = findObject(session, text, 'commit') ?? die(`not a valid object name ${text}`);
    const type = objects.findHeader(id)?.type;
    if (type === undefined) die(`${id} is not a valid object`);
    if (type !== 'commit') die(`${id} is not a valid 'commit' object`);
    if (ids.includes(id)) io.stderr.write(`error: duplicate parent ${id} ignored\n`);
    else ids.push(id);
  }
  const tree = findObject(session, rest[0]!, 'tree') ?? die(`not a valid object name ${rest[0]!}`);
  const treeType = tree === session.algorithm.emptyTreeId ? 'tree' : objects.findHeader(tree)?.type;
  if (treeType === undefined) die(`${tree} is not a valid object`);
  if (treeType !== 'tree') die(`${tree} is not a valid 'tree' object`);
  if (steps.length > 0) for (const step of steps) await step();
  else pieces.push(await readAll(io.stdin));
  const body = Buffer.concat(pieces);
  if (body.includes(0)) die('a NUL byte in commit log message not allowed.');
  const encoding = session.config.get('i18n.commitencoding');
  const commit = makeCommit({
    tree, parents: ids, author: session.identity('author'), committer: session.identity('committer'), message: body,
    ...(encoding === undefined || /^utf-?8$/i.test(encoding) ? {} : { encoding }),
  });
  writeText(io.stdout, `${session.repository.writeObject('commit', commitBytes(session, commit, sign.wish ?? false))}\n`);
  return 0;
};
