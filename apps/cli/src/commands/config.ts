import type { ConfigEntry } from '@govc/core/plumbing';
import {
  addConfigValue, bytesFromLosslessText, compileTextPattern, Config, expandConfigPath, findConfigBool, findConfigInt, findExpiryDate, formatConfigName,
  parseConfig, parseConfigName, removeConfigSection, renameConfigSection, replaceConfigValues, setConfigValue, unsetConfigValue,
  unsetConfigValues,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, endWith, failWith, Failure } from '../failure.js';
import { flag, group, modeFlag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readAll, writeText } from '../print/output.js';
import { quotePathC } from '../print/quote-c.js';
import { colorCode } from '../print/color.js';
import { globalConfigPaths, includeFiles, readScopes, systemConfigPath, type ConfigRequest, type ScopedEntries } from '../session/config-scopes.js';
import { discover } from '../session/discover.js';
import { branchOfHead } from '../session/config-scopes.js';
import { absolutePath, parentPath } from '../session/files-host.js';
import { editFile } from '../session/programs.js';

const USAGE = ['git config [<options>]'];

type Action = 'get' | 'get-all' | 'get-regexp' | 'get-urlmatch' | 'replace-all' | 'add' | 'unset' | 'unset-all' | 'rename-section' | 'remove-section' |
  'list' | 'edit' | 'get-color' | 'get-colorbool';
type ValueType = 'bool' | 'int' | 'bool-or-int' | 'bool-or-str' | 'path' | 'expiry-date' | 'color';

interface ConfigOptions {
  place: 'system' | 'global' | 'local' | 'worktree' | undefined;
  places: number;
  file: string | undefined;
  blob: string | undefined;
  action: Action | undefined;
  type: ValueType | undefined;
  nul: boolean;
  nameOnly: boolean;
  showsOrigin: boolean;
  showsScope: boolean;
  fixedValue: boolean;
  includes: boolean | undefined;
  fallback: string | undefined;
}

const TYPES: readonly ValueType[] = ['bool', 'int', 'bool-or-int', 'bool-or-str', 'path', 'expiry-date', 'color'];

