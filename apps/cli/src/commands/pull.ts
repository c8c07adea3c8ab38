import { findConfigBool, findRefId, findUpstreamRef, losslessTextFromBytes } from '@govc/core/plumbing';
import { defaultRemoteName } from '@govc/core/protocol';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { advise } from '../print/advice.js';
import { prettyRef } from '../remote/named-remote.js';
import { isCleanFor } from '../sequencer/clean-worktree.js';
import { Workplace } from '../sequencer/workplace.js';
import type { Session } from '../session/session.js';
import { emptyFetchArguments, fetchOptions } from './fetch.js';

const USAGE = ['git pull [<options>] [<repository> [<refspec>...]]'];

interface PullArguments {
  /** `undefined`: what the configuration says. */
  rebase: 'false' | 'true' | 'merges' | 'interactive' | undefined;
  fastForward: '--ff' | '--no-ff' | '--ff-only' | undefined;
  /** Passed on to the merge. */
  merge: string[];
  autostash: string[];
}

/** `git pull`: a fetch, and then a merge or a rebase. */
export const pullCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: PullArguments = { rebase: undefined, fastForward: undefined, merge: [], autostash: [] };
  const fetched = emptyFetchArguments();
  // What belongs to the fetch is passed on as it was written.
  const forFetch: string[] = [];
  const passed = fetchOptions(fetched).filter(({ short }) => short !== 'n').map((option) => ({
    ...option,
    accept: (text: string | undefined, isSet: boolean) => {
      const name = `--${isSet ? '' : 'no-'}${option.long ?? ''}`;
      forFetch.push(option.long === undefined ? `-${option.short ?? ''}` : text === undefined || !isSet ? name : `${name}=${text}`);
      return option.accept(text, isSet);
    },
  }));
  const flags = (name: string, help: string): ReturnType<typeof flag> => flag(name, help, (isOn) => { seen.merge.push(`--${isOn ? '' : 'no-'}${name.split('|').at(-1)!}`); });
  const rest = parseOptions(args, { io, usage: USAGE, options: [
    ...passed,
    optionalValue('r|rebase', '(false|true|merges|interactive)', 'incorporate changes by rebasing rather than merging', (text, isSet) => {
      const kind = isSet ? rebaseKind(text ?? 'true') : 'false';
      if (kind === undefined) return `: invalid value '${text ?? ''}'`;
      seen.rebase = kind;
      return undefined;
    }),
    flag('stat', 'show a diffstat at the end of the merge', (isOn) => { seen.merge.push(isOn ? '--stat' : '--no-stat'); }),
    flag('n', 'do not show a diffstat at the end of the merge', () => { seen.merge.push('--no-stat'); }),
    flags('squash', 'create a single commit instead of doing a merge'), flags('commit', 'perform a commit if the merge succeeds (default)'),
    flags('edit', 'edit message before committing'), flags('signoff', 'add a Signed-off-by trailer'), flags('verify-signatures', 'verify that the named commit has a valid GPG signature'),
    flag('ff', 'allow fast-forward', (isOn) => { seen.fastForward = isOn ? '--ff' : '--no-ff'; }),
    flag('ff-only', 'abort if fast-forward is not possible', (isOn) => { seen.fastForward = isOn ? '--ff-only' : undefined; }),
    flag('autostash', 'automatically stash/stash pop before and after', (isOn) => { seen.autostash.push(isOn ? '--autostash' : '--no-autostash'); }),
    value('s|strategy', 'strategy', 'merge strategy to use', (text) => { if (text !== undefined) seen.merge.push(`--strategy=${text}`); }),
    value('X|strategy-option', 'option=value', 'option for selected merge strategy', (text) => { if (text !== undefined) seen.merge.push(`--strategy-option=${text}`); }),
    flag('allow-unrelated-histories', 'allow merging unrelated histories', (isOn) => { seen.merge.push(isOn ? '--allow-unrelated-histories' : '--no-allow-unrelated-histories'); }),
  ] });
  const session = await context.session();
  session.needWorktree();
  if (session.gitFiles.find('MERGE_HEAD') !== undefined) {
    die('You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.');
  }
  const branch = session.repository.head().ref?.replace(/^refs\/heads\//, '');
  const configured = (branch === undefined ? undefined : session.config.get(`branch.${branch}.rebase`)) ?? session.config.get('pull.rebase');
  const rebase = seen.rebase ?? (configured === undefined ? undefined : rebaseKind(configured) ?? die(`Invalid value for pull.rebase: ${configured}`));
  const rebases = rebase !== undefined && rebase !== 'false';
  const autostashes = seen.autostash.length > 0 ? seen.autostash.at(-1) === '--autostash' : session.config.getBool('rebase.autostash', false);
  if (rebases && !autostashes && !await isCleanFor(new Workplace(context, session), 'pull with rebase', 'Please commit or stash them.')) return 128;
  const left = rebases && rest.length === 0 ? findForkPoint(session, branch) : undefined;
  const before = session.repository.head().id;
  const env = { ...io.env, GIT_REFLOG_ACTION: io.env['GIT_REFLOG_ACTION'] ?? ['pull', ...args].join(' ') };
  const loudness = forFetch.filter((option) => option === '--quiet' || option === '--verbose');
  const code = await context.run(['fetch', '--update-head-ok', ...forFetch, ...rest], { env });
  if (code !== 0) return code;
  if (fetched.isDryRun) return 0;
  const heads = mergeHeads(session);
  if (heads.length === 0) nothingToMerge(session, rest);
  if (before === undefined) {
    if (heads.length > 1) die('Cannot merge multiple branches into empty head.');
    return (await context.run(['read-tree', '-m', '-u', heads[0]!], { env })) || context.run(['update-ref', '-m', 'initial pull', 'HEAD', heads[0]!], { env });
  }
  if (heads.length > 1 && rebases) die('Cannot rebase onto multiple branches.');
  const fastForward = seen.fastForward ?? fastForwardOf(session.config.get('pull.ff'));
  const canFastForward = heads.length === 1 && (await isAncestor(context, before, heads[0]!));
  const isUpToDate = heads.length === 1 && (await isAncestor(context, heads[0]!, before));
  if (rebase === undefined && fastForward === undefined && !canFastForward && !isUpToDate) refuseToGuess(session);
  if (rebases && fastForward !== '--ff-only') {
    const how = rebase === 'merges' ? ['--rebase-merges'] : rebase === 'interactive' ? ['--interactive'] : [];
    if (canFastForward) return context.run(['merge', '--ff-only', ...loudness, ...seen.autostash, heads[0]!], { env });
    const strategy = seen.merge.filter((option) => option.startsWith('--strategy'));
    // What is a common ancestor anyway says nothing.
    const upstream = left === undefined || await isAncestor(context, left, heads[0]!) ? heads[0]! : left;
    return context.run(['rebase', ...loudness, ...how, ...strategy, ...seen.autostash, '--onto', heads[0]!, upstream], { env });
  }
  const message = mergeMessage(session);
  return context.run(['merge', ...loudness, ...(fastForward === undefined ? [] : [fastForward]), ...seen.merge, ...seen.autostash, '-m', message, ...heads], { env });
};

