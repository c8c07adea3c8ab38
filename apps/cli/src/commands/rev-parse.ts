import type { ObjectId } from '@govc/core';
import {
  abbreviateId, findApproxidate, findRefByShortName, findThroughTags, parseCommit, resolveRevision, shortenRefName, type RefName,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, endWith, Failure } from '../failure.js';
import { unknownRevision } from '../print/explain.js';
import { abbreviationOf } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import { quoteShell } from '../print/quote.js';
import { relativePath } from '../print/relative-path.js';
import { followSymbolic, matchFullBranchName } from '../session/branch-names.js';
import { readGitFile } from '../session/discover.js';
import { absolutePath, isWithin } from '../session/files-host.js';
import { findObject, findRange, revisionsOf } from '../session/revisions.js';
import { matchesRefPattern, selectRefs } from '../session/select-refs.js';
import type { Session } from '../session/session.js';

const USAGE = `usage: git rev-parse --parseopt [<options>] -- [<args>...]
   or: git rev-parse --sq-quote [<arg>...]
   or: git rev-parse [<options>] [<arg>...]

Run "git rev-parse --parseopt -h" for more information on the first usage.
`;

/** `git rev-parse`. */
export const revParseCommand: Command = async (args, context) => {
  const { io } = context;
  if (args[0] === '--parseopt') return (await import('./rev-parse-options.js')).parseOptionsForShell(args.slice(1), context);
  if (args[0] === '--sq-quote') {
    writeText(io.stdout, `${args.slice(1).map((arg) => ` ${quoteShell(arg)}`).join('')}\n`);
    return 0;
  }
  if (args[0] === '-h') {
    io.stdout.write(USAGE);
    return 129;
  }
  if (args.length === 0) await context.session();
  return new RevParser(args, context).run();
};

const REVISION_FLAGS = /^(?:-\d.*|--(?:all|bisect|dense|branches(?:=.*)?|header|ignore-missing|max-age=.*|max-count=.*|min-age=.*|no-merges|min-parents=.*|no-min-parents|max-parents=.*|no-max-parents|objects|objects-edge|parents|pretty|remotes(?:=.*)?|glob=.*|sparse|tags(?:=.*)?|topo-order|date-order|unpacked))$/;

/** What environment a repository has that must not reach another one. */
const LOCAL_VARIABLES = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_CONFIG', 'GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_COUNT', 'GIT_OBJECT_DIRECTORY', 'GIT_DIR', 'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE', 'GIT_GRAFT_FILE', 'GIT_INDEX_FILE', 'GIT_NO_REPLACE_OBJECTS', 'GIT_REPLACE_REF_BASE', 'GIT_PREFIX',
  'GIT_INTERNAL_SUPER_PREFIX', 'GIT_SHALLOW_FILE', 'GIT_COMMON_DIR',
];

class RevParser {
  readonly #args: readonly string[];
  readonly #context: Context;
  /** Opened when the first argument needs it. */
  #opened: Session | undefined;
  #at = 0;
  #showsRevs = true;
  #showsOthers = true;
  #showsFlags = true;
  #showsNonFlags = true;
  #isVerify = false;
  #isQuiet = false;
  #isNegated = false;
  #symbolic: 'no' | 'as-is' | 'full' = 'no';
  #abbrevRef: 'no' | 'strict' | 'loose' = 'no';
  #abbreviation: number | undefined;
  #quotes = false;
  #fallback: string | undefined;
  #outputPrefix: string | undefined;
  #pathFormat: 'default' | 'absolute' | 'relative' = 'default';
  #excluded: string[] = [];
  #asIs = 0;
  #endsOptions = false;
  /** The one revision of `--verify`. */
  #single: { readonly id: ObjectId; readonly name: string; readonly isNegated: boolean }[] = [];

  constructor(args: readonly string[], context: Context) {
    this.#args = args;
    this.#context = context;
  }

