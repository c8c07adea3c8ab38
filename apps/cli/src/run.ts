import { COMMANDS } from './commands/table.js';
import type { Context } from './context.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import type { CommandIo } from './io.js';
import { explain } from './print/explain.js';
import { overview, unknownCommand } from './print/usage.js';
import { readGlobalOptions } from './session/global-options.js';
import type { PagedIo } from './session/pager.js';
import type { Session } from './session/session.js';

/**
 * Runs a command line and gives its exit code. Touches nothing but its arguments, so it runs as well inside a process.
 *
 * @param argv without the interpreter and the program: `['serve', '--port', '8080']`
 * @example
 * const code = await run(['version'], io);
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const { io: inner, rest, pager } = readGlobalOptions(argv, io);
    const [first, ...args] = rest;
    if (first === undefined) {
      io.stderr.write(overview(COMMANDS, io));
      return 1;
    }
    return await runCommand(first, args, { io: inner, pager, aliases: [] });
  } catch (error) {
    const { text, exitCode } = explain(error);
    if (text !== '') io.stderr.write(text);
    return exitCode;
  }
}

interface Surroundings {
  readonly io: CommandIo;
  readonly pager: boolean | undefined;
  /** The aliases that led here, to see where they run in circles. */
  readonly aliases: readonly string[];
}

async function runCommand(first: string, rest: readonly string[], around: Surroundings): Promise<number> {
  const { name, args } = commandOf(first, rest);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) return runOther(name, args, around);
  const paged = around.io.isTerminal?.(1) === true ? await page(name, args, around) : undefined;
  const context = new CommandContext(name, paged?.io ?? around.io);
  try {
    const command = await entry.load();
    const code = await command(args, context);
    await context.close();
    await paged?.close();
    return code;
  } catch (error) {
    await context.closeAfter(error);
    await paged?.close();
    const { text, exitCode } = explain(error);
    if (text !== '') around.io.stderr.write(text);
    if (exitCode === EXIT.usage && entry.usage !== undefined) around.io.stderr.write(`usage: ${entry.usage}\n`);
    return exitCode;
  }
}

/** The pager for a command, which the configuration of the repository here has a say in. */
async function page(name: string, args: readonly string[], { io, pager }: Surroundings): Promise<PagedIo | undefined> {
  const probe = new CommandContext(name, io);
  try {
    const { startPager } = await import('./session/pager.js');
    return await startPager(io, { name, args, asked: pager, config: await probe.config() });
  } finally {
    await probe.close();
  }
}

/** `--version`, `--help` and `<command> --help` are other ways to write commands. */
function commandOf(first: string, rest: readonly string[]): { readonly name: string; readonly args: readonly string[] } {
  if (first === '--version' || first === '-v') return { name: 'version', args: rest };
  if (first === '--help' || first === '-h') return { name: 'help', args: rest };
  if (first.startsWith('--') && first.includes('-path')) return { name: 'exec-path', args: [first] };
  if (first.startsWith('--list-cmds=')) return { name: 'list-commands', args: [first.slice(12)] };
  if (Object.hasOwn(COMMANDS, first) && rest[0] === '--help') return { name: 'help', args: [first] };
  return { name: first, args: rest };
}

/** An alias, or a program `git-<name>` in the PATH. */
async function runOther(name: string, args: readonly string[], around: Surroundings): Promise<number> {
  const { io } = around;
  const { expandAlias, findProgram } = await import('./session/alias.js');
  const program = findProgram(`git-${name}`, io);
  if (program !== undefined && io.spawn !== undefined) {
    return (await io.spawn.run([program, ...args], { cwd: io.cwd, env: io.env, stdin: 'inherit', output: 'inherit' })).exitCode;
  }
  const expanded = await expandAlias(name, args, { io, aliases: around.aliases });
  if (expanded === undefined) {
    if (around.aliases.length > 0) throw new Failure(`expansion of alias '${around.aliases[0]!}' failed; '${name}' is not a git command\n`, 1);
    io.stderr.write(unknownCommand(name, COMMANDS, io));
    return 1;
  }
  if ('exitCode' in expanded) return expanded.exitCode;
  const inner = readGlobalOptions(expanded.argv, io);
  const [first, ...rest] = inner.rest;
  return runCommand(first!, rest, { io: inner.io, pager: inner.pager ?? around.pager, aliases: [...around.aliases, name] });
}

class CommandContext implements Context {
  readonly io: CommandIo;
  readonly name: string;
  #session: Promise<Session | undefined> | undefined;

  constructor(name: string, io: CommandIo) {
    this.name = name;
    this.io = io;
  }

  async session(): Promise<Session> {
    return (await this.findSession()) ?? (await import('./session/session.js')).noRepository(this.io);
  }

  findSession(): Promise<Session | undefined> {
    this.#session ??= import('./session/session.js').then(({ openSession }) => openSession(this.io));
    return this.#session;
  }

  async config(): Promise<Session['config']> {
    const session = await this.findSession();
    return session?.config ?? (await import('./session/config-scopes.js')).readConfig({ files: this.io.files, env: this.io.env, cwd: this.io.cwd });
  }

  run(argv: readonly string[], changes: Partial<CommandIo> = {}): Promise<number> {
    return run(argv, { ...this.io, ...changes });
  }

  /** Makes durable what was done. */
  async close(): Promise<void> {
    const session = await this.#session;
    if (session === undefined) return;
    for (const end of session.endings.splice(0)) await end();
    await this.io.files.release(session.repository);
  }

  /** What was done before an error stays done; a second error would hide the first. */
  async closeAfter(error: unknown): Promise<void> {
    try {
      await this.close();
    } catch (second) {
      if (!(error instanceof Failure)) throw second;
    }
  }
}
