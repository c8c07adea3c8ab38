import { Readable, Writable } from 'node:stream';

import { MemoryFiles, type Files } from '@govc/core/plumbing';

import { run } from '../run.js';
import { absolutePath } from '../session/files-host.js';
import { MemoryHost } from '../session/memory-host.js';
import { BUILTINS } from './builtins.js';
import { parseLine, type Pipeline, type SimpleCommand, type Word } from './parse-line.js';

/** What a shell is made with. */
export interface ShellOptions {
  /** What `/` is. Default: no files, in memory. */
  readonly files?: Files | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Where it begins. Default: `/`. */
  readonly cwd?: string | undefined;
  /** Milliseconds since 1970. Default: the clock of the machine. */
  readonly clock?: (() => number) | undefined;
}

/** What a command line gave. */
export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell whose commands run in this process, on files in memory. */
export interface Shell {
  readonly files: Files;
  /** The current folder. */
  readonly cwd: string;
  /** Runs a text of command lines one after the other, and gives the exit code of the last. @throws {ShellSyntaxError} */
  exec(text: string): Promise<ShellResult>;
}

/**
 * A shell for `git` (or `govc`) command lines on an in-memory worktree: with pipes, `&&`, `||`, `;`, quotes, variables and redirects.
 * No process is started, and nothing touches the disk. Calls of `exec` run in turn.
 *
 * @example
 * const shell = createShell({ env: { GIT_AUTHOR_NAME: 'Dev', GIT_AUTHOR_EMAIL: 'dev@example.com' } });
 * const { stdout } = await shell.exec('git init -q && git rev-parse --git-dir');
 */
export function createShell(options: ShellOptions = {}): Shell {
  return new MemoryShell(options);
}

interface Streams {
  readonly stdout: Uint8Array[];
  readonly stderr: Uint8Array[];
}