/** `git config`. */
export const configCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: ConfigOptions = {
    place: undefined, places: 0, file: undefined, blob: undefined, action: undefined, type: undefined, nul: false, nameOnly: false, showsOrigin: false,
    showsScope: false, fixedValue: false, includes: undefined, fallback: undefined,
  };
  const place = (name: NonNullable<ConfigOptions['place']>, help: string): ReturnType<typeof flag> => flag(name, help, (isOn) => {
    seen.place = isOn ? name : undefined;
    if (isOn) seen.places++;
  });
  const action = (names: string, help: string, name: Action): ReturnType<typeof modeFlag> => modeFlag(names, help, 'action', () => { seen.action = name; });
  const typed = (name: ValueType, help: string): ReturnType<typeof flag> => flag(name, help, (isOn) => { setType(seen, isOn ? name : undefined); });
  const options = [
    group('Config file location'),
    place('global', 'use global config file'), place('system', 'use system config file'), place('local', 'use repository config file'),
    place('worktree', 'use per-worktree config file'),
    value('f|file', 'file', 'use given config file', (text) => { seen.file = text; }),
    value('blob', 'blob-id', 'read config from given blob object', (text) => { seen.blob = text; }),
    group('Action'),
    action('get', 'get value: name [value-pattern]', 'get'),
    action('get-all', 'get all values: key [value-pattern]', 'get-all'),
    action('get-regexp', 'get values for regexp: name-regex [value-pattern]', 'get-regexp'),
    action('get-urlmatch', 'get value specific for the URL: section[.var] URL', 'get-urlmatch'),
    action('replace-all', 'replace all matching variables: name value [value-pattern]', 'replace-all'),
    action('add', 'add a new variable: name value', 'add'),
    action('unset', 'remove a variable: name [value-pattern]', 'unset'),
    action('unset-all', 'remove all matches: name [value-pattern]', 'unset-all'),
    action('rename-section', 'rename section: old-name new-name', 'rename-section'),
    action('remove-section', 'remove a section: name', 'remove-section'),
    action('l|list', 'list all', 'list'),
    flag('fixed-value', 'use string equality when comparing values to \'value-pattern\'', (isOn) => { seen.fixedValue = isOn; }),
    action('e|edit', 'open an editor', 'edit'),
    action('get-color', 'find the color configured: slot [default]', 'get-color'),
    action('get-colorbool', 'find the color setting: slot [stdout-is-tty]', 'get-colorbool'),
    group('Type'),
    value('t|type', 'type', 'value is given this type', (text) => {
      if (text !== undefined && !(TYPES as readonly string[]).includes(text)) die(`unrecognized --type argument, ${text}`);
      setType(seen, text as ValueType | undefined);
    }),
    typed('bool', 'value is "true" or "false"'), typed('int', 'value is decimal number'), typed('bool-or-int', 'value is --bool or --int'),
    typed('bool-or-str', 'value is --bool or string'), typed('path', 'value is a path (file or directory name)'),
    typed('expiry-date', 'value is an expiry date'),
    group('Other'),
    flag('z|null', 'terminate values with NUL byte', (isOn) => { seen.nul = isOn; }),
    flag('name-only', 'show variable names only', (isOn) => { seen.nameOnly = isOn; }),
    flag('includes', 'respect include directives on lookup', (isOn) => { seen.includes = isOn; }),
    flag('show-origin', 'show origin of config (file, standard input, blob, command line)', (isOn) => { seen.showsOrigin = isOn; }),
    flag('show-scope', 'show scope of config (worktree, local, global, system, command)', (isOn) => { seen.showsScope = isOn; }),
    value('default', 'value', 'with --get, use default value when missing entry', (text) => { seen.fallback = text; }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options, stopsAtArgument: true });
  const usage = usageText(USAGE, options);
  const given = (seen.place === undefined ? 0 : 1) + (seen.file === undefined ? 0 : 1) + (seen.blob === undefined ? 0 : 1);
  if (given > 1 || seen.places > 1) usageError(usage, 'only one config file at a time');
  const chosen = seen.action ?? (rest.length === 1 ? 'get' : rest.length === 2 ? 'set' : rest.length === 3 ? 'set' : undefined);
  if (chosen === undefined) usageError(usage);
  if (seen.nameOnly && chosen !== 'list' && chosen !== 'get-regexp') usageError(usage, '--name-only is only applicable to --list or --get-regexp');
  if (seen.showsOrigin && !['list', 'get', 'get-all', 'get-regexp'].includes(chosen)) usageError(usage, '--show-origin is only applicable to --get, --get-all, --get-regexp, and --list');
  if (seen.fallback !== undefined && chosen !== 'get') usageError(usage, '--default is only applicable to --get');
  if (seen.fixedValue && !hasPattern(chosen, rest)) throw new Failure('error: --fixed-value only applies with \'value-pattern\'\n' + usage, 129);
  return new ConfigWork(context, seen, usage).run(chosen, rest);
};

function setType(seen: ConfigOptions, type: ValueType | undefined): void {
  if (type !== undefined && seen.type !== undefined && seen.type !== type) throw new Failure('error: only one type at a time\n', 129);
  seen.type = type;
}

function hasPattern(action: string, rest: readonly string[]): boolean {
  const count: Readonly<Record<string, number>> = { get: 2, 'get-all': 2, 'get-regexp': 2, unset: 2, 'unset-all': 2, 'replace-all': 3, set: 3 };
  return rest.length >= (count[action] ?? Number.POSITIVE_INFINITY);
}

interface ShownEntry {
  readonly entry: ConfigEntry;
  readonly scope: string;
}

class ConfigWork {
  readonly #context: Context;
  readonly #options: ConfigOptions;
  readonly #usage: string;

  constructor(context: Context, options: ConfigOptions, usage: string) {
    this.#context = context;
    this.#options = options;
    this.#usage = usage;
  }

