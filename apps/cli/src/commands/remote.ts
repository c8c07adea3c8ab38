import { checkRefFormat, type RefName } from '@govc/core/plumbing';
import { listRemote, readRemoteConfig, remoteNames, remoteUrls } from '@govc/core/protocol';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { ConfigEdit } from '../remote/config-edit.js';
import { AGENT } from '../remote/serve.js';
import { transportTo } from '../remote/transport.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git remote [-v | --verbose]',
  'git remote add [-t <branch>] [-m <master>] [-f] [--tags | --no-tags] [--mirror=<fetch|push>] <name> <url>',
  'git remote rename [--[no-]progress] <old> <new>', 'git remote remove <name>', 'git remote set-head <name> (-a | --auto | -d | --delete | <branch>)',
  'git remote [-v | --verbose] show [-n] <name>', 'git remote prune [-n | --dry-run] <name>',
  'git remote [-v | --verbose] update [-p | --prune] [(<group> | <remote>)...]', 'git remote set-branches [--add] <name> <branch>...',
  'git remote get-url [--push] [--all] <name>', 'git remote set-url [--push] <name> <newurl> [<oldurl>]', 'git remote set-url --add <name> <newurl>',
  'git remote set-url --delete <name> <url>',
];

/** `git remote`. */
export const remoteCommand: Command = async (args, context) => {
  const seen = { isVerbose: false };
  const options = [flag('v|verbose', 'be verbose; must be placed before a subcommand', (isOn) => { seen.isVerbose = isOn; })];
  const [subcommand, ...rest] = parseOptions(args, { io: context.io, usage: USAGE, options, stopsAtArgument: true });
  const session = await context.session();
  switch (subcommand) {
    case undefined:
      return list(session, seen.isVerbose);
    case 'add':
      return add(context, session, rest);
    case 'rename':
      return rename(session, rest);
    case 'remove': case 'rm':
      return remove(context, session, rest);
    case 'get-url':
      return getUrl(context, session, rest);
    case 'set-url':
      return setUrl(context, session, rest);
    case 'set-branches':
      return setBranches(context, session, rest);
    case 'set-head':
      return setHead(context, session, rest);
    case 'prune':
      return prune(context, session, rest);
    case 'update':
      return context.run(['fetch', ...(rest.includes('-p') || rest.includes('--prune') ? ['--prune'] : []), ...groupOf(session, rest.filter((word) => !word.startsWith('-')))]);
    case 'show':
      return show(context, session, { words: rest, isVerbose: seen.isVerbose });
    default:
      return usageError(usageText(USAGE, options), `unknown subcommand: \`${subcommand}'`);
  }
};

function groupOf({ config }: Session, words: readonly string[]): string[] {
  if (words.length > 0) return ['--multiple', ...words];
  return config.get('remotes.default') === undefined ? ['--all'] : ['--multiple', ...config.get('remotes.default')!.split(/\s+/)];
}

function list({ config, algorithm, io }: Session, isVerbose: boolean): number {
  for (const name of [...remoteNames(config)].sort()) {
    if (!isVerbose) {
      writeText(io.stdout, `${name}\n`);
      continue;
    }
    const remote = readRemoteConfig(config, name, algorithm);
    const filter = remote.partialCloneFilter === undefined || !remote.isPromisor ? '' : ` [${remote.partialCloneFilter}]`;
    writeText(io.stdout, `${name}\t${remoteUrls(config, remote, 'fetch')[0]!} (fetch)${filter}\n`);
    for (const url of remoteUrls(config, remote, 'push')) writeText(io.stdout, `${name}\t${url} (push)\n`);
  }
  return 0;
}

/** @throws {Failure} there is no such remote: exit code 2, as Git's */
function mustExist({ config }: Session, name: string, colon = ''): string {
  if (!remoteNames(config).includes(name)) throw new Failure(`error: No such remote${colon} '${name}'\n`, 2);
  return name;
}

function one(words: readonly string[], usage: readonly string[], count = 1): void {
  if (words.length !== count) throw new Failure(usageText(usage, []), 129);
}

