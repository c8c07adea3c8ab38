/** The configuration of Git from all its places, each value with where it comes from (git-config(1), "SCOPES"). */
import {
  Config, losslessTextFromBytes, parseConfig, parseConfigEnvironment, parseConfigParameters, resolveIncludes, wildmatchText, WM_CASEFOLD,
  WM_PATHNAME, type ConfigEntry, type ConfigLayer,
} from '@govc/core/plumbing';

import { die } from '../failure.js';
import { absolutePath, type FilesHost } from './files-host.js';

/** A place of configuration. */
export type ConfigScope = 'system' | 'global' | 'local' | 'worktree' | 'command';

/** The entries of one place, those of included files among them. */
export interface ScopedEntries {
  readonly scope: ConfigScope;
  readonly entries: readonly ConfigEntry[];
}

/** What is looked at. */
export interface ConfigRequest {
  readonly files: FilesHost;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The repository, if there is one. */
  readonly repository?: {
    readonly gitDirectory: string;
    readonly commonDirectory: string;
    /** How Git prints the folder of the shared config file. */
    readonly commonText: string;
    readonly branch: string | undefined;
  } | undefined;
  /** Whether includes are followed. Default: yes. */
  readonly followsIncludes?: boolean | undefined;
}

/** The files of a scope that exist or not, weakest first, with how they are called in messages. */
export interface ConfigPlace {
  readonly scope: ConfigScope;
  readonly path: string;
  readonly shown: string;
}

/** The configuration files in the order in which they are read. */
export function configPlaces({ files, env, cwd, repository }: ConfigRequest): ConfigPlace[] {
  const places: ConfigPlace[] = [];
  const add = (scope: ConfigScope, path: string, shown = path): void => {
    places.push({ scope, path: absolutePath(cwd, path), shown });
  };
  if (!isTrue(env['GIT_CONFIG_NOSYSTEM'])) add('system', systemConfigPath(env));
  for (const path of globalConfigPaths(env)) add('global', path);
  if (repository !== undefined) {
    const { commonDirectory, gitDirectory, commonText } = repository;
    add('local', `${commonDirectory}/config`, `${commonText}/config`);
    const bytes = files.readFile(`${commonDirectory}/config`);
    const local = bytes === undefined ? Config.empty : Config.from(readLayer({ scope: 'local', path: `${commonDirectory}/config`, shown: `${commonText}/config` }, bytes));
    if (local.getBool('extensions.worktreeconfig', false)) add('worktree', `${gitDirectory}/config.worktree`);
  }
  return places;
}

/** The configuration of the whole machine. */
export function systemConfigPath(env: Readonly<Record<string, string | undefined>>): string {
  return env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig';
}

/** The files of the user: that of the XDG convention, then `~/.gitconfig`. */
export function globalConfigPaths(env: Readonly<Record<string, string | undefined>>): string[] {
  if (env['GIT_CONFIG_GLOBAL'] !== undefined) return [env['GIT_CONFIG_GLOBAL']];
  const home = env['HOME'];
  const xdg = env['XDG_CONFIG_HOME'];
  const folder = xdg !== undefined && xdg !== '' ? `${xdg}/git` : home === undefined ? undefined : `${home}/.config/git`;
  return [...(folder === undefined ? [] : [`${folder}/config`]), ...(home === undefined ? [] : [`${home}/.gitconfig`])];
}

/** Everything that is configured, weakest first. @throws {Failure} a file cannot be read */
export function readScopes(request: ConfigRequest): ScopedEntries[] {
  const scopes: ScopedEntries[] = [];
  for (const place of configPlaces(request)) {
    const bytes = request.files.readFile(place.path);
    if (bytes === undefined) continue;
    const layer = { entries: readLayer(place, bytes), path: request.files.findRealPath(place.path) ?? place.path };
    scopes.push({ scope: place.scope, entries: includeFiles(request, layer) });
  }
  const command = commandEntries(request.env);
  if (command.length > 0) scopes.push({ scope: 'command', entries: includeFiles(request, { entries: command, path: undefined }) });
  return scopes;
}

/** Everything that is configured, as one. @throws {Failure} a file cannot be read */
export function readConfig(request: ConfigRequest): Config {
  return Config.from(...readScopes(request).map(({ entries }) => entries));
}

/** The entries of one layer with those of the files that it includes. */
export function includeFiles(request: ConfigRequest, layer: ConfigLayer): readonly ConfigEntry[] {
  if (request.followsIncludes === false) return layer.entries;
  const { files, env, repository } = request;
  return withMessage(() => resolveIncludes([layer], {
    read: (path) => files.readFile(path),
    matchGlob: (pattern, text, { ignoresCase }) => wildmatchText(pattern, text, WM_PATHNAME | (ignoresCase ? WM_CASEFOLD : 0)),
    gitDirectories: repository === undefined ? [] : [repository.gitDirectory],
    branch: repository?.branch,
    home: env['HOME'],
  }));
}

/** What `-c` and the environment configure. @throws {Failure} */
export function commandEntries(env: Readonly<Record<string, string | undefined>>): ConfigEntry[] {
  return [...withMessage(() => parseConfigEnvironment(env)), ...withMessage(() => parseConfigParameters(env['GIT_CONFIG_PARAMETERS'] ?? ''))];
}

/** The entries of a file. @throws {Failure} `bad config line …` */
export function readLayer(place: Pick<ConfigPlace, 'path' | 'shown'> & { readonly scope?: ConfigScope }, bytes: Uint8Array): ConfigEntry[] {
  return withMessage(() => parseConfig(bytes, place.shown));
}

/** The branch that a HEAD file names, for conditional includes. */
export function branchOfHead(files: FilesHost, gitDirectory: string): string | undefined {
  const text = losslessTextFromBytes(files.readFile(`${gitDirectory}/HEAD`) ?? new Uint8Array(0));
  return /^ref:[ \t]*refs\/heads\/([^\n]+)/.exec(text)?.[1];
}

/** Errors of configuration in the words of Git. */
function withMessage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { data } = error as { data?: { line?: number; origin?: string } };
    if (data?.line !== undefined && data.origin !== undefined) die(`bad config line ${data.line} in file ${data.origin}`);
    throw error;
  }
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false|no|off)$/i.test(value);
}