  get #session(): Session {
    return this.#opened!;
  }

  async run(): Promise<number> {
    for (; this.#at < this.#args.length; this.#at++) {
      const arg = this.#args[this.#at]!;
      if (this.#asIs > 0) {
        if (this.#showFile(arg) && this.#asIs < 2) this.#checkFile(arg);
        continue;
      }
      if (!this.#endsOptions && this.#readFreeOption(arg)) continue;
      this.#opened ??= await this.#context.session();
      if (arg === '--') {
        this.#asIs = 2;
        if (this.#showsFlags || this.#showsRevs) this.#showFile(arg);
      } else if (!this.#endsOptions && arg.startsWith('-')) {
        this.#readOption(arg);
      } else {
        this.#readRevision(arg);
      }
    }
    this.#opened ??= await this.#context.session();
    return this.#finish();
  }

  #finish(): number {
    if (!this.#isVerify) {
      this.#showDefault();
      return 0;
    }
    if (this.#single.length === 1) {
      const { id, name, isNegated } = this.#single[0]!;
      this.#showRevision(id, name, isNegated);
      return 0;
    }
    if (this.#single.length === 0 && this.#showDefault()) return 0;
    return this.#notSingle();
  }

  #notSingle(): never {
    if (this.#isQuiet) endWith(1);
    die('Needed a single revision');
  }

  #readFreeOption(arg: string): boolean {
    if (arg === '--local-env-vars') {
      for (const name of LOCAL_VARIABLES) this.#print(name);
      return true;
    }
    if (arg !== '--resolve-git-dir') return false;
    const path = this.#args[++this.#at];
    if (path === undefined) die('--resolve-git-dir requires an argument');
    const { io } = this.#context;
    const place = absolutePath(io.cwd, path);
    const isFile = io.files.kindAt(place) === 'file';
    const target = isFile ? readGitFile(io.files, place, path) : place;
    if (io.files.kindAt(`${target}/HEAD`) === undefined || io.files.kindAt(`${target}/refs`) === undefined && io.files.kindAt(`${target}/commondir`) === undefined) die(`not a gitdir '${path}'`);
    this.#print(isFile ? target : path);
    return true;
  }

  #readOption(arg: string): void {
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const text = equals < 0 ? undefined : arg.slice(equals + 1);
    if (this.#readFilter(arg) || this.#readSelection(name, text, arg) || this.#readQuestion(name, text, arg)) return;
    if (/^-n/.test(arg)) {
      const number = arg === '-n' ? this.#args[++this.#at] ?? die('-n requires an argument') : undefined;
      if (this.#showsFlags && this.#showsRevs) for (const shown of [arg, number]) if (shown !== undefined) this.#show(shown);
      return;
    }
    if (!this.#showsFlags) return;
    if (!(REVISION_FLAGS.test(arg) ? this.#showsRevs : this.#showsOthers)) return;
    this.#show(arg);
    if (this.#isVerify) this.#notSingle();
  }

  #readFilter(arg: string): boolean {
    switch (arg) {
      case '--revs-only': this.#showsOthers = false; return true;
      case '--no-revs': this.#showsRevs = false; return true;
      case '--flags': this.#showsNonFlags = false; return true;
      case '--no-flags': this.#showsFlags = false; return true;
      case '--verify': this.#verify(); return true;
      case '-q': case '--quiet': this.#isQuiet = true; return true;
      case '--sq': this.#quotes = true; return true;
      case '--not': this.#isNegated = !this.#isNegated; return true;
      case '--symbolic': this.#symbolic = 'as-is'; return true;
      case '--symbolic-full-name': this.#symbolic = 'full'; return true;
      case '--end-of-options':
        this.#endsOptions = true;
        if (this.#showsFlags || this.#showsRevs) this.#showFile(arg);
        return true;
      default: return false;
    }
  }

  #verify(): void {
    this.#showsFlags = false;
    this.#showsOthers = false;
    this.#isVerify = true;
  }

  #readSelection(name: string, text: string | undefined, arg: string): boolean {
    const { refs } = this.#session.context.snapshot;
    const show = (names: readonly string[], isNegated = this.#isNegated): void => {
      for (const ref of names) {
        const id = findRefByShortName(refs, ref)?.id;
        if (id !== undefined && !this.#excluded.some((pattern) => matchesRefPattern(pattern, ref))) this.#showRevision(id, ref, isNegated);
      }
      this.#excluded = [];
    };
    switch (name) {
      case '--all': show(selectRefs(refs, '')); return true;
      case '--branches': show(selectRefs(refs, 'refs/heads/', text)); return true;
      case '--tags': show(selectRefs(refs, 'refs/tags/', text)); return true;
      case '--remotes': show(selectRefs(refs, 'refs/remotes/', text)); return true;
      case '--bisect':
        show(selectRefs(refs, 'refs/bisect/bad'));
        show(selectRefs(refs, 'refs/bisect/good'), true);
        return true;
      case '--glob':
        if (text === undefined) return false;
        show(selectRefs(refs, '', text));
        return true;
      case '--exclude':
        if (text === undefined) return false;
        this.#excluded.push(text);
        return true;
      case '--disambiguate':
        if (text === undefined) return false;
        for (const id of this.#session.context.snapshot.objects.idsWithPrefix(text)) this.#showRevision(id, undefined, false);
        return true;
      case '--short':
        this.#verify();
        this.#abbreviation = text === undefined ? abbreviationOf(this.#session) : Math.max(4, Math.min(this.#session.algorithm.hexSize, Number.parseInt(text, 10) || 0));
        return true;
      case '--abbrev-ref':
        if (text !== undefined && text !== 'strict' && text !== 'loose') die(`unknown mode for --abbrev-ref: ${text}`);
        this.#abbrevRef = text ?? (this.#session.config.getBool('core.warnambiguousrefs', true) ? 'strict' : 'loose');
        return true;
      case '--path-format':
        if (text === undefined) die('--path-format requires an argument');
        if (text !== 'absolute' && text !== 'relative') die(`unknown argument to --path-format: ${text}`);
        this.#pathFormat = text;
        return true;
      case '--since': case '--after':
        if (text === undefined) return false;
        this.#showDate('--max-age=', text);
        return true;
      case '--until': case '--before':
        if (text === undefined) return false;
        this.#showDate('--min-age=', text);
        return true;
      default: return this.#readValue(arg);
    }
  }

  #readValue(arg: string): boolean {
    if (arg === '--default') this.#fallback = this.#args[++this.#at] ?? die('--default requires an argument');
    else if (arg === '--prefix') this.#outputPrefix = this.#args[++this.#at] ?? die('--prefix requires an argument');
    else if (arg === '--git-path') {
      const path = this.#args[++this.#at] ?? die('--git-path requires an argument');
      this.#printPath(this.#gitPath(path), 'relative-if-shared');
    } else return false;
    return true;
  }

  #readQuestion(name: string, text: string | undefined, arg: string): boolean {
    const session = this.#session;
    const { io } = this.#context;
    const { worktreePath, prefix, gitDirectory } = session;
    switch (name) {
      case '--show-toplevel':
        if (worktreePath === undefined) die('this operation must be run in a work tree');
        this.#printPath(worktreePath, 'unmodified');
        return true;
      case '--show-superproject-working-tree': return true;
      case '--show-prefix': this.#print(this.#outputPrefix ?? prefix); return true;
      case '--show-cdup':
        if (worktreePath !== undefined && !isWithin(io.cwd, worktreePath)) this.#print(worktreePath);
        else if (worktreePath !== undefined || session.isBare) this.#print('../'.repeat(prefix.split('/').length - 1));
        return true;
      case '--git-dir': this.#showGitDirectory(); return true;
      case '--absolute-git-dir': this.#print(gitDirectory); return true;
      case '--git-common-dir':
        this.#printPath(session.commonDirectory === gitDirectory ? this.#gitPath('').replace(/(.)\/$/, '$1') : session.commonDirectory, 'relative-if-shared');
        return true;
      case '--is-inside-git-dir': this.#print(String(isWithin(io.cwd, gitDirectory))); return true;
      case '--is-inside-work-tree': this.#print(String(worktreePath !== undefined && isWithin(io.cwd, worktreePath) && !(isWithin(io.cwd, gitDirectory) && isWithin(gitDirectory, worktreePath) && gitDirectory !== worktreePath))); return true;
      case '--is-bare-repository': this.#print(String(session.isBare)); return true;
      case '--is-shallow-repository': this.#print(String(session.repository.snapshot.shallow.size > 0)); return true;
      case '--shared-index-path': return true;
      case '--show-object-format':
        if (text !== undefined && !['storage', 'input', 'output'].includes(text)) die(`unknown mode for --show-object-format: ${arg.slice(21)}`);
        this.#print(session.algorithm.name);
        return true;
      default: return false;
    }
  }

  /** Where Git would look for a file of the repository, from the top of the worktree. */
  #gitPath(path: string): string {
    const { gitDirectoryText, gitDirectory, commonDirectory, io } = this.#session;
    const { env } = io;
    const named = env['GIT_DIR'] !== undefined ? env['GIT_DIR'] : gitDirectoryText;
    if (path === 'index' && env['GIT_INDEX_FILE'] !== undefined) return env['GIT_INDEX_FILE'];
    if (path === 'info/grafts' && env['GIT_GRAFT_FILE'] !== undefined) return env['GIT_GRAFT_FILE'];
    const objects = env['GIT_OBJECT_DIRECTORY'];
    if (objects !== undefined && /^objects(?:\/|$)/.test(path)) return objects + path.slice(7);
    const isCommon = /^(?:branches|common|config$|gc\.pid|hooks|info(?!\/sparse-checkout)|logs(?!\/(?:HEAD$|refs\/(?:bisect|rewritten|worktree)))|lost-found|modules|objects|packed-refs|refs(?!\/(?:bisect|rewritten|worktree)(?:\/|$))|remotes|rr-cache|shallow|svn|worktrees)(?:\/|$)?/.test(path);
    const base = isCommon && env['GIT_COMMON_DIR'] !== undefined ? env['GIT_COMMON_DIR'] : isCommon && commonDirectory !== gitDirectory ? commonDirectory : named;
    const hooks = /^hooks(?:\/|$)/.test(path) ? this.#session.config.get('core.hookspath') : undefined;
    if (hooks !== undefined) return `${hooks}${path.slice(5)}`;
    return base === '.' ? (path === '' ? '.' : path) : `${base}/${path}`;
  }

  #showGitDirectory(): void {
    const { io, gitDirectoryText, gitDirectory, prefix } = this.#session;
    const named = io.env['GIT_DIR'];
    if (named !== undefined) this.#printPath(named, 'unmodified');
    else if (prefix === '' && io.cwd !== gitDirectory && gitDirectoryText === '.git') this.#printPath('.git', 'unmodified');
    else if (io.cwd === gitDirectory) this.#printPath('.', 'unmodified');
    else this.#printPath(gitDirectory, 'canonical');
  }

  #printPath(path: string, normal: 'unmodified' | 'canonical' | 'relative-if-shared'): void {
    const { io, worktreePath } = this.#session;
    // Git stands at the top of the worktree, wherever it was called.
    const top = worktreePath !== undefined && isWithin(io.cwd, worktreePath) ? worktreePath : io.cwd;
    const whole = absolutePath(top, path);
    const real = io.files.findRealPath(whole) ?? this.#realParent(whole);
    if (this.#pathFormat === 'absolute') this.#print(real);
    else if (this.#pathFormat === 'relative') this.#print(relativePath(real, io.cwd));
    else if (normal === 'unmodified') this.#print(path);
    else if (normal === 'canonical') this.#print(real);
    else if (path.startsWith('/') || this.#session.prefix === '') this.#print(path);
    else this.#print(relativePath(whole, io.cwd));
  }

  #realParent(path: string): string {
    for (let folder = path; folder !== '/'; folder = absolutePath(folder, '..')) {
      const real = this.#context.io.files.findRealPath(folder);
      if (real !== undefined) return real + path.slice(folder.length);
    }
    return path;
  }

  #readRevision(arg: string): void {
    if (this.#readRange(arg) || this.#readParents(arg)) return;
    const isNegated = arg.startsWith('^');
    const name = isNegated ? arg.slice(1) : arg;
    const id = this.#resolve(name);
    if (id !== undefined) {
      if (this.#isVerify) this.#single.push({ id, name, isNegated });
      else this.#showRevision(id, name, isNegated !== this.#isNegated ? true : isNegated && this.#isNegated ? false : isNegated);
      return;
    }
    if (this.#isVerify) this.#notSingle();
    if (this.#args.includes('--')) die(`bad revision '${arg}'`);
    this.#asIs = 1;
    if (this.#showFile(arg)) this.#checkFile(arg, true);
  }

  #resolve(name: string): ObjectId | undefined {
    try {
      return resolveRevision(revisionsOf(this.#session, { isQuiet: this.#isQuiet }), name);
    } catch (error) {
      const { code, data } = error as { code?: string; data?: { kind?: string } };
      if (code === 'object-id-ambiguous' && !this.#isQuiet) this.#explainAmbiguous(error as { data: AmbiguousData });
      if (data?.kind === 'reflog-too-short' || data?.kind === 'reflog-empty') {
        if (this.#isQuiet) endWith(1);
        throw error;
      }
      if (data?.kind !== undefined && /^(?:head-detached|no-branch|no-upstream|upstream-not-tracked|push-.*)$/.test(data.kind) && !this.#isVerify) throw error;
      if (code === 'revision-invalid' || code === 'object-id-ambiguous' || code === 'object-missing') return undefined;
      throw error;
    }
  }

  #explainAmbiguous({ data }: { data: AmbiguousData }): void {
    const { io } = this.#context;
    io.stderr.write(`error: short object ID ${data.prefix} is ambiguous\nhint: The candidates are:\n`);
    for (const { id, type } of data.candidates) {
      io.stderr.write(`hint:   ${abbreviateId(this.#session.context.snapshot.objects, id as ObjectId, data.prefix.length)} ${type}\n`);
    }
  }

  #readRange(arg: string): boolean {
    const dots = arg.indexOf('..');
    if (dots < 0 || arg === '..') return false;
    const isSymmetric = arg[dots + 2] === '.';
    const start = arg.slice(0, dots) || 'HEAD';
    const end = arg.slice(dots + (isSymmetric ? 3 : 2)) || 'HEAD';
    const first = findObject(this.#session, start, 'committish', true);
    const last = findObject(this.#session, end, 'committish', true);
    if (first === undefined || last === undefined) return false;
    const range = isSymmetric ? findRange(this.#session, arg) : undefined;
    this.#showRevision(last, end, this.#isNegated);
    this.#showRevision(first, start, isSymmetric === this.#isNegated);
    for (const id of range?.exclude ?? []) this.#showRevision(id, undefined, !this.#isNegated);
    return true;
  }

  #readParents(arg: string): boolean {
    const match = /^(.*?)\^(?:(!)|(@)|-(\d*))$/.exec(arg);
    if (match === null) return false;
    const [, name = '', , at, which] = match;
    const id = findObject(this.#session, name, 'committish', true);
    const { snapshot } = this.#session.context;
    const commit = id === undefined ? undefined : findThroughTags(snapshot, id);
    if (id === undefined || commit?.type !== 'commit') return false;
    const { parents } = parseCommit(snapshot.objects.find(commit.id)!.body, snapshot.algorithm);
    const number = which === undefined ? undefined : which === '' ? 1 : Number(which);
    if (number !== undefined && (number < 1 || number > parents.length)) return false;
    if (at === undefined) this.#showRevision(id, name, this.#isNegated);
    parents.forEach((parent, index) => {
      if (number === undefined || number === index + 1) {
        this.#showRevision(parent, this.#symbolic === 'no' ? undefined : `${name}^${index + 1}`, (at === undefined) !== this.#isNegated);
      }
    });
    return true;
  }

  #showDefault(): boolean {
    const name = this.#fallback;
    if (name === undefined) return false;
    this.#fallback = undefined;
    const id = findObject(this.#session, name);
    if (id === undefined) return false;
    this.#showRevision(id, name, false);
    return true;
  }

  #showRevision(id: ObjectId, name: string | undefined, isNegated: boolean): void {
    if (!this.#showsRevs) return;
    this.#fallback = undefined;
    const mark = isNegated ? '^' : '';
    if ((this.#symbolic !== 'no' || this.#abbrevRef !== 'no') && name !== undefined) {
      if (this.#symbolic !== 'full' && this.#abbrevRef === 'no') {
        this.#show(name, mark);
        return;
      }
      const { refs } = this.#session.context.snapshot;
      const full = this.#fullName(name);
      if (full === undefined) return;
      this.#show(this.#abbrevRef === 'no' ? full : shortenRefName(refs, full, { strict: this.#abbrevRef === 'strict' }), mark);
    } else if (this.#abbreviation !== undefined) {
      this.#show(abbreviateId(this.#session.context.snapshot.objects, id, this.#abbreviation), mark);
    } else {
      this.#show(id, mark);
    }
  }

  /** The ref that a name stands for, `@{upstream}` and its like included. */
  #fullName(name: string): RefName | undefined {
    const { refs } = this.#session.context.snapshot;
    const found = findRefByShortName(refs, name === '@' ? 'HEAD' : name);
    if (found !== undefined) return followSymbolic(refs, found.name);
    const branch = this.#branchName(name);
    return branch;
  }

  #branchName(name: string): RefName | undefined {
    return matchFullBranchName(this.#session, name);
  }

  #showFile(arg: string): boolean {
    this.#showDefault();
    if (!this.#showsNonFlags || !this.#showsOthers) return false;
    this.#show(this.#outputPrefix === undefined || arg === '--' ? arg : absolutePath('/', this.#outputPrefix + arg).slice(1));
    return true;
  }

  #checkFile(arg: string, isFirst = false): void {
    if (arg.startsWith('-')) die(`option '${arg}' must come before non-option arguments`);
    const { io } = this.#context;
    if (io.files.gitFilesAt(io.cwd).find(absolutePath('/', arg).slice(1)) !== undefined || io.files.kindAt(absolutePath(io.cwd, arg)) !== undefined) return;
    if (/[*?[\\]/.test(arg) || arg.startsWith(':(') || /^:[/!^]/.test(arg)) return;
    if (isFirst) this.#explainMissing(arg);
    throw new Failure(`fatal: ${isFirst ? unknownRevision(arg) : `${arg}: no such path in the working tree.\nUse 'git <command> -- <path>...' to specify paths that do not exist locally.`}\n`, 128);
  }

  /** What stands in the way of a revision is told better than that it is none. */
  #explainMissing(arg: string): void {
    resolveRevision(revisionsOf(this.#session), arg.startsWith('^') ? arg.slice(1) : arg);
  }

  #showDate(option: string, text: string): void {
    if (!this.#showsFlags || !this.#showsRevs) return;
    const { clock, zone } = this.#context.io;
    const seconds = findApproxidate(text, { nowSeconds: Math.floor(clock() / 1000), zone }) ?? Math.floor(clock() / 1000);
    this.#show(`${option}${seconds}`);
  }

  #show(text: string, mark = ''): void {
    if (this.#quotes) writeText(this.#context.io.stdout, `${mark}${quoteShell(text)} `);
    else writeText(this.#context.io.stdout, `${mark}${text}\n`);
  }

  #print(text: string): void {
    writeText(this.#context.io.stdout, `${text}\n`);
  }
}

interface AmbiguousData {
  readonly prefix: string;
  readonly candidates: readonly { readonly id: string; readonly type: string }[];
}

