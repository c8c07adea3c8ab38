/** Aliases (`alias.<name>` in git-config(1)) and programs that stand in for commands. */
import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { absolutePath } from './files-host.js';
import { Config } from '@govc/core/plumbing';
import { branchOfHead, readScopes } from './config-scopes.js';
import { discover } from './discover.js';

/** What an alias came to: another command line, or the exit code of a program. */
export type ExpandedAlias = { readonly argv: readonly string[] } | { readonly exitCode: number };

/** A program by its name in the PATH; `undefined` where there is none. */
export function findProgram(name: string, { env, files, cwd }: CommandIo): string | undefined {
  for (const folder of [env['GIT_EXEC_PATH'], ...(env['PATH'] ?? '').split(':')]) {
    if (folder === undefined || folder === '') continue;
    const path = `${absolutePath(cwd, folder)}/${name}`;
    if (files.kindAt(path) === 'file') return path;
  }
  return undefined;
}

/** The command line of an alias. @throws {Failure} it is empty or runs in circles */
export async function expandAlias(
  name: string, args: readonly string[], { io, aliases }: { readonly io: CommandIo; readonly aliases: readonly string[] },
): Promise<ExpandedAlias | undefined> {
  if (!/^[A-Za-z0-9.-]+$/.test(name)) return undefined;
  const found = discover(io);
  const config = Config.from(...readScopes({
    files: io.files, env: io.env, cwd: io.cwd,
    repository: found === undefined ? undefined
      : { gitDirectory: found.gitDirectory, commonDirectory: found.commonDirectory, commonText: found.commonDirectory, branch: branchOfHead(io.files, found.gitDirectory) },
  }).map(({ entries }) => entries));
  const entry = config.entries('alias.').findLast(({ section, subsection, key }) =>
    section === 'alias' && (subsection === undefined ? key === name.toLowerCase() : subsection === name && key === 'command'));
  if (entry === undefined) return undefined;
  if (entry.value === undefined) die(`bad config variable 'alias.${name}'${entry.origin === undefined ? '' : ` in file '${entry.origin}' at line ${entry.line}`}`);
  const text = entry.value.trimStart();
  if (text.startsWith('!')) return runShellAlias(text.slice(1), args, { io, top: found?.worktree });
  const argv = splitCommandLine(text, name);
  if (argv.length === 0) die(`empty alias for ${name}`);
  if (argv[0] === name) die(`recursive alias: ${name}`);
  if (aliases.includes(argv[0]!)) {
    const chain = [...aliases, name].map((step) => `\n  ${step}${step === argv[0] ? ' <==' : step === name ? ' ==>' : ''}`).join('');
    die(`alias loop detected: expansion of '${aliases[0]!}' does not terminate:${chain}`);
  }
  return { argv: [...argv, ...args] };
}

async function runShellAlias(
  line: string, args: readonly string[], { io, top }: { readonly io: CommandIo; readonly top: string | undefined },
): Promise<ExpandedAlias> {
  if (io.spawn === undefined) die(`cannot run the alias '${line}': no programs can be run here`);
  const cwd = top ?? io.cwd;
  const prefix = io.cwd === cwd ? '' : `${io.cwd.slice(cwd.length + 1)}/`;
  const env = { ...io.env, GIT_PREFIX: prefix };
  const { exitCode } = await io.spawn.run([line, ...args], { cwd, env, stdin: 'inherit', output: 'inherit', isShell: true });
  return { exitCode };
}

/** Words of a command line with quotes and backslashes, as Git splits aliases. @throws {Failure} */
export function splitCommandLine(text: string, name: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote === '' && /[ \t\n\v\f\r]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === quote) {
      quote = '';
    } else if (character === '\\' && quote !== "'") {
      at++;
      if (at >= text.length) die(`bad alias.${name} string: cmdline ends with \\`);
      word = (word ?? '') + text[at]!;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') die(`bad alias.${name} string: unclosed quote`);
  return word === undefined ? words : [...words, word];
}