  async run(action: Action | 'set', rest: readonly string[]): Promise<number> {
    const count = (min: number, max = min): void => {
      if (rest.length < min || rest.length > max) usageError(this.#usage, rest.length < min || max === min ? `wrong number of arguments, should be ${min === max ? String(min) : `from ${min} to ${max}`}` : `wrong number of arguments, should be from ${min} to ${max}`);
    };
    const [first = '', second, third] = rest;
    switch (action) {
      case 'list': count(0); return this.#list();
      case 'get': count(1, 2); return this.#get(first, second, false);
      case 'get-all': count(1, 2); return this.#get(first, second, true);
      case 'get-regexp': count(1, 2); return this.#getMatching(first, second);
      case 'get-urlmatch': count(2); return this.#getUrl(first, second!);
      case 'get-color': count(1, 2); return this.#getColor(first, second);
      case 'get-colorbool': count(1, 2); return this.#getColorBool(first, second);
      case 'edit': count(0); return this.#edit();
      case 'set':
        this.#checkWritable();
        return this.#set(first, second!, { pattern: third, replacesAll: false });
      case 'replace-all': count(2, 3); this.#checkWritable(); return this.#set(first, second!, { pattern: third, replacesAll: true });
      case 'add': count(2); this.#checkWritable(); return this.#change(first, (bytes) => addConfigValue(bytes, first, this.#normalize(first, second!)));
      case 'unset': count(1, 2); this.#checkWritable(); return this.#unset(first, second, false);
      case 'unset-all': count(1, 2); this.#checkWritable(); return this.#unset(first, second, true);
      case 'rename-section': count(2); this.#checkWritable(); return this.#editSection(first, (bytes) => renameConfigSection(bytes, first, second!), second);
      case 'remove-section': count(1); this.#checkWritable(); return this.#editSection(first, (bytes) => removeConfigSection(bytes, first));
    }
  }

  #checkWritable(): void {
    if (this.#options.file === '-') die('writing to stdin is not supported');
    if (this.#options.blob !== undefined) die('writing config blobs is not supported');
  }

  // ---- reading

  async #read(): Promise<ShownEntry[]> {
    const { io } = this.#context;
    const { file, blob, place } = this.#options;
    const followsIncludes = this.#options.includes ?? (file === undefined && blob === undefined && place === undefined);
    const request = { ...this.#request(), followsIncludes };
    const one = (bytes: Uint8Array, shown: string, at: { readonly path: string | undefined; readonly scope: string }): ShownEntry[] =>
      includeFiles(request, { entries: parseChecked(bytes, shown), path: at.path }).map((entry) => ({ entry, scope: at.scope }));
    if (blob !== undefined) {
      const session = await this.#context.session();
      const { needObject } = await import('../session/revisions.js');
      let id;
      try {
        id = needObject(session, blob);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(`error: unable to resolve config blob '${blob}'\n`, 1);
      }
      const object = session.context.snapshot.objects.find(id);
      if (object?.type !== 'blob') failWith(`reference '${blob}' does not point to a blob`);
      return one(object.body, `blob ${blob}`, { path: undefined, scope: 'command' });
    }
    if (file === '-') return one(await readAll(io.stdin), 'standard input', { path: undefined, scope: 'command' });
    if (file !== undefined || place !== undefined || io.env['GIT_CONFIG'] !== undefined) {
      const { path, shown } = this.#place();
      const bytes = this.#readBytes(path, shown);
      if (bytes === undefined) {
        if (file !== undefined || place !== undefined) {
          if (this.#options.action === 'list') die(`unable to read config file '${shown}': No such file or directory`);
        }
        return [];
      }
      return one(bytes, shown, { path, scope: place ?? 'command' });
    }
    return flatten(readScopes(request));
  }

  #readBytes(path: string, shown: string): Uint8Array | undefined {
    const { files } = this.#context.io;
    if (files.kindAt(path) === 'directory') die(`unable to read config file '${shown}': Is a directory`);
    return files.readFile(path);
  }

  #request(): ConfigRequest {
    const { io } = this.#context;
    const found = discover(io);
    return {
      files: io.files, env: io.env, cwd: io.cwd,
      repository: found === undefined ? undefined : {
        gitDirectory: found.gitDirectory, commonDirectory: found.commonDirectory, branch: branchOfHead(io.files, found.gitDirectory),
        commonText: found.commonDirectory !== found.gitDirectory ? found.commonDirectory : found.gitDirectoryText === '.' ? '.' : found.gitDirectoryText,
      },
    };
  }

  /** The one file that is meant. */
  #place(): { readonly path: string; readonly shown: string } {
    const { io } = this.#context;
    const { file, place } = this.#options;
    const named = file ?? (place === undefined ? io.env['GIT_CONFIG'] : undefined);
    if (named !== undefined) return { path: absolutePath(io.cwd, named.startsWith('~/') ? `${io.env['HOME'] ?? ''}${named.slice(1)}` : named), shown: named };
    if (place === 'system') return { path: systemConfigPath(io.env), shown: systemConfigPath(io.env) };
    if (place === 'global') {
      const paths = globalConfigPaths(io.env);
      if (paths.length === 0) die('$HOME not set');
      const chosen = paths.length === 1 ? paths[0]! : io.files.kindAt(paths[1]!) === undefined && io.files.kindAt(paths[0]!) === 'file' ? paths[0]! : paths[1]!;
      return { path: absolutePath(io.cwd, chosen), shown: chosen };
    }
    const found = discover(io);
    if (found === undefined) {
      if (place === 'worktree') die('--worktree can only be used inside a git repository');
      if (place === 'local') die('--local can only be used inside a git repository');
      die('not in a git directory');
    }
    if (place === 'worktree') {
      const common = parseChecked(io.files.readFile(`${found.commonDirectory}/config`) ?? new Uint8Array(0), 'config');
      const isOn = Config.from(common).getBool('extensions.worktreeconfig', false);
      const linked = io.files.kindAt(`${found.commonDirectory}/worktrees`) === 'directory';
      if (!isOn && linked) die('--worktree cannot be used with multiple working trees unless the config\nextension worktreeConfig is enabled. Please read "CONFIGURATION FILE"\nsection in "git help worktree" for details');
      if (isOn) return { path: `${found.gitDirectory}/config.worktree`, shown: `${found.gitDirectoryText}/config.worktree` };
    }
    const base = found.commonDirectory === found.gitDirectory ? found.gitDirectoryText : found.commonDirectory;
    return { path: `${found.commonDirectory}/config`, shown: base === '.' ? 'config' : `${base}/config` };
  }

