import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';

import { createNodeHttpClient, createNodeProgramRunner } from '@govc/core/protocol';

import { run } from '../../src/run.js';
import { DiskHost } from '../../src/session/disk-host.js';
import { ProcessRunner } from '../../src/session/process-runner.js';

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '', LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', TERM: 'dumb',
  GIT_AUTHOR_NAME: 'A U Thor', GIT_AUTHOR_EMAIL: 'author@example.com', GIT_COMMITTER_NAME: 'C O Mitter', GIT_COMMITTER_EMAIL: 'committer@example.com',
  GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** Two folders in which the same is done, by git in one and by govc in the other. */
export class Twins {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'govc-twins-')));

  constructor() {
    for (const side of ['git', 'govc']) mkdirSync(join(this.folder, side));
  }

  /** The same git commands in both. */
  prepare(lines: readonly (readonly string[])[], cwd = ''): void {
    for (const side of ['git', 'govc']) {
      for (const args of lines) {
        const ran = this.#git(args, join(this.folder, side, cwd));
        if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`);
      }
    }
  }

  /** The same command line by both; the folders are taken out of what they said. */
  async both(args: readonly string[], cwd = ''): Promise<{ readonly git: Ran; readonly govc: Ran }> {
    const git = this.#git(args, join(this.folder, 'git', cwd));
    const govc = await this.#govc(args, join(this.folder, 'govc', cwd));
    return { git: this.#plain(git), govc: this.#plain(govc) };
  }

  /** A command line by govc alone. */
  async govc(args: readonly string[], cwd = ''): Promise<Ran> {
    return this.#plain(await this.#govc(args, join(this.folder, 'govc', cwd)));
  }

  /** The output of a git command in both. */
  look(args: readonly string[], cwd = ''): { readonly git: string; readonly govc: string } {
    const of = (side: string): string => {
      const { code, stdout, stderr } = this.#plain(this.#git(args, join(this.folder, side, cwd)));
      return code === 0 ? stdout : `${code} ${stderr}`;
    };
    return { git: of('git'), govc: of('govc') };
  }

  /** A file of both. */
  file(path: string): { readonly git: string; readonly govc: string } {
    const of = (side: string): string => readFileSync(join(this.folder, side, path), 'utf8').replaceAll(join(this.folder, side), '<folder>');
    return { git: of('git'), govc: of('govc') };
  }

  /** An executable file in both. */
  hook(path: string, text: string): void {
    for (const side of ['git', 'govc']) {
      mkdirSync(dirname(join(this.folder, side, path)), { recursive: true });
      writeFileSync(join(this.folder, side, path), text, { mode: 0o755 });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #plain({ code, stdout, stderr }: Ran): Ran {
    const plain = (text: string): string => text.replaceAll(join(this.folder, 'govc'), '<folder>').replaceAll(join(this.folder, 'git'), '<folder>');
    return { code, stdout: plain(stdout), stderr: plain(stderr) };
  }

  #git(args: readonly string[], cwd: string): Ran {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd, env: { ...ENVIRONMENT, HOME: this.folder }, encoding: 'utf8' });
    return { code: status ?? -1, stdout, stderr };
  }

  async #govc(args: readonly string[], cwd: string): Promise<Ran> {
    const outputs = { stdout: '', stderr: '' };
    const sink = (name: 'stdout' | 'stderr'): Writable => new Writable({
      write(chunk: Buffer, _encoding, done) {
        outputs[name] += chunk.toString('utf8');
        done();
      },
    });
    const env = { ...ENVIRONMENT, HOME: this.folder };
    const code = await run(args, {
      env, stdin: Readable.from([]), stdout: sink('stdout'), stderr: sink('stderr'), clock: () => 1_700_000_000_000, signal: new AbortController().signal, cwd,
      files: new DiskHost(undefined), spawn: new ProcessRunner(() => undefined), start: createNodeProgramRunner(env), http: async (options) => createNodeHttpClient(options),
    });
    return { code, ...outputs };
  }
}
