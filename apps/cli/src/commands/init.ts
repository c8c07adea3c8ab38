import { bytesFromLosslessText, bytesFromText, checkRefFormat, losslessTextFromBytes, setConfigValue, type Files } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die } from '../failure.js';
import { flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readConfig } from '../session/config-scopes.js';
import { findGitDirectory, readGitFile } from '../session/discover.js';
import { absolutePath, parentPath } from '../session/files-host.js';
import { writeText } from '../print/output.js';

const USAGE = [
  'git init [-q | --quiet] [--bare] [--template=<template-directory>]\n' +
  '         [--separate-git-dir <git-dir>] [--object-format=<format>]\n' +
  '         [-b <branch-name> | --initial-branch=<branch-name>]\n' +
  '         [--shared[=<permissions>]] [<directory>]',
];

interface InitOptions {
  template: string | undefined;
  isBare: boolean;
  shared: string | undefined;
  isQuiet: boolean;
  separate: string | undefined;
  branch: string | undefined;
  format: string | undefined;
}

/** `git init`. */
export const initCommand: Command = async (args, context) => {
  const { io } = context;
  const options: InitOptions = {
    template: undefined, isBare: io.env['GIT_IMPLICIT_WORK_TREE'] === '0', shared: undefined, isQuiet: false, separate: undefined,
    branch: undefined, format: undefined,
  };
  const specs = [
    value('template', 'template-directory', 'directory from which templates will be used', (text) => { options.template = text ?? ''; }),
    flag('bare', 'create a bare repository', (isOn) => { options.isBare = isOn; }),
    optionalValue('shared', 'permissions', 'specify that the git repository is to be shared amongst several users', (text) => { options.shared = text ?? 'group'; }, { canNegate: false }),
    flag('q|quiet', 'be quiet', (isOn) => { options.isQuiet = isOn; }),
    value('separate-git-dir', 'gitdir', 'separate git dir from working tree', (text) => { options.separate = text; }),
    value('b|initial-branch', 'name', 'override the name of the initial branch', (text) => { options.branch = text; }),
    value('object-format', 'hash', 'specify the hash algorithm to use', (text) => { options.format = text; }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options: specs });
  if (rest.length > 1) usageError(usageText(USAGE, specs));
  if (options.separate !== undefined && options.isBare) die("options '--separate-git-dir' and '--bare' cannot be used together");
  if (options.format !== undefined && options.format !== 'sha1' && options.format !== 'sha256') die(`unknown hash algorithm '${options.format}'`);
  // What is named is seen from where the command was called, not from the new folder.
  if (options.separate !== undefined) options.separate = absolutePath(io.cwd, options.separate);
  const template = options.template ?? '';
  if (template !== '' && !template.startsWith('~/')) options.template = absolutePath(io.cwd, template);
  let cwd = io.cwd;
  if (rest[0] !== undefined) {
    const target = absolutePath(cwd, rest[0]);
    if (io.files.kindAt(target) === 'file') die(`cannot mkdir ${rest[0]}: File exists`);
    io.files.at(target).makeDirectory('');
    cwd = io.files.findRealPath(target) ?? target;
  }
  return initialize({ ...context, io: { ...io, cwd } }, options);
};

async function initialize(context: Pick<Context, 'io'>, options: InitOptions): Promise<number> {
  const { io } = context;
  const { env, files, cwd } = io;
  const named = env['GIT_DIR'];
  const worktree = env['GIT_WORK_TREE'];
  if (named === undefined && worktree !== undefined) {
    die('GIT_WORK_TREE (or --work-tree=<directory>) not allowed without specifying GIT_DIR (or --git-dir=<directory>)');
  }
  if (worktree !== undefined && options.isBare) die('GIT_WORK_TREE (or --work-tree=<directory>) not allowed without specifying GIT_DIR (or --git-dir=<directory>)');
  const shown = named !== undefined && env['GIT_IMPLICIT_WORK_TREE'] !== '0' ? named : options.isBare ? '.' : '.git';
  let gitDirectory = absolutePath(cwd, named !== undefined && !(options.isBare && env['GIT_IMPLICIT_WORK_TREE'] === '0') ? named : shown);
  let isBare = options.isBare;
  if (named !== undefined && !options.isBare && worktree === undefined) isBare = !/(?:^|\/)\.git\/?$/.test(named);
  if (options.separate !== undefined) {
    if (isBare || isBareAlready(context, gitDirectory)) die('--separate-git-dir incompatible with bare repository');
    gitDirectory = separate(context, gitDirectory, options.separate);
  } else {
    if (files.kindAt(gitDirectory) === 'file') gitDirectory = readGitFile(files, gitDirectory, gitDirectory);
    // In a linked worktree it is the repository itself that is begun again.
    gitDirectory = findGitDirectory({ files, cwd, env: {} }, gitDirectory)?.commonDirectory ?? gitDirectory;
  }
  const exists = findGitDirectory({ files, cwd, env: {} }, gitDirectory) !== undefined;
  const config = readInitConfig(context);
  const branch = initialBranch(io, options, config, exists);
  const git = files.gitFilesAt(gitDirectory);
  git.makeDirectory('');
  copyTemplate(context, git, options, config);
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) git.makeDirectory(folder);
  if (git.find('HEAD') === undefined) git.write('HEAD', bytesFromText(`ref: refs/heads/${branch}\n`));
  else if (exists && options.branch !== undefined) io.stderr.write(`warning: re-init: ignored --initial-branch=${options.branch}\n`);
  writeConfig(context, git, { options, exists, isBare, gitDirectory, config });
  if (!options.isQuiet) {
    const verb = exists ? 'Reinitialized existing' : 'Initialized empty';
    const shared = options.shared !== undefined && !/^(?:0|false|no|umask)$/.test(options.shared) ? ' shared' : '';
    const real = files.findRealPath(gitDirectory) ?? gitDirectory;
    writeText(io.stdout, `${verb}${shared} Git repository in ${real.endsWith('/') ? real : `${real}/`}\n`);
  }
  return 0;
}