  async #list(): Promise<number> {
    for (const { entry, scope } of await this.#read()) {
      this.#print({ entry, scope }, this.#options.nameOnly || entry.value === undefined ? formatConfigName(entry)
        : `${formatConfigName(entry)}${this.#options.nul ? '\n' : '='}${this.#options.type === undefined ? entry.value : this.#convert(entry)}`);
    }
    return 0;
  }

  async #get(name: string, pattern: string | undefined, wantsAll: boolean): Promise<number> {
    const key = this.#key(name);
    const accepts = this.#acceptor(pattern);
    const found = (await this.#read()).filter(({ entry }) => formatConfigName(entry) === key && accepts(entry.value));
    if (found.length === 0) {
      if (this.#options.fallback === undefined || wantsAll) return 1;
      const parts = parseConfigName(name);
      const text = this.#convert({ ...parts, value: this.#options.fallback, line: 0 });
      writeText(this.#context.io.stdout, `${text}${this.#options.nul ? '\0' : '\n'}`);
      return 0;
    }
    for (const shown of wantsAll ? found : found.slice(-1)) this.#print(shown, this.#convert(shown.entry));
    return 0;
  }

  async #getMatching(name: string, pattern: string | undefined): Promise<number> {
    const lowered = lowerPattern(name);
    const isNamed = this.#pattern(lowered, 'key');
    const accepts = this.#acceptor(pattern);
    const found = (await this.#read()).filter(({ entry }) => isNamed(formatConfigName(entry)) && accepts(entry.value));
    for (const shown of found) {
      const key = formatConfigName(shown.entry);
      const hasValue = shown.entry.value !== undefined || this.#options.type !== undefined;
      this.#print(shown, this.#options.nameOnly || !hasValue ? key : `${key}${this.#options.nul ? '\n' : ' '}${this.#convert(shown.entry)}`);
    }
    return found.length === 0 ? 1 : 0;
  }

  async #getUrl(name: string, url: string): Promise<number> {
    const config = Config.from((await this.#read()).map(({ entry }) => entry));
    const { io } = this.#context;
    const end = this.#options.nul ? '\0' : '\n';
    if (name.includes('.')) {
      const value = config.getUrlMatch(name, url);
      if (value === undefined) return 1;
      writeText(io.stdout, `${this.#convert({ ...parseConfigName(name), value, line: 0 })}${end}`);
      return 0;
    }
    const keys = [...new Set(config.entries().filter(({ section }) => section === name.toLowerCase()).map(({ key }) => key))].sort();
    let count = 0;
    for (const key of keys) {
      const value = config.getUrlMatch(`${name}.${key}`, url);
      if (value === undefined) continue;
      count++;
      writeText(io.stdout, `${name.toLowerCase()}.${key}${this.#options.nul ? '\n' : ' '}${this.#convert({ section: name, subsection: undefined, key, value, line: 0 })}${end}`);
    }
    return count === 0 ? 1 : 0;
  }

  async #getColor(name: string, fallback: string | undefined): Promise<number> {
    const config = Config.from((await this.#read()).map(({ entry }) => entry));
    const text = name.includes('.') ? config.get(name) : undefined;
    const code = text === undefined ? (fallback === undefined || fallback === '' ? '' : colorCode(fallback) ?? badColor(fallback)) : colorCode(text) ?? badColor(text);
    this.#context.io.stdout.write(code);
    return 0;
  }

  async #getColorBool(name: string, isTerminalText: string | undefined): Promise<number> {
    const config = Config.from((await this.#read()).map(({ entry }) => entry));
    const { io } = this.#context;
    const text = (name.includes('.') ? config.get(name) : undefined) ?? (name === 'color.diff' ? config.get('diff.color') : undefined) ?? config.get('color.ui');
    const isTerminal = isTerminalText === undefined ? io.isTerminal?.(1) === true : findConfigBool(isTerminalText) === true;
    const canColor = isTerminal && io.env['TERM'] !== undefined && io.env['TERM'] !== 'dumb';
    const isOn = text === undefined ? canColor : text === 'always' ? true : text === 'never' ? false : text === 'auto' ? canColor : findConfigBool(text) === true && canColor;
    if (isTerminalText === undefined) return isOn ? 0 : 1;
    io.stdout.write(isOn ? 'true\n' : 'false\n');
    return isOn ? 0 : 1;
  }

  #print({ entry, scope }: ShownEntry, text: string): void {
    const { nul, showsOrigin, showsScope } = this.#options;
    const between = nul ? '\0' : '\t';
    const origin = showsOrigin ? `${originOf(entry, nul)}${between}` : '';
    writeText(this.#context.io.stdout, `${showsScope ? `${scope}${between}` : ''}${origin}${text}${nul ? '\0' : '\n'}`);
  }

  /** A value as the type that was asked for. @throws {Failure} it is none */
  #convert(entry: ConfigEntry): string {
    const { value } = entry;
    const { type } = this.#options;
    const { io } = this.#context;
    const bad = (kind: string): never => die(`bad ${kind} config value '${value ?? ''}' for '${formatConfigName(entry)}'`);
    const badNumber = (): never => die(`bad numeric config value '${value ?? ''}' for '${formatConfigName(entry)}'${placeOf(entry)}: invalid unit`);
    switch (type) {
      case 'bool': return String(findConfigBool(value) ?? bad('boolean'));
      case 'int': return String((value === undefined ? undefined : findConfigInt(value)) ?? badNumber());
      case 'bool-or-int': {
        const number = value === undefined ? undefined : findConfigInt(value);
        return number !== undefined ? String(number) : String(findConfigBool(value) ?? badNumber());
      }
      case 'bool-or-str': {
        const bool = findConfigBool(value);
        return bool === undefined || /^\d/.test(value ?? '') ? value ?? 'true' : String(bool);
      }
      case 'path': return expandConfigPath(value ?? '', io.env['HOME']);
      case 'expiry-date': {
        const seconds = findExpiryDate(value ?? '', { nowSeconds: Math.floor(io.clock() / 1000), zone: io.zone });
        if (seconds === undefined) throw new Failure(`error: '${value ?? ''}' for '${formatConfigName(entry)}' is not a valid timestamp\nfatal: bad config line ${entry.line} in file ${entry.origin ?? ''}\n`, 128);
        return String(seconds);
      }
      case 'color': return colorCode(value ?? '') ?? die(`unable to parse default color value`);
      case undefined: return value ?? '';
    }
  }

  // ---- writing

  #key(name: string, writes = false): string {
    if (!name.includes('.')) failWith(`key does not contain a section: ${name}`, writes ? 2 : 1);
    if (name.endsWith('.')) failWith(`key does not contain variable name: ${name}`, writes ? 2 : 1);
    try {
      return formatConfigName(parseConfigName(name));
    } catch (error) {
      if ((error as { code?: string }).code !== 'config-invalid') throw error;
      return failWith(name.includes('\n') ? `invalid key (newline): ${name}` : `invalid key: ${name}`);
    }
  }

  #normalize(name: string, text: string): string {
    const entry = { section: '', subsection: undefined, key: name.toLowerCase(), value: text, line: 0 };
    switch (this.#options.type) {
      case undefined: case 'path': case 'expiry-date': return text;
      case 'color':
        if (colorCode(text) === undefined) die(`cannot parse color '${text}'`);
        return text;
      default: return this.#convert({ ...entry, ...parseConfigName(name) });
    }
  }

  #set(name: string, text: string, { pattern, replacesAll }: { readonly pattern: string | undefined; readonly replacesAll: boolean }): number {
    const accepts = pattern === undefined ? undefined : this.#acceptor(pattern);
    const value = this.#normalize(this.#checked(name), text);
    return this.#change(name, (bytes) => {
      if (replacesAll) return replaceConfigValues(bytes, name, value, { accepts });
      try {
        return setConfigValue(bytes, name, value, { accepts });
      } catch (error) {
        if ((error as { data?: { count?: number } }).data?.count === undefined) throw error;
        throw new Failure(`warning: ${this.#key(name)} has multiple values\nerror: cannot overwrite multiple values with a single value\n       Use a regexp, --add or --replace-all to change ${name}.\n`, 5);
      }
    });
  }

  #checked(name: string): string {
    this.#key(name, true);
    return name;
  }

  #unset(name: string, pattern: string | undefined, all: boolean): number {
    const accepts = pattern === undefined ? undefined : this.#acceptor(pattern);
    this.#key(name, true);
    return this.#change(name, (bytes) => {
      try {
        return (all ? unsetConfigValues : unsetConfigValue)(bytes, name, { accepts }) ?? endWith(5);
      } catch (error) {
        if ((error as { data?: { count?: number } }).data?.count === undefined) throw error;
        throw new Failure(`warning: ${this.#key(name)} has multiple values\n`, 5);
      }
    });
  }

  #change(name: string, edit: (bytes: Uint8Array) => Uint8Array): number {
    this.#key(name, true);
    return this.#write(edit);
  }

  #editSection(name: string, edit: (bytes: Uint8Array) => Uint8Array | undefined, newName?: string): number {
    if (newName !== undefined && !/^[A-Za-z0-9-]+(?:\.[^\n]*)?$/.test(newName)) throw new Failure(`error: invalid section name: ${newName}\n`, 2);
    return this.#write((bytes) => edit(bytes) ?? die('no such section: '.concat(name)));
  }

  #write(edit: (bytes: Uint8Array) => Uint8Array): number {
    const { files } = this.#context.io;
    const { path, shown } = this.#place();
    const real = files.findRealPath(path) ?? path;
    const folder = files.gitFilesAt(parentPath(real));
    const name = real.slice(real.lastIndexOf('/') + 1);
    const before = files.readFile(real) ?? new Uint8Array(0);
    if (files.kindAt(parentPath(real)) === undefined) throw new Failure(`error: could not lock config file ${shown}: No such file or directory\n`, 255);
    parseChecked(before, shown);
    const after = edit(before);
    if (!folder.createExclusive(`${name}.lock`, after)) throw new Failure(`error: could not lock config file ${shown}: File exists\n`, 255);
    folder.rename(`${name}.lock`, name);
    return 0;
  }

  #edit(): Promise<number> {
    const { io } = this.#context;
    const { path } = this.#place();
    if (io.files.kindAt(path) === undefined && this.#options.place === 'global') io.files.writeFile(path, bytesFromLosslessText(''));
    return this.#context.config().then(async (config) => {
      await editFile(io, config, path);
      return 0;
    });
  }

  #acceptor(pattern: string | undefined): (value: string | undefined) => boolean {
    if (pattern === undefined) return () => true;
    if (this.#options.fixedValue) return (value) => (value ?? '') === pattern;
    const isNegated = pattern.startsWith('!');
    const matches = this.#pattern(isNegated ? pattern.slice(1) : pattern, 'pattern');
    return (value) => matches(value ?? '') !== isNegated;
  }

  #pattern(source: string, kind: 'key' | 'pattern'): (text: string) => boolean {
    try {
      const compiled = compileTextPattern(source, { syntax: 'extended' });
      return (text) => {
        const bytes = bytesFromLosslessText(text);
        return compiled.test(bytes, 0, bytes.length);
      };
    } catch (error) {
      if ((error as { code?: string }).code !== 'pattern-invalid') throw error;
      throw new Failure(`error: invalid ${kind === 'key' ? 'key ' : ''}pattern: ${source}\n`, 6);
    }
  }
}