async function add(context: Context, session: Session, args: readonly string[]): Promise<number> {
  const usage = ['git remote add [<options>] <name> <url>'];
  const seen = { fetches: false, tags: undefined as '--tags' | '--no-tags' | undefined, branches: [] as string[], master: undefined as string | undefined, mirror: undefined as string | undefined };
  const options = [
    flag('f|fetch', 'fetch the remote branches', (isOn) => { seen.fetches = isOn; }),
    flag('tags', 'import all tags and associated objects when fetching\nor do not fetch any tag at all (--no-tags)', (isOn) => { seen.tags = isOn ? '--tags' : '--no-tags'; }),
    value('t|track', 'branch', 'branch(es) to track', (text) => { if (text !== undefined) seen.branches.push(text); }),
    value('m|master', 'branch', 'master branch', (text) => { seen.master = text; }),
    optionalValue('mirror', '(push|fetch)', 'set up remote as a mirror to push to or fetch from', (text) => { seen.mirror = text ?? 'both'; }),
  ];
  const words = parseOptions(args, { io: context.io, usage, options });
  if (words.length !== 2) throw new Failure(usageText(usage, options), 129);
  const [name, url] = words as [string, string];
  if (remoteNames(session.config).includes(name)) throw new Failure(`error: remote ${name} already exists.\n`, 3);
  if (!isName(name)) die(`'${name}' is not a valid remote name`);
  const edit = new ConfigEdit(session).set(`remote.${name}.url`, url);
  const branches = seen.branches.length === 0 ? ['*'] : seen.branches;
  if (seen.mirror === undefined || seen.mirror === 'both' || seen.mirror === 'fetch') {
    for (const branch of branches) edit.add(`remote.${name}.fetch`, seen.mirror === undefined ? trackingSpec(name, branch) : branch === '*' ? '+refs/*:refs/*' : `+refs/heads/${branch}:refs/heads/${branch}`);
  }
  if (seen.mirror === 'both' || seen.mirror === 'push') edit.set(`remote.${name}.mirror`, 'true');
  if (seen.tags !== undefined) edit.set(`remote.${name}.tagOpt`, seen.tags);
  edit.write();
  if (seen.fetches) {
    context.io.stdout.write(`Updating ${name}\n`);
    const code = await context.run(['fetch', name]);
    if (code !== 0) throw new Failure(`error: Could not fetch ${name}\n`, 1);
  }
  if (seen.master === undefined) return 0;
  return context.run(['symbolic-ref', '-m', 'remote add', `refs/remotes/${name}/HEAD`, `refs/remotes/${name}/${seen.master}`]);
}

function trackingSpec(name: string, branch: string): string {
  return `+refs/heads/${branch}:refs/remotes/${name}/${branch}`;
}

function isName(name: string): boolean {
  return checkRefFormat(`refs/remotes/${name}/test`).valid;
}

async function rename(session: Session, args: readonly string[]): Promise<number> {
  const words = args.filter((word) => !/^--(?:no-)?progress$/.test(word));
  one(words, ['git remote rename [--[no-]progress] <old> <new>'], 2);
  const [from, to] = words as [string, string];
  mustExist(session, from, ':');
  if (from === to) return 0;
  if (remoteNames(session.config).includes(to)) throw new Failure(`error: remote ${to} already exists.\n`, 3);
  if (!isName(to)) die(`'${to}' is not a valid remote name`);
  const { config, repository } = session;
  const edit = new ConfigEdit(session).renameSection(`remote.${from}`, `remote.${to}`);
  const specs = config.getAll(`remote.${from}.fetch`);
  if (specs.length > 0) {
    edit.unset(`remote.${to}.fetch`);
    for (const spec of specs) edit.add(`remote.${to}.fetch`, spec.replace(`:refs/remotes/${from}/`, `:refs/remotes/${to}/`));
  }
  for (const branch of config.subsections('branch')) {
    if (config.get(`branch.${branch}.remote`) === from) edit.set(`branch.${branch}.remote`, to);
    if (config.get(`branch.${branch}.pushremote`) === from) edit.set(`branch.${branch}.pushRemote`, to);
  }
  if (config.get('remote.pushdefault') === from) edit.set('remote.pushDefault', to);
  edit.write();
  const old = `refs/remotes/${from}/`;
  repository.propose({ origin: 'remote' }, (draft) => {
    for (const [key, ref] of repository.snapshot.refs.entries(old)) {
      const name = key as RefName;
      const target = `refs/remotes/${to}/${key.slice(old.length)}` as RefName;
      const moved = ref.kind === 'symbolic' && ref.target.startsWith(old) ? { ...ref, target: `refs/remotes/${to}/${ref.target.slice(old.length)}` as RefName } : ref;
      draft.editRef(name, undefined);
      draft.editRef(target, moved);
    }
  });
  await repository.flush();
  return 0;
}

