import { defaultRemoteName, remoteNames, type FetchDepth } from '@govc/core/protocol';
import { parseApproxidate } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { count, flag, integer, optionalValue, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { fetchRemote, type FetchSettings } from '../remote/fetch-remote.js';
import { namedRemote } from '../remote/named-remote.js';

const USAGE = [
  'git fetch [<options>] [<repository> [<refspec>...]]', 'git fetch [<options>] <group>', 'git fetch --multiple [<options>] [(<repository> | <group>)...]',
  'git fetch --all [<options>]',
];

/** What the options of `git fetch` and `git pull` have in common, as they are read. */
export interface FetchArguments {
  verbosity: number;
  isQuiet: boolean;
  tags: FetchSettings['tags'] | undefined;
  prune: boolean | undefined;
  pruneTags: boolean | undefined;
  isForced: boolean;
  isAtomic: boolean;
  isDryRun: boolean;
  appends: boolean;
  writesFetchHead: boolean;
  updateHeadOk: boolean;
  depth: number | undefined;
  deepen: number | undefined;
  unshallow: boolean;
  since: string | undefined;
  not: string[];
  filter: string | undefined;
  uploadPack: string | undefined;
  serverOptions: string[];
  setUpstream: boolean;
  family: FetchSettings['family'];
  progress: boolean | undefined;
}

/** Nothing asked for. */
export function emptyFetchArguments(): FetchArguments {
  return {
    verbosity: 0, isQuiet: false, tags: undefined, prune: undefined, pruneTags: undefined, isForced: false, isAtomic: false, isDryRun: false, appends: false,
    writesFetchHead: true, updateHeadOk: false, depth: undefined, deepen: undefined, unshallow: false, since: undefined, not: [], filter: undefined,
    uploadPack: undefined, serverOptions: [], setUpstream: false, family: 'any', progress: undefined,
  };
}

/** The options that both commands take. */
export function fetchOptions(seen: FetchArguments): Option[] {
  return [
    count('v|verbose', 'be more verbose', (times) => { seen.verbosity = times; }),
    flag('q|quiet', 'be more quiet', (isOn) => { seen.isQuiet = isOn; }),
    flag('a|append', 'append to .git/FETCH_HEAD instead of overwriting', (isOn) => { seen.appends = isOn; }),
    flag('atomic', 'use atomic transaction to update references', (isOn) => { seen.isAtomic = isOn; }),
    value('upload-pack', 'path', 'path to upload pack on remote end', (text) => { seen.uploadPack = text; }),
    flag('f|force', 'force overwrite of local reference', (isOn) => { seen.isForced = isOn; }),
    flag('t|tags', 'fetch all tags and associated objects', (isOn) => { seen.tags = isOn ? 'all' : 'none'; }),
    flag('n', 'do not fetch all tags (--no-tags)', (isOn) => { seen.tags = isOn ? 'none' : 'auto'; }),
    value('j|jobs', 'n', 'number of submodules fetched in parallel', () => undefined),
    flag('p|prune', 'prune remote-tracking branches no longer on remote', (isOn) => { seen.prune = isOn; }),
    flag('P|prune-tags', 'prune local tags no longer on remote and clobber changed tags', (isOn) => { seen.pruneTags = isOn; }),
    optionalValue('recurse-submodules', 'on-demand', 'control recursive fetching of submodules', () => undefined),
    flag('dry-run', 'dry run', (isOn) => { seen.isDryRun = isOn; }),
    flag('write-fetch-head', 'write fetched references to the FETCH_HEAD file', (isOn) => { seen.writesFetchHead = isOn; }),
    flag('k|keep', 'keep downloaded pack', () => undefined),
    flag('u|update-head-ok', 'allow updating of HEAD ref', (isOn) => { seen.updateHeadOk = isOn; }),
    flag('progress', 'force progress reporting', (isOn) => { seen.progress = isOn; }),
    integer('depth', 'depth', 'deepen history of shallow clone', (number) => { seen.depth = number; }),
    value('shallow-since', 'time', 'deepen history of shallow repository based on time', (text) => { seen.since = text; }),
    value('shallow-exclude', 'revision', 'deepen history of shallow clone, excluding rev', (text) => { if (text !== undefined) seen.not.push(text); }),
    integer('deepen', 'n', 'deepen history of shallow clone', (number) => { seen.deepen = number; }),
    flag('unshallow', 'convert to a complete repository', (isOn) => { seen.unshallow = isOn; }, { canNegate: false }),
    flag('update-shallow', 'accept refs that update .git/shallow', () => undefined),
    value('refmap', 'refmap', 'specify fetch refmap', () => undefined),
    value('o|server-option', 'server-specific', 'option to transmit', (text) => { if (text !== undefined) seen.serverOptions.push(text); }),
    flag('4|ipv4', 'use IPv4 addresses only', (isOn) => { seen.family = isOn ? 'ipv4' : 'any'; }),
    flag('6|ipv6', 'use IPv6 addresses only', (isOn) => { seen.family = isOn ? 'ipv6' : 'any'; }),
    value('negotiation-tip', 'revision', 'report that we have only objects reachable from this object', () => undefined),
    value('filter', 'args', 'object filtering', (text) => { seen.filter = text; }),
    flag('auto-maintenance', 'run \'maintenance --auto\' after fetching', () => undefined),
    flag('auto-gc', 'run \'maintenance --auto\' after fetching', () => undefined, { isHidden: true }),
    flag('show-forced-updates', 'check for forced-updates on all updated branches', () => undefined),
    flag('set-upstream', 'set upstream for git pull/fetch', (isOn) => { seen.setUpstream = isOn; }),
  ];
}

/** `git fetch`. */
export const fetchCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = emptyFetchArguments();
  const which = { isAll: false, isMultiple: false };
  const rest = parseOptions(args, { io, usage: USAGE, options: [
    flag('all', 'fetch from all remotes', (isOn) => { which.isAll = isOn; }),
    flag('m|multiple', 'fetch from multiple remotes', (isOn) => { which.isMultiple = isOn; }),
    ...fetchOptions(seen),
  ] });
  if (seen.filter !== undefined) die('partial clones are not made: what --filter leaves out could not be fetched later');
  const session = await context.session();
  const { config } = session;
  if (which.isAll && rest.length > 0) die(rest.length === 1 ? 'fetch --all does not take a repository argument' : 'fetch --all does not make sense with refspecs');
  const group = rest.length === 1 ? config.get(`remotes.${rest[0]!}`) : undefined;
  const several = which.isAll ? remoteNames(config).filter((name) => !config.getBool(`remote.${name}.skipfetchall`, false)) : which.isMultiple ? rest : group?.split(/\s+/);
  if (several !== undefined) {
    let exitCode = 0;
    for (const [index, name] of several.entries()) {
      if (!seen.isQuiet && (several.length > 1 || which.isMultiple)) io.stdout.write(`Fetching ${name}\n`);
      const result = await fetchRemote(context, session, {
        named: namedRemote(config, name, session.algorithm), refspecs: [], settings: settingsOf({ ...seen, appends: seen.appends || index > 0 }, { context, session, name, refspecs: [] }),
      });
      exitCode = Math.max(exitCode, result.exitCode);
    }
    return exitCode;
  }
  const branch = session.repository.head().ref?.replace(/^refs\/heads\//, '');
  const [name = defaultRemoteName(config, branch), ...refspecs] = rest;
  const named = namedRemote(config, name, session.algorithm);
  if (!named.isConfigured && rest.length === 0) {
    die('No remote repository specified.  Please, specify either a URL or a\nremote name from which new revisions should be fetched.');
  }
  return (await fetchRemote(context, session, { named, refspecs: joinTags(refspecs), settings: settingsOf(seen, { context, session, name, refspecs }) })).exitCode;
};

/** `tag <name>` is how a tag is named on the command line. */
export function joinTags(words: readonly string[]): string[] {
  const specs: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== 'tag') {
      specs.push(words[i]!);
      continue;
    }
    const name = words[++i] ?? die('You need to specify a tag name.');
    specs.push(`refs/tags/${name}:refs/tags/${name}`);
  }
  return specs;
}