function rebaseKind(text: string): PullArguments['rebase'] {
  const isOn = findConfigBool(text);
  if (isOn !== undefined) return isOn ? 'true' : 'false';
  if (text === 'merges' || text === 'm') return 'merges';
  return text === 'interactive' || text === 'i' ? 'interactive' : undefined;
}

function fastForwardOf(text: string | undefined): PullArguments['fastForward'] {
  if (text === undefined) return undefined;
  if (text === 'only') return '--ff-only';
  return findConfigBool(text) === false ? '--no-ff' : '--ff';
}

/** Where the branch left its upstream, as the log of that tells before it is fetched again. */
function findForkPoint({ repository }: Session, branch: string | undefined): string | undefined {
  const { snapshot } = repository;
  const upstream = branch === undefined ? undefined : findUpstreamRef(snapshot, branch);
  if (typeof upstream !== 'string' || findRefId(snapshot.refs, upstream) === undefined) return undefined;
  return repository.forkPoint(upstream);
}

/** The ids of `FETCH_HEAD` that are for merging. */
function mergeHeads({ gitFiles }: Session): string[] {
  if (gitFiles.find('FETCH_HEAD') === undefined) return [];
  return new TextDecoder().decode(gitFiles.read('FETCH_HEAD')).split('\n').flatMap((line) => {
    const [id = '', mark] = line.split('\t');
    return id !== '' && mark === '' ? [id] : [];
  });
}

/** What a merge of them is called: `Merge branch 'main' of <url>`. */
function mergeMessage({ gitFiles }: Session): string {
  const lines = losslessTextFromBytes(gitFiles.read('FETCH_HEAD')).split('\n').map((line) => line.split('\t'));
  return `Merge ${lines.filter(([, mark, note]) => mark === '' && note !== undefined).map(([, , note]) => note).join(', ')}`;
}

async function isAncestor(context: Parameters<Command>[1], one: string, other: string): Promise<boolean> {
  return (await context.run(['merge-base', '--is-ancestor', one, other])) === 0;
}

function refuseToGuess(session: Session): never {
  advise(session, 'diverging', 'You have divergent branches and need to specify how to reconcile them.\nYou can do so by running one of the following commands sometime before\nyour next pull:\n\n  git config pull.rebase false  # merge\n  git config pull.rebase true   # rebase\n  git config pull.ff only       # fast-forward only\n\nYou can replace "git config" with "git config --global" to set a default\npreference for all repositories. You can also pass --rebase, --no-rebase,\nor --ff-only on the command line to override the configured default per\ninvocation.\n');
  return die('Need to specify how to reconcile divergent branches.');
}

/** Says why a fetch brought nothing to merge. */
function nothingToMerge({ config, repository }: Session, rest: readonly string[]): never {
  const branch = repository.head().ref?.replace(/^refs\/heads\//, '');
  const [repositoryName, ...refspecs] = rest;
  if (refspecs.length > 0) throw new Failure('There are no candidates for merging among the refs that you just fetched.\nGenerally this means that you provided a wildcard refspec which had no\nmatches on the remote end.\n', 1);
  if (repositoryName !== undefined && branch !== undefined && config.get(`branch.${branch}.remote`) !== repositoryName) {
    throw new Failure(`You asked to pull from the remote '${repositoryName}', but did not specify\na branch. Because this is not the default configured remote\nfor your current branch, you must specify a branch on the command line.\n`, 1);
  }
  if (branch === undefined) throw new Failure('You are not currently on a branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\n', 1);
  const merge = config.get(`branch.${branch}.merge`);
  if (merge === undefined) {
    const remote = defaultRemoteName(config, branch);
    throw new Failure(`There is no tracking information for the current branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${remote}/<branch> ${branch}\n\n`, 1);
  }
  throw new Failure(`Your configuration specifies to merge with the ref '${prettyRef(merge)}'\nfrom the remote, but no such ref was fetched.\n`, 1);
}