async function remove(context: Context, session: Session, words: readonly string[]): Promise<number> {
  one(words, ['git remote remove <name>']);
  const name = mustExist(session, words[0]!, ':');
  const { config, repository } = session;
  const edit = new ConfigEdit(session).removeSection(`remote.${name}`);
  for (const branch of config.subsections('branch')) {
    if (config.get(`branch.${branch}.remote`) === name) edit.unset(`branch.${branch}.remote`).unset(`branch.${branch}.merge`);
    if (config.get(`branch.${branch}.pushremote`) === name) edit.unset(`branch.${branch}.pushremote`);
  }
  edit.write();
  const kept: string[] = [];
  repository.propose({ origin: 'remote' }, (draft) => {
    for (const spec of config.getAll(`remote.${name}.fetch`)) {
      const folder = /:(refs\/.*\/)\*$/.exec(spec)?.[1];
      if (folder === undefined || folder.startsWith('refs/remotes/')) continue;
      kept.push(...[...repository.snapshot.refs.entries(folder)].map(([key]) => key).filter((key) => key.startsWith('refs/heads/')));
    }
    for (const [key] of repository.snapshot.refs.entries(`refs/remotes/${name}/`)) draft.editRef(key as RefName, undefined);
  });
  await repository.flush();
  if (kept.length > 0) {
    const what = kept.length === 1 ? 'A branch outside the refs/remotes/ hierarchy was not removed;\nto delete it, use:' : 'Some branches outside the refs/remotes/ hierarchy were not removed;\nto delete them, use:';
    writeText(context.io.stderr, `Note: ${what}\n${kept.map((key) => `  git branch -d ${key.slice('refs/heads/'.length)}\n`).join('')}`);
  }
  return 0;
}

function getUrl({ io }: Context, session: Session, args: readonly string[]): number {
  const usage = ['git remote get-url [--push] [--all] <name>'];
  const seen = { isPush: false, isAll: false };
  const options = [
    flag('push', 'query push URLs rather than fetch URLs', (isOn) => { seen.isPush = isOn; }),
    flag('all', 'return all URLs', (isOn) => { seen.isAll = isOn; }),
  ];
  const words = parseOptions(args, { io, usage, options });
  if (words.length !== 1) throw new Failure(usageText(usage, options), 129);
  const remote = readRemoteConfig(session.config, mustExist(session, words[0]!), session.algorithm);
  const urls = remoteUrls(session.config, remote, seen.isPush ? 'push' : 'fetch');
  for (const url of seen.isAll ? urls : urls.slice(0, 1)) writeText(io.stdout, `${url}\n`);
  return 0;
}

