import { COMMANDS } from './commands/table.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import type { CommandIo } from './io.js';
import { overview, unknownCommand } from './print/usage.js';

/**
 * Runs a command line and gives its exit code. Touches nothing but its arguments, so it runs as well inside a process.
 *
 * @param argv without the interpreter and the program: `['serve', '--port', '8080']`
 * @example
 * const code = await run(['version'], io);
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined) {
    io.stderr.write(overview(COMMANDS));
    return EXIT.failed;
  }
  const { name, args } = commandOf(first, rest);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    io.stderr.write(first.startsWith('-') ? `unknown option: ${first}\n${overview(COMMANDS)}` : unknownCommand(first, COMMANDS));
    return first.startsWith('-') ? EXIT.usage : EXIT.failed;
  }
  try {
    const command = await entry.load();
    return await command(args, io);
  } catch (error) {
    const exitCode = exitCodeOf(error);
    io.stderr.write(`${exitCode === EXIT.usage ? 'error' : 'fatal'}: ${messageOf(error)}\n`);
    if (exitCode === EXIT.usage) io.stderr.write(`usage: ${entry.usage}\n`);
    return exitCode;
  }
}

/** `--version`, `--help` and `<command> --help` are other ways to write commands. */
function commandOf(first: string, rest: readonly string[]): { readonly name: string; readonly args: readonly string[] } {
  if (first === '--version' || first === '-v') return { name: 'version', args: rest };
  if (first === '--help' || first === '-h') return { name: 'help', args: rest };
  if (Object.hasOwn(COMMANDS, first) && rest.some((arg) => arg === '--help' || arg === '-h')) return { name: 'help', args: [first] };
  return { name: first, args: rest };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An error of ours says what to do; for any other the stack is the best there is.
  return typeof (error as { code?: unknown }).code === 'string' ? error.message : (error.stack ?? error.message);
}
