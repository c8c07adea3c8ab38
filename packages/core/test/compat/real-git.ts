import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';

/** What a git command did. */
export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A temporary directory and the git on PATH, with nothing of the user's configuration. */
export class RealGit {
  readonly folder = mkdtempSync(join(tmpdir(), 'govc-compat-'));

  run(args: readonly string[], input: string | Uint8Array = '', env: Readonly<Record<string, string>> = {}): GitResult {
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: this.folder,
      input,
      maxBuffer: 1 << 28,
      env: { ...GIT_ENVIRONMENT, HOME: this.folder, ...env },
    });
    if (error !== undefined) throw error;
    return { status: status ?? -1, stdout, stderr: stderr.toString() };
  }

  /** The standard output of a command that must succeed. */
  read(args: readonly string[], input: string | Uint8Array = '', env: Readonly<Record<string, string>> = {}): Buffer {
    const { status, stdout, stderr } = this.run(args, input, env);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const DATE = '1700000000 +0000';

/** The environment of every git here. */
export const GIT_ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
  GIT_COMMITTER_DATE: DATE,
};

const hasGit = spawnSync('git', ['--version']).error === undefined;
if (!hasGit) console.warn('No git on PATH: nothing is compared with it.');

/** A `describe` whose tests need git: skipped, with a warning, where there is none. */
export const describeWithGit: (name: string, body: () => void) => void = hasGit ? describe : describe.skip;

/** Whether the git on PATH keeps refs in tables, which began with 2.45. */
export function gitReadsTables(): boolean {
  if (!hasGit) return false;
  const match = /(\d+)\.(\d+)/.exec(spawnSync('git', ['--version']).stdout.toString());
  return match !== null && Number(match[1]) * 1000 + Number(match[2]) >= 2045;
}
