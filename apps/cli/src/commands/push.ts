import { GovcError } from '@govc/core';
import { bytesFromText, findObjectId } from '@govc/core/plumbing';
import { defaultPushRemoteName, type PushUpdate } from '@govc/core/protocol';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { count, flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { ConfigEdit } from '../remote/config-edit.js';
import { joinTags } from './fetch.js';
import { anonymous, namedRemote, prettyRef } from '../remote/named-remote.js';
import { reportPush } from '../remote/push-report.js';
import { remoteMessages } from '../remote/remote-messages.js';
import { AGENT } from '../remote/serve.js';
import { transportTo } from '../remote/transport.js';
import type { Session } from '../session/session.js';

const USAGE = ['git push [<options>] [<repository> [<refspec>...]]'];

interface PushArguments {
  verbosity: number;
  isQuiet: boolean;
  repository: string | undefined;
  all: boolean;
  mirror: boolean | undefined;
  deletes: boolean;
  tags: boolean;
  isDryRun: boolean;
  isPorcelain: boolean;
  isForced: boolean;
  leases: { readonly ref: string | undefined; readonly expected: string | undefined }[];
  mustInclude: boolean;
  isThin: boolean;
  receivePack: string | undefined;
  setUpstream: boolean;
  progress: boolean | undefined;
  prune: boolean;
  runsHook: boolean;
  followsTags: boolean | undefined;
  isAtomic: boolean;
  options: string[];
  family: 'any' | 'ipv4' | 'ipv6';
}

/** `git push`. */
export const pushCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: PushArguments = {
    verbosity: 0, isQuiet: false, repository: undefined, all: false, mirror: undefined, deletes: false, tags: false, isDryRun: false, isPorcelain: false, isForced: false, leases: [],
    mustInclude: false, isThin: true, receivePack: undefined, setUpstream: false, progress: undefined, prune: false, runsHook: true, followsTags: undefined,
    isAtomic: false, options: [], family: 'any',
  };
  const rest = parseOptions(args, { io, usage: USAGE, options: optionsOf(seen) });
  const session = await context.session();
  const { config, repository } = session;
  if (seen.deletes && (seen.all || seen.mirror === true || seen.tags)) die("options '--delete' and '--all' cannot be used together");
  if (seen.deletes && rest.length < 2) die("--delete doesn't make sense without any refs");
  const branch = repository.head().ref?.replace(/^refs\/heads\//, '');
  const [name = seen.repository ?? defaultPushRemoteName(config, branch), ...words] = rest;
  const named = namedRemote(config, name, session.algorithm);
  if (!named.isConfigured && rest.length === 0 && seen.repository === undefined) {
    die('No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n');
  }
  const isMirror = seen.mirror ?? named.remote.isMirror;
  if (seen.all && words.length > 0) die('--all can\'t be combined with refspecs');
  if (isMirror && words.length > 0) die('--mirror can\'t be combined with refspecs');
  if (seen.all && isMirror) die("options '--all' and '--mirror' cannot be used together");
  const refspecs = refspecsOf(session, seen, { name, words: joinTags(words), branch, isMirror, configured: config.getAll(`remote.${named.remote.name}.push`) });
  let exitCode = 0;
  for (const url of named.pushUrls) {
    try {
      if (await pushOnce(context, session, { seen, url, refspecs, isMirror, name, named })) exitCode = 1;
    } catch (error) {
      if (!isUnclear(error)) throw error;
      io.stderr.write(`error: ${error.message}\nerror: failed to push some refs to '${anonymous(url)}'\n`);
      exitCode = 1;
    }
  }
  return exitCode;
};

/** Whether a refspec names nothing, or too much. */
function isUnclear(error: unknown): error is GovcError {
  return error instanceof GovcError && (error.code === 'refspec-source-missing' || error.code === 'refspec-invalid');
}

function optionsOf(seen: PushArguments): Parameters<typeof parseOptions>[1]['options'] {
  return [
    count('v|verbose', 'be more verbose', (times) => { seen.verbosity = times; }),
    flag('q|quiet', 'be more quiet', (isOn) => { seen.isQuiet = isOn; }),
    value('repo', 'repository', 'repository', (text) => { seen.repository = text; }),
    flag('all', 'push all refs', (isOn) => { seen.all = isOn; }),
    flag('mirror', 'mirror all refs', (isOn) => { seen.mirror = isOn; }),
    flag('d|delete', 'delete refs', (isOn) => { seen.deletes = isOn; }),
    flag('tags', "push tags (can't be used with --all or --mirror)", (isOn) => { seen.tags = isOn; }),
    flag('n|dry-run', 'dry run', (isOn) => { seen.isDryRun = isOn; }),
    flag('porcelain', 'machine-readable output', (isOn) => { seen.isPorcelain = isOn; }),
    flag('f|force', 'force updates', (isOn) => { seen.isForced = isOn; }),
    optionalValue('force-with-lease', '<refname>:<expect>', 'require old value of ref to be at this value', (text, isSet) => {
      if (!isSet) seen.leases = [];
      else seen.leases.push(leaseOf(text));
    }),
    flag('force-if-includes', 'require remote updates to be integrated locally', (isOn) => { seen.mustInclude = isOn; }),
    optionalValue('recurse-submodules', '(check|on-demand|no)', 'control recursive pushing of submodules', () => undefined),
    flag('thin', 'use thin pack', (isOn) => { seen.isThin = isOn; }),
    value('receive-pack', 'receive-pack', 'receive pack program', (text) => { seen.receivePack = text; }),
    value('exec', 'receive-pack', 'receive pack program', (text) => { seen.receivePack = text; }),
    flag('u|set-upstream', 'set upstream for git pull/status', (isOn) => { seen.setUpstream = isOn; }),
    flag('progress', 'force progress reporting', (isOn) => { seen.progress = isOn; }),
    flag('prune', 'prune locally removed refs', (isOn) => { seen.prune = isOn; }),
    flag('verify', 'bypass pre-push hook', (isOn) => { seen.runsHook = isOn; }),
    flag('follow-tags', 'push missing but relevant tags', (isOn) => { seen.followsTags = isOn; }),
    optionalValue('signed', '(yes|no|if-asked)', 'GPG sign the push', (text, isSet) => (isSet && text !== 'no' && text !== 'if-asked' ? 'is not possible: the receiving end does not support --signed push' : undefined)),
    flag('atomic', 'request atomic transaction on remote side', (isOn) => { seen.isAtomic = isOn; }),
    value('o|push-option', 'server-specific', 'option to transmit', (text) => {
      if (text === undefined) seen.options = [];
      else seen.options.push(text);
    }),
    flag('4|ipv4', 'use IPv4 addresses only', (isOn) => { seen.family = isOn ? 'ipv4' : 'any'; }),
    flag('6|ipv6', 'use IPv6 addresses only', (isOn) => { seen.family = isOn ? 'ipv6' : 'any'; }),
  ];
}

function leaseOf(text: string | undefined): PushArguments['leases'][number] {
  if (text === undefined) return { ref: undefined, expected: undefined };
  const colon = text.indexOf(':');
  return colon < 0 ? { ref: text, expected: undefined } : { ref: text.slice(0, colon), expected: text.slice(colon + 1) };
}

interface Asked {
  readonly name: string;
  readonly words: readonly string[];
  readonly branch: string | undefined;
  readonly isMirror: boolean;
  readonly configured: readonly string[];
}

/** What is pushed where the command line does not say (`push.default`). */
function refspecsOf(session: Session, seen: PushArguments, { name, words, branch, isMirror, configured }: Asked): string[] {
  const specs = seen.deletes ? words.map((word) => (word.includes(':') ? die('--delete only accepts plain target ref names') : `:${word}`)) : [...words];
  if (isMirror) return specs;
  if (seen.tags) specs.push('refs/tags/*');
  if (seen.all) return ['refs/heads/*', ...specs];
  if (specs.length > 0) return specs.map((spec) => ownTarget(session, spec, branch, name));
  if (configured.length > 0) return [...configured];
  return [defaultRefspec(session, seen, { name, branch })];
}

/** A branch without a target goes to its upstream where `push.default` says so. */
function ownTarget({ config, repository }: Session, spec: string, _branch: string | undefined, name: string): string {
  if (spec.includes(':') || !/^(?:upstream|tracking)$/.test(config.get('push.default') ?? '')) return spec;
  const short = spec.replace(/^\+/, '').replace(/^refs\/heads\//, '');
  if (!repository.snapshot.refs.has(`refs/heads/${short}`) || config.get(`branch.${short}.remote`) !== name) return spec;
  const merge = config.get(`branch.${short}.merge`);
  return merge === undefined ? spec : `${spec}:${merge}`;
}

function defaultRefspec({ config, repository }: Session, seen: PushArguments, { name, branch }: Pick<Asked, 'name' | 'branch'>): string {
  const kind = config.get('push.default') ?? 'simple';
  if (kind === 'matching') return ':';
  if (kind === 'nothing') die('You didn\'t specify any refspecs to push, and push.default is "nothing".');
  if (branch === undefined || repository.head().ref?.startsWith('refs/heads/') !== true) {
    die(`You are not currently on a branch.\nTo push the history leading to the current (detached HEAD)\nstate now, use\n\n    git push ${name} HEAD:<name-of-remote-branch>\n`);
  }
  const own = `refs/heads/${branch}`;
  if (kind === 'current') return own;
  const fetchesFrom = config.get(`branch.${branch}.remote`);
  const merge = config.get(`branch.${branch}.merge`);
  const isTriangular = defaultPushRemoteName(config, branch) !== (fetchesFrom ?? 'origin');
  if (kind === 'simple' && (isTriangular || (fetchesFrom ?? 'origin') !== name)) return own;
  if (merge === undefined || fetchesFrom === undefined) {
    if (seen.setUpstream || config.getBool('push.autosetupremote', false)) {
      seen.setUpstream = true;
      return own;
    }
    die(`The current branch ${branch} has no upstream branch.\nTo push the current branch and set the remote as upstream, use\n\n    git push --set-upstream ${name} ${branch}\n\nTo have this happen automatically for branches without a tracking\nupstream, see 'push.autoSetupRemote' in 'git help config'.\n`);
  }
  if (kind === 'simple' && merge !== own) {
    const short = merge.replace(/^refs\/heads\//, '');
    die(`The upstream branch of your current branch does not match\nthe name of your current branch.  To push to the upstream branch\non the remote, use\n\n    git push ${name} HEAD:${short}\n\nTo push to the branch of the same name on the remote, use\n\n    git push ${name} HEAD\n\nTo choose either option permanently, see push.default in 'git help config'.\n\nTo avoid automatically configuring an upstream branch when its name\nwon't match the local branch, see option 'simple' of branch.autoSetupMerge\nin 'git help config'.\n`);
  }
  return `${own}:${merge}`;
}

interface Once {
  readonly seen: PushArguments;
  readonly url: string;
  readonly refspecs: readonly string[];
  readonly isMirror: boolean;
  readonly name: string;
  readonly named: ReturnType<typeof namedRemote>;
}

async function pushOnce(context: Parameters<Command>[1], session: Session, { seen, url, refspecs, isMirror, name, named }: Once): Promise<boolean> {
  const { config, repository, io } = session;
  const connect = await transportTo(context, config, url, { remote: named.remote, receivePack: seen.receivePack, family: seen.family });
  if (seen.verbosity > 0) io.stderr.write(`Pushing to ${url}\n`);
  const shows = !seen.isQuiet && (seen.progress ?? io.isTerminal?.(2) === true);
  const hook = seen.runsHook ? await preparedHook(session, { name: named.isConfigured ? name : url, url }) : undefined;
  const messages = remoteMessages(io);
  const base = {
    connect, refspecs, isMirror, isPruning: seen.prune, followsTags: seen.followsTags ?? config.getBool('push.followtags', false), isForced: seen.isForced,
    leases: seen.leases.map(({ ref, expected }) => ({ ref, expected: expected === undefined ? undefined : expectedId(session, expected) })),
    mustInclude: seen.mustInclude || config.getBool('push.useforceifincludes', false), isAtomic: seen.isAtomic, isQuiet: seen.isQuiet, isThin: seen.isThin,
    pushOptions: seen.options.length > 0 ? seen.options : config.getAll('push.pushoption').length > 0 ? config.getAll('push.pushoption') : undefined,
    trackingRefspecs: config.getAll(`remote.${named.remote.name}.fetch`), committer: session.identity('committer', { isStrict: false }), agent: AGENT, signal: io.signal,
    onMessage: messages.take, onDiagnostic: (bytes: Uint8Array) => void io.stderr.write(bytes),
    onProgress: shows ? progressTo(io) : undefined,
  };
  if (hook !== undefined) {
    // The hook is a program, which the plan of a push cannot wait for: it is asked about a dry run first.
    const planned = await repository.push({ ...base, isDryRun: true, onMessage: undefined, onProgress: undefined });
    await hook(planned.updates);
  }
  const outcome = await repository.push({ ...base, isDryRun: seen.isDryRun }).finally(messages.end);
  const failed = reportPush(session, outcome, { url, isVerbose: seen.verbosity > 0, isQuiet: seen.isQuiet, isPorcelain: seen.isPorcelain });
  if (seen.setUpstream && !seen.isDryRun) setUpstreams(session, outcome.updates, { name, isQuiet: seen.isQuiet });
  return failed;
}

function expectedId({ algorithm, repository }: Session, text: string): ReturnType<typeof findObjectId> {
  if (text === '') return algorithm.zeroId;
  return findObjectId(text, algorithm) ?? repository.resolve(text);
}

function progressTo({ stderr }: Session['io']): (phase: string, done: number, total: number | undefined) => void {
  let last = '';
  return (phase, done, total) => {
    const percent = total === undefined || total === 0 ? `${done}` : `${String(Math.floor((done * 100) / total)).padStart(3)}% (${done}/${total})`;
    const text = `${phase}: ${percent}`;
    const isEnd = done === total;
    if (text === last) return;
    last = text;
    stderr.write(isEnd ? `${text}, done.\n` : `${text}\r`);
  };
}

/** Runs `pre-push` with what is planned. @throws {Failure} it said no */
async function preparedHook(
  { config, commonDirectory, io, worktreePath, gitDirectory, algorithm, commonFiles }: Session, { name, url }: { readonly name: string; readonly url: string },
): Promise<((updates: readonly PushUpdate[]) => Promise<void>) | undefined> {
  const folder = config.getPath('core.hookspath', io.env['HOME']) ?? `${commonDirectory}/hooks`;
  const path = `${folder}/pre-push`;
  const isHere = folder === `${commonDirectory}/hooks` ? commonFiles.find('hooks/pre-push')?.isExecutable === true : io.files.kindAt(path) === 'file';
  if (!isHere || io.spawn === undefined) return undefined;
  const { spawn } = io;
  return async (updates) => {
    const lines = updates.filter(({ status }) => ['new', 'fast-forward', 'forced', 'deleted'].includes(status)).map(({ source, sourceRef, target, oldId, newId }) =>
      `${newId === undefined ? '(delete)' : sourceRef ?? source ?? ''} ${newId ?? algorithm.zeroId} ${target} ${oldId ?? algorithm.zeroId}\n`);
    const { exitCode, stdout } = await spawn.run([path, name, url], {
      cwd: worktreePath ?? gitDirectory, env: { ...io.env, GIT_DIR: gitDirectory }, stdin: bytesFromText(lines.join('')), output: 'captureStdout',
    });
    io.stdout.write(stdout);
    if (exitCode !== 0) throw new Failure(`error: failed to push some refs to '${url}'\n`, 1);
  };
}

function setUpstreams(session: Session, updates: readonly PushUpdate[], { name, isQuiet }: { readonly name: string; readonly isQuiet: boolean }): void {
  const edit = new ConfigEdit(session);
  const lines: string[] = [];
  for (const { sourceRef, target, status } of updates) {
    if (sourceRef?.startsWith('refs/heads/') !== true || !target.startsWith('refs/heads/') || status === 'rejected' || status === 'refused') continue;
    const branch = prettyRef(sourceRef);
    edit.set(`branch.${branch}.remote`, name).set(`branch.${branch}.merge`, target);
    lines.push(`branch '${branch}' set up to track '${name}/${prettyRef(target)}'.\n`);
  }
  if (lines.length === 0) return;
  edit.write();
  if (!isQuiet) session.io.stdout.write(lines.join(''));
}
