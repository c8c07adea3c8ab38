import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, modeFlag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import { findRefByShortName, peelToCommit } from '@govc/core/plumbing';

const USAGE = [
  'git merge-base [-a | --all] <commit> <commit>...',
  'git merge-base [-a | --all] --octopus <commit>...',
  'git merge-base --is-ancestor <commit> <commit>',
  'git merge-base --independent <commit>...',
  'git merge-base --fork-point <ref> [<commit>]',
];

/** `git merge-base`. */
export const mergeBaseCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: { showsAll: boolean; mode: 'octopus' | 'independent' | 'is-ancestor' | 'fork-point' | undefined } = { showsAll: false, mode: undefined };
  const modeOption = (name: NonNullable<typeof seen.mode>, help: string): ReturnType<typeof modeFlag> => modeFlag(name, help, 'mode', () => { seen.mode = name; });
  const options = [
    flag('a|all', 'output all common ancestors', (isOn) => { seen.showsAll = isOn; }),
    modeOption('octopus', 'find ancestors for a single n-way merge'),
    modeOption('independent', 'list revs not reachable from others'),
    modeOption('is-ancestor', 'is the first one ancestor of the other?'),
    modeOption('fork-point', 'find where <commit> forked from reflog of <ref>'),
  ];
  const revisions = parseOptions(args, { io, usage: USAGE, options });
  const usage = usageText(USAGE, options);
  const { mode: kind, showsAll } = seen;
  if (kind === 'is-ancestor') {
    if (revisions.length < 2) usageError(usage);
    if (showsAll) die("options '--is-ancestor' and '--all' cannot be used together");
  }
  if (kind === 'independent' && showsAll) die("options '--independent' and '--all' cannot be used together");
  const session = await context.session();
  const { repository } = session;
  const commit = (text: string): string => {
    const id = findObject(session, text, 'committish') ?? die(`Not a valid object name ${text}`);
    try {
      return peelToCommit(session.context.snapshot, id);
    } catch (error) {
      const { code, data } = error as { code?: string; data?: { actual?: string; id?: string } };
      if (code !== 'object-type-mismatch') throw error;
      throw new Failure(`error: object ${data?.id ?? id} is a ${data?.actual ?? 'blob'}, not a commit\nfatal: Not a valid commit name ${text}\n`, 128);
    }
  };
  const print = (ids: readonly string[]): number => {
    const shown = showsAll || kind === 'independent' ? ids : ids.slice(0, 1);
    writeText(io.stdout, shown.map((id) => `${id}\n`).join(''));
    return ids.length === 0 ? 1 : 0;
  };
  switch (kind) {
    case 'is-ancestor':
      if (revisions.length !== 2) die('--is-ancestor takes exactly two commits');
      return repository.isAncestor(commit(revisions[0]!), commit(revisions[1]!)) ? 0 : 1;
    case 'independent':
    case 'octopus':
      if (revisions.length === 0 && kind === 'octopus') return 1;
      return print(repository.mergeBase(revisions.map(commit), { kind }));
    case 'fork-point': {
      if (revisions.length < 1 || revisions.length > 2) usageError(usage);
      const ref = findRefByShortName(session.context.snapshot.refs, revisions[0]!);
      if (ref === undefined) die(`No such ref: '${revisions[0]!}'`);
      const id = repository.forkPoint(revisions[0]!, commit(revisions[1] ?? 'HEAD'));
      if (id === undefined) return 1;
      writeText(io.stdout, `${id}\n`);
      return 0;
    }
    case undefined:
      if (revisions.length < 2) usageError(usage);
      return print(repository.mergeBase(revisions.map(commit)));
  }
};