function badColor(text: string): never {
  throw new Failure(`error: invalid color value: ${text}\nfatal: unable to parse default color value\n`, 128);
}

function flatten(scopes: readonly ScopedEntries[]): ShownEntry[] {
  return scopes.flatMap(({ scope, entries }) => entries.map((entry) => ({ entry, scope })));
}

/** Where an entry stands, as `file:`, `blob:`, `command line:` or `standard input:`. */
function originOf({ origin }: ConfigEntry, isRaw: boolean): string {
  if (origin === undefined || origin === 'command line') return 'command line:';
  if (origin === 'standard input') return 'standard input:';
  if (origin.startsWith('blob ')) return `blob:${origin.slice(5)}`;
  return `file:${isRaw ? origin : quotePathC(origin)}`;
}

function placeOf({ origin, line }: ConfigEntry): string {
  if (origin === undefined || line === 0) return '';
  return origin === 'standard input' ? ` in standard input` : origin.startsWith('blob ') ? ` in blob ${origin.slice(5)}` : ` in file ${origin}`;
}

/** Section and key of a name ignore case, so their part of a pattern is lowered. */
function lowerPattern(name: string): string {
  const first = name.indexOf('.');
  const last = name.lastIndexOf('.');
  if (first < 0) return name.toLowerCase();
  return name.slice(0, first).toLowerCase() + name.slice(first, last) + name.slice(last).toLowerCase();
}

function parseChecked(bytes: Uint8Array, shown: string): ConfigEntry[] {
  try {
    return parseConfig(bytes, shown);
  } catch (error) {
    const { data } = error as { data?: { line?: number } };
    if (data?.line === undefined) throw error;
    const where = shown === 'standard input' ? 'standard input' : shown.startsWith('blob ') ? shown : `file ${shown}`;
    return die(`bad config line ${data.line} in ${where}`);
  }
}