class MemoryShell implements Shell {
  readonly files: Files;
  readonly #host: MemoryHost;
  readonly #clock: () => number;
  readonly #variables: Map<string, string>;
  #cwd: string;
  #status = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ files, env = {}, cwd = '/', clock = Date.now }: ShellOptions) {
    this.files = files ?? new MemoryFiles({ clock });
    this.#host = new MemoryHost(this.files);
    this.#clock = clock;
    this.#cwd = cwd;
    this.#variables = new Map(Object.entries({ HOME: '/', GOVC_PROGRAM: 'git', ...env }));
  }

  get cwd(): string {
    return this.#cwd;
  }

  exec(text: string): Promise<ShellResult> {
    const result = this.#turn.then(() => this.#exec(text));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #exec(text: string): Promise<ShellResult> {
    const pieces: Streams = { stdout: [], stderr: [] };
    for (const pipeline of parseLine(text)) {
      if (pipeline.when === 'and' ? this.#status !== 0 : pipeline.when === 'or' && this.#status === 0) continue;
      await this.#pipeline(pipeline, pieces);
    }
    return { exitCode: this.#status, stdout: Buffer.concat(pieces.stdout).toString('utf8'), stderr: Buffer.concat(pieces.stderr).toString('utf8') };
  }

  async #pipeline({ commands }: Pipeline, to: Streams): Promise<void> {
    let input: Uint8Array = new Uint8Array(0);
    for (const [index, command] of commands.entries()) {
      const own: Streams = { stdout: [], stderr: to.stderr };
      this.#status = await this.#command(command, input, own);
      input = Buffer.concat(own.stdout);
      if (index === commands.length - 1) to.stdout.push(input);
    }
  }

  async #command(command: SimpleCommand, piped: Uint8Array, to: Streams): Promise<number> {
    const words = command.words.flatMap((word) => this.#expand(word));
    const assigned = command.assignments.map(({ name, value }) => [name, this.#join(value)] as const);
    if (words.length === 0) for (const [name, value] of assigned) this.#variables.set(name, value);
    let input = piped;
    const targets: { readonly path: string; readonly stream: 1 | 2; readonly appends: boolean }[] = [];
    let joins = false;
    for (const { kind, stream, target } of command.redirects) {
      const path = absolutePath(this.#cwd, this.#join(target)).slice(1);
      if (kind === 'join') joins = true;
      else if (kind !== 'read') targets.push({ path, stream, appends: kind === 'append' });
      else if (this.files.find(path)?.kind === 'file') input = this.files.read(path);
      else return this.#say(to, `${this.#join(target)}: No such file or directory\n`, 1);
    }
    const own: Streams = { stdout: [], stderr: [] };
    const output: Streams = joins ? { stdout: own.stdout, stderr: own.stdout } : own;
    const code = words.length === 0 ? 0 : await this.#run(words, { input, env: Object.fromEntries([...this.#variables, ...assigned]), to: output });
    for (const [stream, pieces] of [[1, own.stdout], [2, own.stderr]] as const) {
      const target = targets.findLast((each) => each.stream === stream);
      for (const each of targets) if (each.stream === stream && each !== target && !each.appends) this.files.write(each.path, new Uint8Array(0));
      if (target === undefined) (stream === 1 ? to.stdout : to.stderr).push(...pieces);
      else this.#store(target.path, Buffer.concat(pieces), target.appends);
    }
    return code;
  }

  #store(path: string, bytes: Uint8Array, appends: boolean): void {
    const before = appends && this.files.find(path)?.kind === 'file' ? this.files.read(path) : new Uint8Array(0);
    this.files.write(path, before.length === 0 ? bytes : Buffer.concat([before, bytes]), { isExecutable: this.files.find(path)?.isExecutable });
  }

  #say(to: Streams, text: string, code: number): number {
    to.stderr.push(Buffer.from(text));
    return code;
  }

  async #run([name = '', ...args]: readonly string[], { input, env, to }: { readonly input: Uint8Array; readonly env: Record<string, string>; readonly to: Streams }): Promise<number> {
    if (name === 'export') {
      for (const arg of args) if (arg.includes('=')) this.#variables.set(arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1));
      return 0;
    }
    if (name === 'git' || name === 'govc') return this.#git(args, { input, env: { ...env, GOVC_PROGRAM: name }, to });
    const builtin = Object.hasOwn(BUILTINS, name === '[' ? 'test' : name) ? BUILTINS[name === '[' ? 'test' : name] : undefined;
    if (builtin === undefined) return this.#say(to, `${name}: command not found\n`, 127);
    const result = builtin({ args: name === '[' ? args.slice(0, -1) : args, files: this.files, cwd: this.#cwd, input });
    if (result.cwd !== undefined) this.#cwd = result.cwd;
    if (result.stdout !== undefined) to.stdout.push(typeof result.stdout === 'string' ? Buffer.from(result.stdout) : result.stdout);
    return result.stderr === undefined ? result.exitCode : this.#say(to, result.stderr, result.exitCode);
  }

  #git(args: readonly string[], { input, env, to }: { readonly input: Uint8Array; readonly env: Record<string, string>; readonly to: Streams }): Promise<number> {
    const sink = (pieces: Uint8Array[]): Writable => new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        pieces.push(chunk);
        done();
      },
    });
    return run(args, {
      env, stdin: Readable.from(input.length === 0 ? [] : [Buffer.from(input)]), stdout: sink(to.stdout), stderr: sink(to.stderr), clock: this.#clock,
      signal: new AbortController().signal, cwd: this.#cwd, files: this.#host,
    });
  }

  /** A word with its variables; one that is not quoted may become several, or none. */
  #expand(word: Word): string[] {
    const words: string[] = [];
    let current: string | undefined;
    for (const { text, expands, isQuoted } of word) {
      const value = expands ? this.#substitute(text) : text;
      if (isQuoted || value === text) {
        current = (current ?? '') + value;
        continue;
      }
      const pieces = value.split(/\s+/);
      current = (current ?? '') + pieces[0]!;
      for (const piece of pieces.slice(1)) {
        if (current !== '') words.push(current);
        current = piece;
      }
      if (current === '' && !word.some((part) => part.isQuoted)) current = undefined;
    }
    return current === undefined ? words : [...words, current];
  }

  #join(word: Word): string {
    return word.map(({ text, expands }) => (expands ? this.#substitute(text) : text)).join('');
  }

  #substitute(text: string): string {
    return text.replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*)|(\?))/g, (_, braced: string | undefined, plain: string | undefined, status: string | undefined) =>
      status !== undefined ? String(this.#status) : this.#variables.get(braced ?? plain!) ?? '');
  }
}