type InitConfig = Awaited<ReturnType<Context['config']>>;

function readInitConfig({ io }: Pick<Context, 'io'>): InitConfig {
  return readConfig({ files: io.files, env: io.env, cwd: io.cwd });
}

/** Whether the repository there, perhaps of a linked worktree, is one without a worktree. */
function isBareAlready({ io }: Pick<Context, 'io'>, gitDirectory: string): boolean {
  const { files } = io;
  const place = files.kindAt(gitDirectory) === 'file' ? readGitFile(files, gitDirectory, gitDirectory) : gitDirectory;
  const found = findGitDirectory({ files, cwd: io.cwd, env: {} }, place);
  return found !== undefined && found.commonDirectory !== found.gitDirectory && !found.commonDirectory.endsWith('/.git');
}

/** Moves the Git directory away from the worktree and leaves a file that names it; linked worktrees learn of it. */
function separate({ io }: Pick<Context, 'io'>, named: string, target: string): string {
  const { files } = io;
  const own = files.kindAt(named) === 'file' ? readGitFile(files, named, named) : named;
  const common = findGitDirectory({ files, cwd: io.cwd, env: {} }, own)?.commonDirectory;
  const isLinked = common !== undefined && common !== (files.findRealPath(own) ?? own);
  // In a linked worktree it is the Git directory of all that moves.
  const link = isLinked ? common : files.findRealPath(named) ?? named;
  const old = files.kindAt(link) === 'file' ? readGitFile(files, link, link) : link;
  if (files.kindAt(old) === 'directory' && old !== target) {
    files.at(parentPath(target)).makeDirectory('');
    files.at('/').rename(old.slice(1), target.slice(1));
    repairWorktrees({ io }, target);
  }
  files.writeFile(link, bytesFromText(`gitdir: ${target}\n`));
  return target;
}

/** Tells linked worktrees where their Git directories are now. */
function repairWorktrees({ io: { files } }: Pick<Context, 'io'>, gitDirectory: string): void {
  const git = files.gitFilesAt(gitDirectory);
  for (const id of git.list('worktrees') ?? []) {
    const path = `worktrees/${id}/gitdir`;
    if (git.find(path) === undefined) continue;
    const place = absolutePath(`${gitDirectory}/worktrees/${id}`, losslessTextFromBytes(git.read(path)).trimEnd());
    if (files.kindAt(place) === 'file') files.writeFile(place, bytesFromLosslessText(`gitdir: ${gitDirectory}/worktrees/${id}\n`));
  }
}

function initialBranch(io: Context['io'], options: InitOptions, config: InitConfig, exists: boolean): string {
  const name = options.branch ?? nonEmpty(io.env['GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME']) ?? nonEmpty(config.get('init.defaultbranch'));
  if (name === undefined) {
    if (!exists && !options.isQuiet) io.stderr.write(DEFAULT_BRANCH_HINT);
    return 'master';
  }
  if (name.startsWith('-') || !checkRefFormat(`refs/heads/${name}`).valid) {
    if (options.branch !== undefined) die(`invalid initial branch name: '${name}'`);
    die(`invalid branch name: init.defaultBranch = ${name}`);
  }
  return name;
}

