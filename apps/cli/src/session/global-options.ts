/** The options before the command (git(1), "OPTIONS"): they become part of the environment, as Git does it. */

import { die, Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { absolutePath } from './files-host.js';

/** A command line whose first options were read. */
export interface GlobalOptions {
  readonly io: CommandIo;
  /** The command and its arguments. */
  readonly rest: readonly string[];
  /** Whether a pager was asked for (`-p`) or refused (`-P`). */
  readonly pager: boolean | undefined;
}

/** How Git is called, in its own words. */
export const GIT_USAGE = `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]
           [--exec-path[=<path>]] [--html-path] [--man-path] [--info-path]
           [-p | --paginate | -P | --no-pager] [--no-replace-objects] [--bare]
           [--git-dir=<path>] [--work-tree=<path>] [--namespace=<name>]
           [--super-prefix=<path>] [--config-env=<name>=<envvar>]
           <command> [<args>]
`;

/** Reads the options before the command. @throws {Failure} */
export function readGlobalOptions(argv: readonly string[], io: CommandIo): GlobalOptions {
  const reader = new GlobalReader(argv, io);
  reader.read();
  return reader.result();
}

const FLAGS: Readonly<Record<string, readonly [string, string]>> = {
  '--no-replace-objects': ['GIT_NO_REPLACE_OBJECTS', '1'],
  '--literal-pathspecs': ['GIT_LITERAL_PATHSPECS', '1'],
  '--no-literal-pathspecs': ['GIT_LITERAL_PATHSPECS', '0'],
  '--glob-pathspecs': ['GIT_GLOB_PATHSPECS', '1'],
  '--noglob-pathspecs': ['GIT_NOGLOB_PATHSPECS', '1'],
  '--icase-pathspecs': ['GIT_ICASE_PATHSPECS', '1'],
  '--no-optional-locks': ['GIT_OPTIONAL_LOCKS', '0'],
  '--no-lazy-fetch': ['GIT_NO_LAZY_FETCH', '1'],
  '--no-advice': ['GIT_ADVICE', '0'],
};

class GlobalReader {
  readonly #argv: readonly string[];
  readonly #io: CommandIo;
  readonly #env: Record<string, string | undefined>;
  #cwd: string;
  #pager: boolean | undefined;
  #at = 0;

  constructor(argv: readonly string[], io: CommandIo) {
    this.#argv = argv;
    this.#io = io;
    this.#env = { ...io.env };
    this.#cwd = io.cwd;
  }

  result(): GlobalOptions {
    return { io: { ...this.#io, env: this.#env, cwd: this.#cwd }, rest: this.#argv.slice(this.#at), pager: this.#pager };
  }

  read(): void {
    for (; this.#at < this.#argv.length; this.#at++) {
      const arg = this.#argv[this.#at]!;
      if (!arg.startsWith('-') || ['--help', '-h', '--version', '-v', '--exec-path', '--html-path', '--man-path', '--info-path'].includes(arg)) return;
      if (arg.startsWith('--list-cmds=')) return;
      const setting = FLAGS[arg];
      if (setting !== undefined) this.#env[setting[0]] = setting[1];
      else if (!this.#readPlace(arg) && !this.#readConfig(arg)) throw new Failure(`unknown option: ${arg}\n${GIT_USAGE}`, 129);
    }
  }

  #readPlace(arg: string): boolean {
    if (arg === '-p' || arg === '--paginate') this.#pager = true;
    else if (arg === '-P' || arg === '--no-pager') this.#pager = false;
    else if (arg === '-C') this.#changeFolder(this.#value(arg, 'no directory given for \'-C\''));
    else if (arg === '--bare') {
      this.#env['GIT_DIR'] ??= this.#cwd;
      this.#env['GIT_IMPLICIT_WORK_TREE'] = '0';
    } else if (arg === '--git-dir' || arg.startsWith('--git-dir=')) this.#env['GIT_DIR'] = this.#valueOf(arg, "no directory given for '--git-dir' option");
    else if (arg === '--work-tree' || arg.startsWith('--work-tree=')) this.#env['GIT_WORK_TREE'] = this.#valueOf(arg, "no directory given for '--work-tree' option");
    else if (arg === '--namespace' || arg.startsWith('--namespace=')) this.#env['GIT_NAMESPACE'] = this.#valueOf(arg, 'no namespace given for --namespace');
    else if (arg.startsWith('--super-prefix=')) this.#env['GIT_INTERNAL_SUPER_PREFIX'] = arg.slice(15);
    else if (arg.startsWith('--exec-path=')) this.#env['GIT_EXEC_PATH'] = arg.slice(12);
    else if (arg.startsWith('--attr-source=')) this.#env['GIT_ATTR_SOURCE'] = arg.slice(14);
    else return false;
    return true;
  }

  #readConfig(arg: string): boolean {
    if (arg === '-c') {
      this.#configure(this.#value(arg, '-c expects a configuration string'));
      return true;
    }
    if (arg !== '--config-env' && !arg.startsWith('--config-env=')) return false;
    const text = this.#valueOf(arg, 'no config key given for --config-env');
    const equals = text.lastIndexOf('=');
    if (equals < 0) die(`invalid config format: ${text}`);
    const variable = text.slice(equals + 1);
    if (variable === '') die(`missing environment variable name for configuration '${text.slice(0, equals)}'`);
    const value = this.#env[variable];
    if (value === undefined) die(`missing environment variable '${variable}' for configuration '${text.slice(0, equals)}'`);
    this.#append(`${quote(text.slice(0, equals))}=${quote(value)}`);
    return true;
  }

  #configure(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    this.#append(equals < 0 ? `${quote(name)}=` : `${quote(name)}=${quote(text.slice(equals + 1))}`);
  }

  #append(parameter: string): void {
    const before = this.#env['GIT_CONFIG_PARAMETERS'];
    this.#env['GIT_CONFIG_PARAMETERS'] = before === undefined || before === '' ? parameter : `${before} ${parameter}`;
  }

  #changeFolder(path: string): void {
    if (path === '') return;
    const target = absolutePath(this.#cwd, path);
    const { files } = this.#io;
    if (files.kindAt(target) !== 'directory') {
      die(`cannot change to '${path}': ${files.kindAt(target) === undefined ? 'No such file or directory' : 'Not a directory'}`);
    }
    this.#cwd = files.findRealPath(target) ?? target;
  }

  #valueOf(arg: string, sentence: string): string {
    const equals = arg.indexOf('=');
    return equals < 0 ? this.#value(arg, sentence) : arg.slice(equals + 1);
  }

  #value(_arg: string, sentence: string): string {
    if (this.#at + 1 >= this.#argv.length) throw new Failure(`${sentence}\n${GIT_USAGE}`, 129);
    return this.#argv[++this.#at]!;
  }
}

function quote(text: string): string {
  return `'${text.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}