interface Around {
  readonly context: Parameters<Command>[1];
  readonly session: Awaited<ReturnType<Parameters<Command>[1]['session']>>;
  readonly name: string;
  readonly refspecs: readonly string[];
}

/** The options with what the configuration says where they are silent. */
export function settingsOf(seen: FetchArguments, { context, session, name, refspecs }: Around): FetchSettings {
  const { config, io } = session;
  const { remote } = namedRemote(config, name, session.algorithm);
  const isAlone = refspecs.length === 0;
  return {
    loudness: seen.isQuiet ? 'quiet' : seen.verbosity > 0 ? 'verbose' : 'normal',
    tags: seen.tags ?? (isAlone || remote.tags !== 'auto' ? remote.tags : 'auto'),
    prune: seen.prune ?? remote.prune ?? config.getBool('fetch.prune', false),
    pruneTags: seen.pruneTags ?? remote.pruneTags ?? config.getBool('fetch.prunetags', false),
    isForced: seen.isForced, isAtomic: seen.isAtomic, isDryRun: seen.isDryRun, appends: seen.appends, writesFetchHead: seen.writesFetchHead,
    updateHeadOk: seen.updateHeadOk, depth: depthOf(seen, session), filter: seen.filter, uploadPack: seen.uploadPack, serverOptions: seen.serverOptions,
    setUpstream: seen.setUpstream, family: seen.family, progress: seen.progress ?? io.isTerminal?.(2) === true,
    reflogPrefix: io.env['GIT_REFLOG_ACTION'] ?? [context.name, ...(isAlone && name === 'origin' && context.name === 'fetch' ? [] : [name]), ...refspecs].join(' '),
  };
}

function depthOf(seen: FetchArguments, session: Around['session']): FetchDepth | undefined {
  if (seen.depth !== undefined && seen.depth < 1) die(`depth ${seen.depth} is not a positive number`);
  if (seen.deepen !== undefined && seen.deepen < 0) die('negative depth in --deepen is not supported');
  if (seen.deepen !== undefined && seen.depth !== undefined) die("options '--deepen' and '--depth' cannot be used together");
  if (seen.unshallow) {
    if (session.repository.snapshot.shallow.size === 0) die('--unshallow on a complete repository does not make sense');
    if (seen.depth !== undefined) die("options '--depth' and '--unshallow' cannot be used together");
    return { depth: Number.POSITIVE_INFINITY };
  }
  if (seen.deepen !== undefined) return { depth: seen.deepen, isRelative: true };
  if (seen.depth !== undefined) return { depth: seen.depth };
  if (seen.since === undefined && seen.not.length === 0) return undefined;
  const nowSeconds = Math.floor(session.io.clock() / 1000);
  return { sinceSeconds: seen.since === undefined ? undefined : parseApproxidate(seen.since, { nowSeconds }), not: seen.not };
}