function setUrl({ io }: Context, session: Session, args: readonly string[]): number {
  const usage = ['git remote set-url [--push] <name> <newurl> [<oldurl>]', 'git remote set-url --add <name> <newurl>', 'git remote set-url --delete <name> <url>'];
  const seen = { isPush: false, adds: false, deletes: false };
  const options = [
    flag('push', 'manipulate push URLs', (isOn) => { seen.isPush = isOn; }),
    flag('add', 'add URL', (isOn) => { seen.adds = isOn; }),
    flag('delete', 'delete URLs', (isOn) => { seen.deletes = isOn; }),
  ];
  const words = parseOptions(args, { io, usage, options });
  if (seen.adds && seen.deletes) die('--add --delete doesn\'t make sense');
  if (words.length < 2 || words.length > 3 || ((seen.adds || seen.deletes) && words.length !== 2)) throw new Failure(usageText(usage, options), 129);
  const [name, next, old] = words as [string, string, string | undefined];
  mustExist(session, name);
  const key = `remote.${name}.${seen.isPush ? 'pushurl' : 'url'}`;
  const urls = session.config.getAll(key);
  const edit = new ConfigEdit(session);
  if (seen.adds) {
    edit.add(key, next).write();
    return 0;
  }
  const pattern = seen.deletes ? next : old;
  if (pattern === undefined) {
    edit.set(key, next).write();
    return 0;
  }
  const matcher = matcherOf(pattern);
  const matched = urls.filter((url) => matcher.test(url));
  if (matched.length === 0) die(`No such URL found: ${pattern}`);
  if (seen.deletes && !seen.isPush && matched.length === urls.length) die('Will not delete all non-push URLs');
  edit.unset(key);
  let isReplaced = false;
  for (const url of urls) {
    if (!matcher.test(url)) edit.add(key, url);
    else if (!seen.deletes && !isReplaced) {
      edit.add(key, next);
      isReplaced = true;
    }
  }
  edit.write();
  return 0;
}

function matcherOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    // What JavaScript cannot read as a pattern is no pattern of this command either.
    return die(`Invalid old URL pattern: ${pattern}`);
  }
}

function setBranches({ io }: Context, session: Session, args: readonly string[]): number {
  const usage = ['git remote set-branches <name> <branch>...', 'git remote set-branches --add <name> <branch>...'];
  const seen = { adds: false };
  const options = [flag('add', 'add branch', (isOn) => { seen.adds = isOn; })];
  const words = parseOptions(args, { io, usage, options });
  if (words.length === 0) throw new Failure(`error: no remote specified\n${usageText(usage, options)}`, 129);
  const [name, ...branches] = words as [string, ...string[]];
  mustExist(session, name);
  const edit = new ConfigEdit(session);
  if (!seen.adds) edit.unset(`remote.${name}.fetch`);
  const isMirror = session.config.getBool(`remote.${name}.mirror`, false);
  for (const branch of branches) edit.add(`remote.${name}.fetch`, isMirror ? `+refs/heads/${branch}:refs/heads/${branch}` : trackingSpec(name, branch));
  edit.write();
  return 0;
}

async function setHead(context: Context, session: Session, args: readonly string[]): Promise<number> {
  const usage = ['git remote set-head <name> (-a | --auto | -d | --delete | <branch>)'];
  const seen = { isAuto: false, deletes: false };
  const options = [
    flag('a|auto', 'set refs/remotes/<name>/HEAD according to remote', (isOn) => { seen.isAuto = isOn; }),
    flag('d|delete', 'delete refs/remotes/<name>/HEAD', (isOn) => { seen.deletes = isOn; }),
  ];
  const words = parseOptions(args, { io: context.io, usage, options });
  const [name, branch] = words;
  if (name === undefined || words.length !== (seen.isAuto || seen.deletes ? 1 : 2)) throw new Failure(usageText(usage, options), 129);
  const ref = `refs/remotes/${name}/HEAD`;
  if (seen.deletes) {
    if (!session.repository.snapshot.refs.has(ref)) throw new Failure(`error: Could not delete ${ref}\n`, 1);
    return context.run(['symbolic-ref', '--delete', ref]);
  }
  let target = branch;
  if (seen.isAuto) {
    const heads = await headsOf(context, session, name);
    if (heads.length === 0) throw new Failure('error: Cannot determine remote HEAD\n', 1);
    if (heads.length > 1) throw new Failure(`error: Multiple remote HEAD branches. Please choose one explicitly with:\n${heads.map((head) => `  git remote set-head ${name} ${head}\n`).join('')}`, 1);
    target = heads[0]!;
  }
  const full = `refs/remotes/${name}/${target ?? ''}`;
  if (!session.repository.snapshot.refs.has(full)) throw new Failure(`error: Not a valid ref: ${full}\n`, 1);
  const code = await context.run(['symbolic-ref', '-m', 'remote set-head', ref, full]);
  if (code === 0 && seen.isAuto) writeText(context.io.stdout, `${name}/HEAD set to ${target ?? ''}\n`);
  return code;
}

