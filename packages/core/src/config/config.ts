import { GovcError } from '../errors.js';
import { formatConfigName, parseConfigName } from './config-name.js';
import { expandConfigPath, findConfigBool, findConfigInt } from './config-value.js';
import type { ConfigEntry } from './parse-config.js';
import { compareUrlMatches, matchUrl, parseUrl, type UrlMatch } from './url-match.js';

/** The range that {@link Config.getInt} accepts, both ends included. */
export interface ConfigRange {
  /** Default: -2^53 + 1. */
  readonly min?: number | undefined;
  /** Default: 2^53 - 1. */
  readonly max?: number | undefined;
}

/**
 * A configuration: an immutable list of entries in which a later one outranks an earlier one.
 *
 * Names are written `section.key` or `section.subsection.key`; section and key ignore case. A look-up is
 * O(1) after the first, which indexes the entries.
 *
 * @example
 * const config = Config.from(parseConfig(systemFile), parseConfig(repositoryFile));
 * config.getBool('core.bare', false);
 */
export class Config {
  /** The configuration without entries. */
  static readonly empty: Config = new Config([]);

  readonly #entries: readonly ConfigEntry[];
  #index: ReadonlyMap<string, readonly ConfigEntry[]> | undefined;

  private constructor(entries: readonly ConfigEntry[]) {
    this.#entries = entries;
  }

  /** The configuration made of layers, the weakest first: system, global, repository, command line. Copies. */
  static from(...layers: readonly (readonly ConfigEntry[])[]): Config {
    return new Config(layers.flat());
  }

