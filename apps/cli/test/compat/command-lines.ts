import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';

import { run } from '../../src/run.js';
import { DiskHost } from '../../src/session/disk-host.js';

/** What a command line said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether there is a git to compare with. */
export const GIT_VERSION = findGit();

function findGit(): string | undefined {
  try {
    return execFileSync('git', ['version'], { encoding: 'utf8' }).trim();
  } catch {
    console.warn('skipped: there is no git to compare with');
    return undefined;
  }
}

const ENV: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', TZ: 'UTC', TERM: 'dumb', HOME: '/nowhere', PATH: process.env['PATH'] ?? '',
  GIT_AUTHOR_NAME: 'A U Thor', GIT_AUTHOR_EMAIL: 'author@example.com', GIT_AUTHOR_DATE: '1112911993 -0700',
  GIT_COMMITTER_NAME: 'C O Mitter', GIT_COMMITTER_EMAIL: 'committer@example.com', GIT_COMMITTER_DATE: '1112912053 -0700', GIT_TEST_FSYNC: '0',
};

/** A folder of its own in which both programs are run. */
export class Playground {
  readonly path = mkdtempSync(join(tmpdir(), 'govc-cli-'));
  #seconds = 1_112_912_053;

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Each commit is a minute later than the one before. */
  tick(): void {
    this.#seconds += 60;
  }

  #env(): Record<string, string> {
    return { ...ENV, GIT_COMMITTER_DATE: `${this.#seconds} -0700`, GIT_AUTHOR_DATE: `${this.#seconds - 60} -0700` };
  }

  git(args: readonly string[], { input = '', cwd = this.path }: { readonly input?: string; readonly cwd?: string } = {}): Ended {
    const ended = spawnSync('git', args, { cwd, env: this.#env(), input, encoding: 'latin1' });
    return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  }

  async govc(
    args: readonly string[],
    { input = '', cwd = this.path, isBinary = false, env = this.#env() }: { readonly input?: string; readonly cwd?: string; readonly isBinary?: boolean; readonly env?: Record<string, string> } = {},
  ): Promise<Ended> {
    const pieces = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const sink = (name: 'stdout' | 'stderr'): Writable => new Writable({
      write(chunk: Buffer, _encoding, done) {
        pieces[name].push(chunk);
        done();
      },
    });
    const code = await run(args, {
      env: { ...env, GOVC_PROGRAM: 'git' }, stdin: Readable.from(input === '' ? [] : [Buffer.from(input, isBinary ? 'latin1' : 'utf8')]), stdout: sink('stdout'), stderr: sink('stderr'),
      clock: () => 1_700_000_000_000, signal: new AbortController().signal, cwd, files: new DiskHost(process.getuid?.()),
    });
    const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(pieces[name]).toString('latin1');
    return { code, stdout: text('stdout'), stderr: text('stderr') };
  }
}
