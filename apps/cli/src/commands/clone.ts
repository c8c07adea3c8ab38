import { parseApproxidate } from '@govc/core/plumbing';
import { listRemote, parseRemoteUrl, rewriteUrl, type FetchDepth, type FetchOutcome, type FetchVerbOptions } from '@govc/core/protocol';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { count, flag, integer, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { ConfigEdit } from '../remote/config-edit.js';
import { remoteMessages } from '../remote/remote-messages.js';
import { AGENT } from '../remote/serve.js';
import { transportTo } from '../remote/transport.js';
import { absolutePath } from '../session/files-host.js';
import { openSession, type Session } from '../session/session.js';

const USAGE = ['git clone [<options>] [--] <repo> [<dir>]'];

interface CloneArguments {
  verbosity: number;
  isQuiet: boolean;
  progress: boolean | undefined;
  checksOut: boolean;
  isBare: boolean;
  isMirror: boolean;
  isLocal: boolean;
  origin: string | undefined;
  branch: string | undefined;
  uploadPack: string | undefined;
  depth: number | undefined;
  since: string | undefined;
  not: string[];
  singleBranch: boolean | undefined;
  tags: boolean;
  separate: string | undefined;
  config: string[];
  serverOptions: string[];
  filter: string | undefined;
  template: string | undefined;
  family: 'any' | 'ipv4' | 'ipv6';
}

/** `git clone`. */
export const cloneCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: CloneArguments = {
    verbosity: 0, isQuiet: false, progress: undefined, checksOut: true, isBare: false, isMirror: false, isLocal: true, origin: undefined, branch: undefined, uploadPack: undefined,
    depth: undefined, since: undefined, not: [], singleBranch: undefined, tags: true, separate: undefined, config: [], serverOptions: [], filter: undefined,
    template: undefined, family: 'any',
  };
  const options = optionsOf(seen);
  const rest = parseOptions(args, { io, usage: USAGE, options });
  if (rest.length > 2) throw new Failure(`fatal: Too many arguments.\n\n${usageText(USAGE, options)}`, 129);
  if (rest.length === 0) throw new Failure(`fatal: You must specify a repository to clone.\n\n${usageText(USAGE, options)}`, 129);
  if (seen.isBare && seen.separate !== undefined) die("options '--bare' and '--separate-git-dir' cannot be used together");
  if (seen.depth !== undefined && seen.depth < 1) die(`depth ${seen.depth} is not a positive number`);
  if (seen.filter !== undefined) die('partial clones are not made: what --filter leaves out could not be fetched later');
  const [given, into] = rest as [string, string | undefined];
  const directory = into ?? guessDirectory(given, seen.isBare);
  return new Cloning(context, seen, { given, directory }).run();
};