interface Around {
  readonly heads: readonly string[];
  readonly branches: readonly string[];
}

async function lookAround(context: Context, session: Session, name: string): Promise<Around> {
  const { config, algorithm } = session;
  const remote = readRemoteConfig(config, name, algorithm);
  const connect = await transportTo(context, config, remoteUrls(config, remote, 'fetch')[0]!, { remote });
  const { refs } = await listRemote({ connect, prefixes: ['HEAD', 'refs/heads/'], agent: AGENT, signal: context.io.signal, onDiagnostic: (bytes) => void context.io.stderr.write(bytes) });
  const branches = refs.filter((ref) => ref.name.startsWith('refs/heads/'));
  const head = refs.find((ref) => ref.name === 'HEAD');
  const named = head?.symrefTarget;
  const heads = named !== undefined ? [named] : head === undefined ? [] : branches.filter(({ id }) => id === head.id).map((ref) => ref.name);
  return { heads: heads.map((ref) => ref.slice('refs/heads/'.length)), branches: branches.map((ref) => ref.name.slice('refs/heads/'.length)) };
}

async function headsOf(context: Context, session: Session, name: string): Promise<readonly string[]> {
  return (await lookAround(context, session, name)).heads;
}

async function prune(context: Context, session: Session, args: readonly string[]): Promise<number> {
  const usage = ['git remote prune [<options>] <name>'];
  const seen = { isDry: false };
  const options = [flag('n|dry-run', 'dry run', (isOn) => { seen.isDry = isOn; })];
  const words = parseOptions(args, { io: context.io, usage, options });
  if (words.length === 0) throw new Failure(usageText(usage, options), 129);
  for (const name of words) {
    const { branches } = await lookAround(context, session, name);
    const { repository, config, io } = session;
    const folder = `refs/remotes/${name}/`;
    const stale = [...repository.snapshot.refs.entries(folder)].filter(([key, ref]) => ref.kind === 'direct' && !branches.includes(key.slice(folder.length))).map(([key]) => key);
    if (stale.length === 0) continue;
    writeText(io.stdout, `Pruning ${name}\nURL: ${config.get(`remote.${name}.url`) ?? '(no URL)'}\n`);
    if (!seen.isDry) {
      repository.propose({ origin: 'remote' }, (draft) => { for (const key of stale) draft.editRef(key as RefName, undefined); });
      await repository.flush();
    }
    for (const key of stale) writeText(io.stdout, seen.isDry ? ` * [would prune] ${key.slice('refs/remotes/'.length)}\n` : ` * [pruned] ${key.slice('refs/remotes/'.length)}\n`);
  }
  return 0;
}

async function show(context: Context, session: Session, { words, isVerbose }: { readonly words: readonly string[]; readonly isVerbose: boolean }): Promise<number> {
  const asks = !words.includes('-n');
  const names = words.filter((word) => word !== '-n');
  if (names.length === 0) return list(session, isVerbose);
  for (const name of names) await showOne(context, session, { name: mustExist(session, name), asks });
  return 0;
}