  /** This configuration with one more layer that outranks it. Copies. */
  with(entries: readonly ConfigEntry[]): Config {
    return entries.length === 0 ? this : new Config([...this.#entries, ...entries]);
  }

  /**
   * The entry that decides: the last with that name.
   *
   * @throws {GovcError} config-invalid: malformed name.
   */
  find(name: string): ConfigEntry | undefined {
    return this.#named(name).at(-1);
  }

  /** Whether there is any value, even one without "=". @throws {GovcError} config-invalid: malformed name. */
  has(name: string): boolean {
    return this.#named(name).length > 0;
  }

  /**
   * The value that decides, '' for a key without "=", or undefined.
   *
   * @throws {GovcError} config-invalid: malformed name.
   */
  get(name: string): string | undefined {
    const entry = this.find(name);
    return entry === undefined ? undefined : (entry.value ?? '');
  }

  /** Every value in order, '' for a key without "=". @throws {GovcError} config-invalid: malformed name. */
  getAll(name: string): string[] {
    return this.#named(name).map((entry) => entry.value ?? '');
  }

  /**
   * The boolean that decides.
   *
   * @throws {GovcError} config-invalid: the value spells no boolean, or the name is malformed.
   */
  getBool(name: string, fallback: boolean): boolean {
    return this.findBool(name) ?? fallback;
  }

  /**
   * The boolean that decides, or undefined where there is no value: for settings whose default depends on others.
   *
   * @throws {GovcError} config-invalid: the value spells no boolean, or the name is malformed.
   */
  findBool(name: string): boolean | undefined {
    const entry = this.find(name);
    if (entry === undefined) return undefined;
    const bool = findConfigBool(entry.value);
    if (bool === undefined) throw badValue(name, entry, 'a boolean');
    return bool;
  }

  /**
   * The integer that decides; k, m and g multiply by powers of 1024.
   *
   * @throws {GovcError} config-invalid: the value spells no integer or one out of `range`, or the name is malformed.
   */
  getInt(name: string, fallback: number, range: ConfigRange = {}): number {
    return this.findInt(name, range) ?? fallback;
  }

  /**
   * The integer that decides, or undefined where there is no value.
   *
   * @throws {GovcError} config-invalid: as {@link getInt}.
   */
  findInt(name: string, range: ConfigRange = {}): number | undefined {
    const entry = this.find(name);
    if (entry === undefined) return undefined;
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
    const number = entry.value === undefined ? undefined : findConfigInt(entry.value);
    if (number === undefined) throw badValue(name, entry, 'an integer');
    if (number < min || number > max) throw badValue(name, entry, `an integer from ${min} to ${max}`);
    return number;
  }

  /**
   * The path that decides, with `~/` as `home`; or undefined.
   *
   * @throws {GovcError} config-invalid: a key without "=", `~` that cannot be expanded, or a malformed name.
   */
  getPath(name: string, home: string | undefined): string | undefined {
    const entry = this.find(name);
    if (entry === undefined) return undefined;
    if (entry.value === undefined) throw badValue(name, entry, 'a path');
    return expandConfigPath(entry.value, home);
  }

  /** All entries in order, or those whose canonical name begins with `prefix` (for example `remote.origin.`). */
  entries(prefix = ''): readonly ConfigEntry[] {
    if (prefix === '') return this.#entries;
    return this.#entries.filter((entry) => formatConfigName(entry).startsWith(prefix));
  }

  /** The subsections of a section, each once, in order of first appearance. */
  subsections(section: string): string[] {
    const wanted = section.toLowerCase();
    const found = new Set<string>();
    for (const entry of this.#entries) {
      if (entry.section === wanted && entry.subsection !== undefined) found.add(entry.subsection);
    }
    return [...found];
  }

  /**
   * The value of `section.key` that fits a URL best: among `section.key` and `section.<url>.key`, by the
   * rules of `git config --get-urlmatch`. '' for a key without "="; undefined where none fits.
   *
   * @throws {GovcError} config-invalid: malformed name or URL.
   */
  getUrlMatch(name: string, url: string): string | undefined {
    return this.getUrlMatches(name, url).at(-1);
  }

  /**
   * Every value of `section.key` that fits a URL at least as well as those before it, in order: for keys
   * that collect values, such as `http.extraHeader`.
   *
   * @throws {GovcError} config-invalid: malformed name or URL.
   */
  getUrlMatches(name: string, url: string): string[] {
    const { section, subsection, key } = parseConfigName(name);
    const target = parseUrl(url, { acceptsGlobs: false });
    if (target === undefined || subsection !== undefined) {
      throw new GovcError('config-invalid', `${name} cannot be looked up for the URL "${url}".`, { name, url });
    }
    const values: string[] = [];
    let best: UrlMatch | undefined;
    for (const entry of this.#entries) {
      if (entry.section !== section || entry.key !== key) continue;
      const match = matchSubsection(entry.subsection);
      if (match === undefined || (best !== undefined && compareUrlMatches(match, best) < 0)) continue;
      best = match;
      values.push(entry.value ?? '');
    }
    return values;

    function matchSubsection(pattern: string | undefined): UrlMatch | undefined {
      if (pattern === undefined) return { hostSize: 0, pathSize: 0, isUserMatched: false };
      const parsed = parseUrl(pattern, { acceptsGlobs: true });
      return parsed === undefined ? undefined : matchUrl(target!, parsed);
    }
  }

  #named(name: string): readonly ConfigEntry[] {
    this.#index ??= indexByName(this.#entries);
    return this.#index.get(formatConfigName(parseConfigName(name))) ?? [];
  }
}

function indexByName(entries: readonly ConfigEntry[]): ReadonlyMap<string, readonly ConfigEntry[]> {
  const index = new Map<string, ConfigEntry[]>();
  for (const entry of entries) {
    const name = formatConfigName(entry);
    const named = index.get(name);
    if (named === undefined) index.set(name, [entry]);
    else named.push(entry);
  }
  return index;
}

function badValue(name: string, entry: ConfigEntry, wanted: string): GovcError {
  const value = entry.value ?? '';
  const place = entry.origin === undefined ? '' : ` in ${entry.origin}, line ${entry.line}`;
  return new GovcError('config-invalid', `${name} is ${JSON.stringify(value.slice(0, 200))}${place}, not ${wanted}.`, {
    name,
    value: value.slice(0, 200),
    origin: entry.origin,
    line: entry.line,
  });
}
