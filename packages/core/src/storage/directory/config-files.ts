/** The configuration of a Git directory: its config file, what that includes, and the worktree's own. */
import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import { replaceConfigValues, unsetConfigValues } from '../../config/edit-config.js';
import { resolveIncludes, type ConfigLayer } from '../../config/include.js';
import { parseConfig } from '../../config/parse-config.js';
import { wildmatchText, WM_CASEFOLD, WM_PATHNAME } from '../../pattern/wildmatch.js';
import type { ConfigEdit } from '../../store/batch.js';
import { findFile, findStat } from './disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';
import type { GitDirectory } from './layout.js';

/** What reading the configuration depends on beside the repository. */
export interface ConfigSurroundings {
  /** Weaker layers: what the system and the user configure. */
  readonly base: Config;
  /** Stronger layers: what a command line configures. */
  readonly strong: Config;
  /** What `~` stands for in includes. */
  readonly home: string | undefined;
  /** The branch that HEAD names, without `refs/heads/`, for `onbranch:` conditions. */
  readonly branch: () => string | undefined;
  readonly now: () => number;
}

const EMPTY = new Uint8Array(0);

/** Reads the configuration again only when one of its files has changed. */
export class ConfigFiles {
  readonly #directory: GitDirectory;
  readonly #paths: readonly string[];
  readonly #surroundings: ConfigSurroundings;
  /** Every file that was looked at, included or not there. */
  #stamps = new Map<string, FileStamp | undefined>();
  #current: Config | undefined;

  constructor(directory: GitDirectory, hasWorktreeConfig: boolean, surroundings: ConfigSurroundings) {
    this.#directory = directory;
    const shared = join(directory.commonPath, 'config');
    this.#paths = hasWorktreeConfig ? [shared, join(directory.gitPath, 'config.worktree')] : [shared];
    this.#surroundings = surroundings;
  }

  /** The file that edits go to. */
  get path(): string {
    return this.#paths[0]!;
  }

  /**
   * The configuration as the files have it: the same object as long as they say the same.
   *
   * @throws {GovcError} config-invalid, limit-exceeded, io-failed
   */
  read(): Config {
    if (this.#current !== undefined && this.#isCurrent()) return this.#current;
    const { base, strong, home, branch, now } = this.#surroundings;
    const stamps = new Map<string, FileStamp | undefined>();
    const read = (path: string): Uint8Array | undefined => {
      const nowMs = now();
      const stats = findStat(path);
      stamps.set(path, stats === undefined ? undefined : stampOf(stats, nowMs));
      return findFile(path);
    };
    const layers = this.#paths.map((path): ConfigLayer => ({ entries: parseConfig(read(path) ?? EMPTY, path), path }));
    const entries = resolveIncludes(layers, {
      read,
      matchGlob: (pattern, text, { ignoresCase }) =>
        wildmatchText(pattern, text, WM_PATHNAME | (ignoresCase ? WM_CASEFOLD : 0)),
      gitDirectories: [this.#directory.gitPath],
      branch: branch(),
      home,
    });
    this.#stamps = stamps;
    const next = base.with(entries).with(strong.entries());
    if (this.#current === undefined || !sameEntries(this.#current, next)) this.#current = next;
    return this.#current;
  }

  #isCurrent(): boolean {
    for (const [path, stamp] of this.#stamps) if (!isUnchanged(stamp, findStat(path))) return false;
    return true;
  }
}

function sameEntries(left: Config, right: Config): boolean {
  const ours = left.entries();
  const theirs = right.entries();
  return ours.length === theirs.length && ours.every((entry, i) => {
    const other = theirs[i]!;
    return entry.section === other.section && entry.subsection === other.subsection &&
      entry.key === other.key && entry.value === other.value;
  });
}

/**
 * The bytes of a config file after these edits, which keep its comments and layout.
 *
 * @throws {GovcError} config-invalid: the file or a name is malformed.
 */
export function editConfigFile(path: string, edits: readonly ConfigEdit[]): Uint8Array {
  let bytes = findFile(path) ?? EMPTY;
  for (const { name, value } of edits) {
    bytes = value === undefined
      ? unsetConfigValues(bytes, name, { origin: path }) ?? bytes
      : replaceConfigValues(bytes, name, value, { origin: path });
  }
  return bytes;
}