const DEFAULT_BRANCH_HINT = [
  "Using 'master' as the name for the initial branch. This default branch name",
  'is subject to change. To configure the initial branch name to use in all',
  'of your new repositories, which will suppress this warning, call:',
  '',
  '\tgit config --global init.defaultBranch <name>',
  '',
  "Names commonly chosen instead of 'master' are 'main', 'trunk' and",
  "'development'. The just-created branch can be renamed via this command:",
  '',
  '\tgit branch -m <name>',
].map((line) => `hint: ${line}\n`).join('');

interface ConfigWork {
  readonly options: InitOptions;
  readonly exists: boolean;
  readonly isBare: boolean;
  readonly gitDirectory: string;
  readonly config: InitConfig;
}

function writeConfig({ io }: Pick<Context, 'io'>, git: Files, { options, exists, isBare, gitDirectory, config }: ConfigWork): void {
  let bytes: Uint8Array = git.find('config') === undefined ? new Uint8Array(0) : git.read('config');
  const set = (name: string, text: string): void => { bytes = setConfigValue(bytes, name, text); };
  const text = losslessTextFromBytes(bytes);
  const before = /objectformat\s*=\s*(\w+)/i.exec(text)?.[1] ?? 'sha1';
  const format = options.format ?? (exists ? before : nonEmpty(io.env['GIT_DEFAULT_HASH']) ?? 'sha1');
  if (exists && options.format !== undefined && options.format !== before) die('attempt to reinitialize repository with different hash');
  set('core.repositoryformatversion', format === 'sha1' && !/\[extensions\]/i.test(text) ? '0' : '1');
  set('core.filemode', 'true');
  set('core.bare', String(isBare));
  if (!isBare && config.get('core.logallrefupdates') === undefined && !/logallrefupdates/i.test(text)) set('core.logallrefupdates', 'true');
  const worktree = io.env['GIT_WORK_TREE'];
  const top = absolutePath(io.cwd, worktree ?? '.');
  if (!isBare && worktree !== undefined && gitDirectory !== `${top}/.git`) set('core.worktree', io.files.findRealPath(top) ?? top);
  if (format !== 'sha1' && !/objectformat/i.test(text)) set('extensions.objectformat', format);
  const shared = options.shared ?? config.get('core.sharedrepository');
  if (shared !== undefined) setShared(set, shared);
  git.write('config', bytes);
}

function setShared(set: (name: string, text: string) => void, shared: string): void {
  const known: Readonly<Record<string, string>> = {
    group: '1', true: '1', yes: '1', on: '1', 1: '1', all: '2', world: '2', everybody: '2', 2: '2', umask: '0', false: '0', no: '0', 0: '0',
  };
  const number = known[shared] ?? (/^0?[0-7]{3,4}$/.test(shared) ? `0${Number.parseInt(shared, 8).toString(8)}` : undefined);
  if (number === undefined) die(`bad boolean config value '${shared}' for 'arg'`);
  set('core.sharedrepository', number);
  set('receive.denyNonFastforwards', 'true');
}

/** The files that every new repository begins with. */
function copyTemplate({ io }: Pick<Context, 'io'>, git: Files, options: InitOptions, config: InitConfig): void {
  const named = options.template ?? io.env['GIT_TEMPLATE_DIR'] ?? nonEmpty(config.get('init.templatedir'));
  if (named === '') return;
  if (named === undefined) {
    for (const [path, text] of Object.entries(TEMPLATE)) if (git.find(path) === undefined) git.write(path, bytesFromText(text));
    git.makeDirectory('hooks');
    return;
  }
  const path = named.startsWith('~/') ? `${io.env['HOME'] ?? ''}${named.slice(1)}` : named;
  const place = absolutePath(io.cwd, path);
  const source = io.files.gitFilesAt(place);
  if (io.files.kindAt(place) !== 'directory') {
    io.stderr.write(`warning: templates not found in ${named}\n`);
    return;
  }
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of source.list(folder) ?? []) {
      // A name with a dot in front is not part of a template.
      if (name.startsWith('.')) continue;
      const inner = folder === '' ? name : `${folder}/${name}`;
      const info = source.find(inner);
      if (info?.kind === 'directory') {
        git.makeDirectory(inner);
        pending.push(inner);
      } else if (git.find(inner) !== undefined) {
        continue;
      } else if (info?.kind === 'symlink') {
        git.link(inner, source.readLink(inner));
      } else if (info?.kind === 'file') {
        git.write(inner, source.read(inner), { isExecutable: info.isExecutable });
      }
    }
  }
}

const TEMPLATE: Readonly<Record<string, string>> = {
  description: "Unnamed repository; edit this file 'description' to name the repository.\n",
  'info/exclude': '# git ls-files --others --exclude-from=.git/info/exclude\n' +
    "# Lines that start with '#' are comments.\n# For a project mostly in C, the following would be a good set of\n" +
    '# exclude patterns (uncomment them if you want to use them):\n# *.[oa]\n# *~\n',
};

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
