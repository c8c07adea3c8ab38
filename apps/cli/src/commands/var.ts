import type { Command } from '../command.js';
import { Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import { configLines } from '../print/config-lines.js';
import { editorOf, pagerOf, sequenceEditorOf } from '../session/programs.js';
import { findIdentity, formatIdentity } from '../session/identity.js';

const USAGE = 'usage: git var (-l | <variable>)\n';

/** `git var`. */
export const varCommand: Command = async (args, context) => {
  const { io } = context;
  if (args.length !== 1) throw new Failure(USAGE, 129);
  const config = await context.config();
  const read: Readonly<Record<string, (isStrict: boolean) => string | undefined>> = {
    GIT_COMMITTER_IDENT: (isStrict) => formatIdentity(findIdentity(io, config, 'committer', { isStrict })),
    GIT_AUTHOR_IDENT: (isStrict) => formatIdentity(findIdentity(io, config, 'author', { isStrict })),
    GIT_EDITOR: () => editorOf(io, config),
    GIT_SEQUENCE_EDITOR: () => sequenceEditorOf(io, config),
    GIT_PAGER: () => pagerOf(io, config) ?? 'cat',
    GIT_DEFAULT_BRANCH: () => config.get('init.defaultbranch') ?? 'master',
  };
  if (args[0] === '-l') {
    for (const line of configLines(config.entries())) writeText(io.stdout, `${line}\n`);
    for (const [name, value] of Object.entries(read)) {
      const text = value(false);
      if (text !== undefined) writeText(io.stdout, `${name}=${text}\n`);
    }
    return 0;
  }
  const find = Object.hasOwn(read, args[0]!) ? read[args[0]!] : undefined;
  if (find === undefined) throw new Failure(USAGE, 129);
  const text = find(true);
  if (text === undefined) return 1;
  writeText(io.stdout, `${text}\n`);
  return 0;
};