function optionsOf(seen: CloneArguments): Parameters<typeof parseOptions>[1]['options'] {
  return [
    count('v|verbose', 'be more verbose', (times) => { seen.verbosity = times; }),
    flag('q|quiet', 'be more quiet', (isOn) => { seen.isQuiet = isOn; }),
    flag('progress', 'force progress reporting', (isOn) => { seen.progress = isOn; }),
    flag('reject-shallow', "don't clone shallow repository", () => undefined),
    flag('n|no-checkout', "don't create a checkout", (isOn) => { seen.checksOut = !isOn; }),
    flag('checkout', 'create a checkout', (isOn) => { seen.checksOut = isOn; }, { isHidden: true }),
    flag('bare', 'create a bare repository', (isOn) => { seen.isBare = isOn; }),
    flag('mirror', 'create a mirror repository (implies bare)', (isOn) => { seen.isMirror = isOn; seen.isBare ||= isOn; }),
    flag('l|local', 'to clone from a local repository', (isOn) => { seen.isLocal = isOn; }),
    flag('no-hardlinks', "don't use local hardlinks, always copy", () => undefined),
    flag('s|shared', 'setup as shared repository', (isOn) => { if (isOn) die('clones that share objects are not made; leave out --shared'); }),
    optionalValue('recurse-submodules', 'pathspec', 'initialize submodules in the clone', () => undefined),
    optionalValue('recursive', 'pathspec', 'alias of --recurse-submodules', () => undefined, { isHidden: true }),
    value('reference', 'repo', 'reference repository', () => undefined),
    value('reference-if-able', 'repo', 'reference repository', () => undefined),
    flag('dissociate', 'use --reference only while cloning', () => undefined),
    flag('shallow-submodules', 'any cloned submodules will be shallow', () => undefined),
    flag('also-filter-submodules', 'apply partial clone filters to submodules', () => undefined),
    flag('remote-submodules', 'any cloned submodules will use their remote-tracking branch', () => undefined),
    value('bundle-uri', 'uri', 'a URI for downloading bundles before fetching from origin remote', () => undefined),
    value('j|jobs', 'n', 'number of submodules cloned in parallel', () => undefined),
    value('template', 'template-directory', 'directory from which templates will be used', (text) => { seen.template = text; }),
    value('o|origin', 'name', "use <name> instead of 'origin' to track upstream", (text) => { seen.origin = text; }),
    value('b|branch', 'branch', "checkout <branch> instead of the remote's HEAD", (text) => { seen.branch = text; }),
    value('u|upload-pack', 'path', 'path to git-upload-pack on the remote', (text) => { seen.uploadPack = text; }),
    integer('depth', 'depth', 'create a shallow clone of that depth', (number) => { seen.depth = number; }),
    value('shallow-since', 'time', 'create a shallow clone since a specific time', (text) => { seen.since = text; }),
    value('shallow-exclude', 'revision', 'deepen history of shallow clone, excluding rev', (text) => { if (text !== undefined) seen.not.push(text); }),
    flag('single-branch', 'clone only one branch, HEAD or --branch', (isOn) => { seen.singleBranch = isOn; }),
    flag('no-tags', "don't clone any tags, and make later fetches not to follow them", (isOn) => { seen.tags = !isOn; }),
    flag('tags', 'clone tags', (isOn) => { seen.tags = isOn; }, { isHidden: true }),
    value('separate-git-dir', 'gitdir', 'separate git dir from working tree', (text) => { seen.separate = text; }),
    value('c|config', 'key=value', 'set config inside the new repository', (text) => { if (text !== undefined) seen.config.push(text); }),
    value('server-option', 'server-specific', 'option to transmit', (text) => { if (text !== undefined) seen.serverOptions.push(text); }),
    flag('4|ipv4', 'use IPv4 addresses only', (isOn) => { seen.family = isOn ? 'ipv4' : 'any'; }),
    flag('6|ipv6', 'use IPv6 addresses only', (isOn) => { seen.family = isOn ? 'ipv6' : 'any'; }),
    value('filter', 'args', 'object filtering', (text) => { seen.filter = text; }),
  ];
}

/** The last part of an address, without what says that it is a repository (`git_url_basename` of Git). */
function guessDirectory(url: string, isBare: boolean): string {
  let text = url.replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?/i, '').replace(/[\s/]+$/, '').replace(/\/\.git$/, '').replace(/\/+$/, '');
  // A host alone is a name too, without its port.
  if (!text.includes('/')) text = text.replace(/:\d*$/, '');
  const name = (text.split(/[/:]/).at(-1) ?? '').replace(/\.git$|\.bundle$/, '').replace(/[\p{Cc}\s]+/gu, ' ').trim();
  if (name === '') die('No directory name could be guessed.\nPlease specify a directory on the command line');
  return isBare ? `${name}.git` : name;
}

class Cloning {
  readonly #context: Context;
  readonly #seen: CloneArguments;
  readonly #given: string;
  readonly #directory: string;

