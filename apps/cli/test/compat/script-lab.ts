/**
 * Runs a script of commands twice, by git and by govc, in two folders, and tells what differs: output, exit codes, the index,
 * files, and what `.git` means. govc runs in this process.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../src/run.js';
import { DiskHost } from '../../src/session/disk-host.js';
import { ProcessRunner } from '../../src/session/process-runner.js';

/** One step: a command without `git`, or a change of files. */
export type Step =
  | readonly string[]
  | { readonly write: string; readonly text: string; readonly isExecutable?: boolean }
  | { readonly link: string; readonly to: string }
  | { readonly remove: string }
  | { readonly cd: string };

/** What a run left behind, in lines. */
export interface Trace {
  readonly transcript: string;
  readonly state: string;
}

const ENVIRONMENT = {
  PATH: process.env['PATH'], HOME: '/nonexistent', LC_ALL: 'C', TZ: 'UTC', TERM: 'dumb', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A U Thor', GIT_AUTHOR_EMAIL: 'author@example.com', GIT_AUTHOR_DATE: '1700000000 +0100',
  GIT_COMMITTER_NAME: 'C O Mitter', GIT_COMMITTER_EMAIL: 'committer@example.com', GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** Whether git is there to compare with. */
export const HAS_GIT = spawnSync('git', ['--version']).status === 0;

/** Runs the script by both. */
export async function runBoth(steps: readonly Step[]): Promise<{ git: Trace; govc: Trace }> {
  const root = mkdtempSync(join(tmpdir(), 'govc-script-'));
  try {
    return { git: await runIn(join(root, 'git'), steps, byGit), govc: await runIn(join(root, 'govc'), steps, byGovc) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

type Runner = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) => Promise<string>;

async function runIn(root: string, steps: readonly Step[], runner: Runner): Promise<Trace> {
  mkdirSync(root);
  const env = { ...ENVIRONMENT, GIT_CEILING_DIRECTORIES: dirname(root) };
  let cwd = root;
  let transcript = '';
  for (const step of [['init', '-q', '-b', 'main'], ...steps]) {
    if ('length' in step) transcript += `$ git ${step.join(' ')}\n${(await runner(step, cwd, env)).replaceAll(root, '<root>')}`;
    else if ('cd' in step) cwd = join(root, step.cd);
    else change(root, step);
  }
  return { transcript, state: describe(root, env) };
}

function change(root: string, step: Exclude<Step, readonly string[] | { readonly cd: string }>): void {
  if ('remove' in step) {
    rmSync(join(root, step.remove), { recursive: true, force: true });
    return;
  }
  const path = join(root, 'write' in step ? step.write : step.link);
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    if ('link' in step) symlinkSync(step.to, path);
    else writeFileSync(path, step.text);
    if ('write' in step) chmodSync(path, step.isExecutable === true ? 0o755 : 0o644);
  } catch (error) {
    // A generated script may ask for a file where a folder stands; it is the same on both sides.
    if (!['EISDIR', 'ENOTDIR', 'EEXIST', 'ERR_FS_EISDIR'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

const byGit: Runner = async (args, cwd, env) => {
  const { stdout, stderr, status } = spawnSync('git', args, { cwd, env, encoding: 'latin1' });
  return `${stdout}--\n${stderr}-- ${String(status)}\n`;
};

const byGovc: Runner = async (args, cwd, env) => {
  const [out, err] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const status = await run(args, {
    env, stdin: Readable.from([]), stdout: out, stderr: err, clock: Date.now, signal, cwd, files: new DiskHost(process.getuid?.()),
    spawn: new ProcessRunner(() => undefined),
  });
  return `${out.text}--\n${err.text}-- ${status}\n`;
};

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk as never).toString('latin1');
    done();
  }
}

const STATE_FILES = ['HEAD', 'MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'ORIG_HEAD', 'COMMIT_EDITMSG'];

/** What git itself says about a repository, without anything that depends on when or how it was made. */
function describe(root: string, env: NodeJS.ProcessEnv): string {
  const git = (...args: string[]): string => spawnSync('git', args, { cwd: root, env, encoding: 'latin1' }).stdout;
  const lines = [
    // Sizes are forgotten where a file changed in the instant in which the index was written, which is chance.
    ...git('ls-files', '--stage', '--debug').split('\n').filter((line) => !/^ {2}(?:[cm]time|dev|uid):/.test(line)).map((line) => line.replace(/^ {2}size: \d+/, '')),
    git('for-each-ref'), git('reflog', '--all', '--format=%gd %H %gs'), git('config', '--local', '--list'),
    git('rev-list', '--objects', '--all'), git('fsck', '--no-dangling', '--no-progress'), git('status', '--porcelain=v2'),
  ];
  for (const name of STATE_FILES) {
    try {
      lines.push(`${name}: ${readFileSync(join(root, '.git', name), 'latin1')}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return [...lines, ...listFiles(root)].join('\n');
}

function listFiles(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder)).sort().filter((name) => name !== '.git').flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(join(root, path));
    if (stat.isDirectory()) return [`${path}/`, ...listFiles(root, path)];
    if (stat.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(root, path))}`];
    return [`${path} ${(stat.mode & 0o100) === 0 ? '' : 'x '}${JSON.stringify(readFileSync(join(root, path), 'latin1'))}`];
  });
}