async function showOne(context: Context, session: Session, { name, asks }: { readonly name: string; readonly asks: boolean }): Promise<void> {
  const { config, algorithm, io, repository } = session;
  const remote = readRemoteConfig(config, name, algorithm);
  const around = asks ? await lookAround(context, session, name) : undefined;
  const lines = [`* remote ${name}`, `  Fetch URL: ${remoteUrls(config, remote, 'fetch')[0]!}`, ...remoteUrls(config, remote, 'push').map((url) => `  Push  URL: ${url}`)];
  const heads = around?.heads;
  lines.push(heads === undefined ? '  HEAD branch: (not queried)' : heads.length === 1 ? `  HEAD branch: ${heads[0]!}` : heads.length === 0 ? '  HEAD branch: (unknown)'
    : ['  HEAD branch (remote HEAD is ambiguous, may be one of the following):', ...heads.map((head) => `    ${head}`)].join('\n'));
  const folder = `refs/remotes/${name}/`;
  const tracked = new Set([...repository.snapshot.refs.entries(folder)].filter(([key, ref]) => ref.kind === 'direct' && key !== `${folder}HEAD`).map(([key]) => key.slice(folder.length)));
  const branches = around === undefined ? [...tracked].map((branch) => [branch, '']) : [
    ...around.branches.map((branch) => [branch, tracked.has(branch) ? ' tracked' : ` new (next fetch will store in remotes/${name})`]),
    // What the remote has no more is told by the name that it has here.
    ...[...tracked].filter((branch) => !around.branches.includes(branch)).map((branch) => [folder + branch, ' stale (use \'git remote prune\' to remove)']),
  ].sort(([one], [other]) => (one! < other! ? -1 : 1));
  if (branches.length > 0) {
    lines.push(`  Remote branch${branches.length === 1 ? '' : 'es'}:${around === undefined ? ' (status not queried)' : ''}`);
    const width = Math.max(...branches.map(([branch]) => branch!.length));
    for (const [branch, state] of branches) lines.push(`    ${state === '' ? branch! : branch!.padEnd(width)}${state!}`);
  }
  lines.push(...pullLines(session, name), ...pushLines(session, { name, around }));
  writeText(io.stdout, `${lines.join('\n')}\n`);
}

function pullLines({ config }: Session, name: string): string[] {
  const pulls = config.subsections('branch').filter((branch) => config.get(`branch.${branch}.remote`) === name && config.get(`branch.${branch}.merge`) !== undefined).sort();
  if (pulls.length === 0) return [];
  const width = Math.max(...pulls.map((branch) => branch.length));
  return [
    `  Local branch${pulls.length === 1 ? '' : 'es'} configured for 'git pull':`,
    ...pulls.map((branch) => {
      const merge = config.get(`branch.${branch}.merge`)!.replace(/^refs\/heads\//, '');
      const verb = config.getBool(`branch.${branch}.rebase`, false) ? 'rebases onto remote' : 'merges with remote';
      return `    ${branch.padEnd(width)} ${verb} ${merge}`;
    }),
  ];
}

function pushLines({ repository, config }: Session, { name, around }: { readonly name: string; readonly around: Around | undefined }): string[] {
  if (config.getAll(`remote.${name}.push`).length > 0 || config.getBool(`remote.${name}.mirror`, false)) return [];
  if (around === undefined) return ['  Local ref configured for \'git push\' (status not queried):', '    (matching) pushes to (matching)'];
  const { refs } = repository.snapshot;
  const shared = [...refs.entries('refs/heads/')].map(([key]) => key.slice('refs/heads/'.length)).filter((branch) => around.branches.includes(branch));
  if (shared.length === 0) return [];
  const width = Math.max(...shared.map((branch) => branch.length));
  const state = (branch: string): string => {
    const [own, theirs] = [refs.get(`refs/heads/${branch}`), refs.get(`refs/remotes/${name}/${branch}`)];
    const [mine, other] = [own?.kind === 'direct' ? own.id : undefined, theirs?.kind === 'direct' ? theirs.id : undefined];
    if (mine === other) return 'up to date';
    if (mine === undefined || other === undefined) return 'local out of date';
    return repository.isAncestor(other, mine) ? 'fast-forwardable' : 'local out of date';
  };
  return [
    `  Local ref${shared.length === 1 ? '' : 's'} configured for 'git push':`,
    ...shared.map((branch) => `    ${branch.padEnd(width)} pushes to ${branch.padEnd(width)} (${state(branch)})`),
  ];
}