  constructor(context: Context, seen: CloneArguments, { given, directory }: { readonly given: string; readonly directory: string }) {
    this.#context = context;
    this.#seen = seen;
    this.#given = given;
    this.#directory = directory;
  }

  async run(): Promise<number> {
    const { io } = this.#context;
    const target = absolutePath(io.cwd, this.#directory);
    const files = io.files.at(target);
    const existing = io.files.kindAt(target);
    if (existing !== undefined && (existing !== 'directory' || (files.list('') ?? []).length > 0)) {
      die(`destination path '${this.#directory}' already exists and is not an empty directory.`);
    }
    const config = await this.#context.config();
    const origin = this.#seen.origin ?? config.get('clone.defaultremotename') ?? 'origin';
    const url = this.#address();
    const connect = await transportTo(this.#context, config, rewriteUrl(config, url, 'fetch'), { uploadPack: this.#seen.uploadPack, family: this.#seen.family, isClone: true });
    if (!this.#seen.isQuiet) io.stderr.write(`Cloning into ${this.#seen.isBare ? 'bare repository ' : ''}'${this.#directory}'...\n`);
    const messages = remoteMessages(io);
    const isShown = !this.#seen.isQuiet && (this.#seen.progress ?? io.isTerminal?.(2) === true);
    const say = { onMessage: isShown ? messages.take : undefined, onDiagnostic: (bytes: Uint8Array) => void io.stderr.write(bytes) };
    const around = await listRemote({ connect, prefixes: ['HEAD', 'refs/heads/', 'refs/tags/'], agent: AGENT, serverOptions: this.#seen.serverOptions, signal: io.signal, onDiagnostic: say.onDiagnostic });
    try {
      const session = await this.#initialize(target, { origin, url, format: around.algorithm.name });
      const head = this.#chooseHead(around.refs);
      const outcome = await this.#fetch(session, { connect, origin, head, say });
      messages.end();
      await this.#finish(session, { origin, head, outcome });
      return 0;
    } catch (error) {
      // What was made is taken away again, as far as it was made here.
      this.#clear(target, existing === 'directory');
      throw error;
    }
  }

  /** A path is kept as an absolute one, so that the clone may be moved. */
  #address(): string {
    const { io } = this.#context;
    if (parseRemoteUrl(this.#given).kind !== 'local' || this.#given.startsWith('file://')) return this.#given;
    const path = absolutePath(io.cwd, this.#given);
    if ([`${path}/.git`, path, `${path}.git`].some((each) => io.files.kindAt(each) !== undefined)) return path;
    if (io.files.kindAt(`${path}.bundle`) === 'file') return `${path}.bundle`;
    return die(`repository '${this.#given}' does not exist`);
  }

  async #initialize(target: string, { origin, url, format }: { readonly origin: string; readonly url: string; readonly format: string }): Promise<Session> {
    const { io } = this.#context;
    const seen = this.#seen;
    const args = ['init', '-q', `--object-format=${format}`, ...(seen.isBare ? ['--bare'] : []), ...(seen.template === undefined ? [] : [`--template=${seen.template}`]),
      ...(seen.separate === undefined ? [] : [`--separate-git-dir=${absolutePath(io.cwd, seen.separate)}`]), target];
    const env = { ...io.env, GIT_DIR: undefined, GIT_WORK_TREE: undefined };
    const code = await this.#context.run(args, { env });
    if (code !== 0) die(`could not create work tree dir '${this.#directory}'`);
    const inside = { ...io, cwd: io.files.findRealPath(target) ?? target, env };
    const first = await openSession(inside) ?? die('the new repository cannot be opened');
    const edit = new ConfigEdit(first);
    for (const pair of seen.config) {
      const equals = pair.indexOf('=');
      edit.add(equals < 0 ? pair : pair.slice(0, equals), equals < 0 ? 'true' : pair.slice(equals + 1));
    }
    edit.set(`remote.${origin}.url`, url);
    if (!seen.tags) edit.set(`remote.${origin}.tagOpt`, '--no-tags');
    if (seen.isMirror) edit.add(`remote.${origin}.fetch`, '+refs/*:refs/*').set(`remote.${origin}.mirror`, 'true');
    else if (!seen.isBare && !this.#isSingle()) edit.add(`remote.${origin}.fetch`, `+refs/heads/*:refs/remotes/${origin}/*`);
    edit.write();
    await io.files.release(first.repository);
    return await openSession(inside) ?? die('the new repository cannot be opened');
  }

  #isSingle(): boolean {
    return this.#seen.singleBranch ?? this.#depth() !== undefined;
  }

  #depth(): FetchDepth | undefined {
    const { depth, since, not } = this.#seen;
    if (depth !== undefined) return { depth };
    if (since === undefined && not.length === 0) return undefined;
    const nowSeconds = Math.floor(this.#context.io.clock() / 1000);
    return { sinceSeconds: since === undefined ? undefined : parseApproxidate(since, { nowSeconds }), not };
  }

  /** The branch or tag to check out: what `--branch` names, else what the other side's HEAD does. */
  #chooseHead(refs: readonly { readonly name: string; readonly id: string | undefined; readonly symrefTarget: string | undefined }[]): Head {
    const { branch } = this.#seen;
    if (branch !== undefined) {
      const names = new Set(refs.map(({ name }) => name));
      if (names.has(`refs/heads/${branch}`)) return { ref: `refs/heads/${branch}`, kind: 'branch' };
      if (names.has(`refs/tags/${branch}`)) return { ref: `refs/tags/${branch}`, kind: 'detached' };
      return die(`Remote branch ${branch} not found in upstream ${this.#seen.origin ?? 'origin'}`);
    }
    const head = refs.find(({ name }) => name === 'HEAD');
    if (head === undefined) return { ref: undefined, kind: refs.some(({ name }) => name.startsWith('refs/heads/')) ? 'missing' : 'none' };
    if (head.symrefTarget !== undefined) return { ref: head.symrefTarget, kind: head.id === undefined ? 'unborn' : 'branch' };
    const same = refs.find(({ name, id }) => name.startsWith('refs/heads/') && id === head.id);
    return same === undefined ? { ref: 'HEAD', kind: 'detached' } : { ref: same.name, kind: 'branch' };
  }

  #fetch(
    session: Session, { connect, origin, head, say }: { readonly connect: Parameters<typeof listRemote>[0]['connect']; readonly origin: string; readonly head: Head; readonly say: Pick<FetchVerbOptions, 'onMessage' | 'onDiagnostic'> },
  ): Promise<FetchOutcome> {
    const seen = this.#seen;
    const refspecs = this.#refspecs(origin, head);
    if (this.#isSingle() && !seen.isMirror && head.ref?.startsWith('refs/heads/') === true && !seen.isBare) new ConfigEdit(session).add(`remote.${origin}.fetch`, refspecs[0]!).write();
    if (head.kind === 'none' || (head.kind === 'unborn' && this.#isSingle())) return Promise.resolve({ remoteRefs: [], fetched: [], updates: [], shallow: { shallow: [], unshallow: [] }, objectCount: 0 });
    return session.repository.fetch({
      connect, refspecs, tags: seen.tags ? (this.#isSingle() || seen.isMirror ? 'auto' : 'all') : 'none', depth: this.#depth(),
      committer: session.identity('committer', { isStrict: false }), reflogPrefix: `clone: from ${this.#address()}`, agent: AGENT, serverOptions: seen.serverOptions, signal: session.io.signal, ...say,
    });
  }

  #refspecs(origin: string, head: Head): string[] {
    if (this.#seen.isMirror) return ['+refs/*:refs/*'];
    const folder = this.#seen.isBare ? 'refs/heads/' : `refs/remotes/${origin}/`;
    const extra = head.kind === 'detached' && head.ref === 'HEAD' ? ['HEAD'] : [];
    if (!this.#isSingle()) return [`+refs/heads/*:${folder}*`, ...extra];
    if (head.ref === undefined || !head.ref.startsWith('refs/heads/')) return head.ref?.startsWith('refs/tags/') === true ? [`${head.ref}:${head.ref}`] : ['HEAD'];
    return [`+${head.ref}:${folder}${head.ref.slice('refs/heads/'.length)}`];
  }

  async #finish(session: Session, { origin, head, outcome }: { readonly origin: string; readonly head: Head; readonly outcome: FetchOutcome }): Promise<void> {
    const { io } = this.#context;
    const seen = this.#seen;
    if (outcome.updates.length === 0 && head.kind !== 'detached') io.stderr.write('warning: You appear to have cloned an empty repository.\n');
    const isLocal = parseRemoteUrl(this.#given).kind === 'local' && !this.#given.startsWith('file://') && seen.isLocal;
    if (isLocal && !seen.isQuiet) io.stderr.write('done.\n');
    const branch = head.ref?.startsWith('refs/heads/') === true ? head.ref.slice('refs/heads/'.length) : undefined;
    if (head.kind === 'missing') io.stderr.write('warning: remote HEAD refers to nonexistent ref, unable to checkout.\n');
    const run = (...args: string[]): Promise<number> => this.#context.run(args, { cwd: session.io.cwd, env: { ...session.io.env, GIT_REFLOG_ACTION: undefined } });
    await io.files.release(session.repository);
    if (branch !== undefined && head.kind !== 'none') await run('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
    if (seen.isBare) return;
    const message = `clone: from ${this.#address()}`;
    const follows = (name: string): string => `refs/remotes/${origin}/${name}`;
    const stored = new Set<string>(outcome.updates.map(({ target }) => target));
    const theirs = outcome.remoteRefs.find(({ name }) => name === 'HEAD')?.symrefTarget?.replace(/^refs\/heads\//, '');
    if (theirs !== undefined && stored.has(follows(theirs))) await run('symbolic-ref', '-m', message, `refs/remotes/${origin}/HEAD`, follows(theirs));
    if (branch !== undefined) {
      if (stored.has(follows(branch)) || head.kind === 'unborn') new ConfigEdit(session).set(`branch.${branch}.remote`, origin).set(`branch.${branch}.merge`, `refs/heads/${branch}`).write();
      if (stored.has(follows(branch))) await run('update-ref', '-m', message, 'HEAD', follows(branch));
    } else if (head.kind === 'detached') {
      const id = outcome.fetched.find(({ source }) => source === head.ref)?.id ?? outcome.remoteRefs.find(({ name }) => name === head.ref)?.id;
      if (id !== undefined) await run('update-ref', '-m', message, '--no-deref', 'HEAD', `${id}^0`);
    }
    if (seen.checksOut && (head.kind === 'branch' || head.kind === 'detached') && outcome.fetched.length > 0) {
      const code = await run('read-tree', '-m', '-u', 'HEAD');
      if (code !== 0) die('unable to checkout working tree');
    }
  }

  #clear(target: string, existed: boolean): void {
    const files = this.#context.io.files.at(target);
    const waiting = files.list('') ?? [];
    const folders: string[] = [];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const inner = files.list(path);
      if (inner === undefined || files.find(path)?.kind !== 'directory') {
        files.remove(path);
        continue;
      }
      folders.push(path);
      waiting.push(...inner.map((name) => `${path}/${name}`));
    }
    for (const folder of folders.sort((a, b) => b.length - a.length)) files.removeDirectory(folder);
    if (!existed) files.removeDirectory('');
  }
}

interface Head {
  readonly ref: string | undefined;
  readonly kind: 'branch' | 'detached' | 'unborn' | 'missing' | 'none';
}
