/**
 * Includes: `include.path` and `includeIf.<condition>.path` (git-config(1), "Includes" and "Conditional
 * includes"). Pure: files are asked for through a callback, and what conditions ask about is given.
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { expandConfigPath } from './config-value.js';
import { parseConfig, type ConfigEntry } from './parse-config.js';

/** A file, or other place, that entries come from. */
export interface ConfigLayer {
  readonly entries: readonly ConfigEntry[];
  /**
   * The real path of the file, against which relative paths in it count; undefined for the command
   * line and other places that are no file, where a relative path is an error.
   */
  readonly path: string | undefined;
}

/** What includes depend on. Paths are absolute and use "/". */
export interface IncludeContext {
  /** The bytes of a file, or undefined when there is none, which is not an error. */
  readonly read: (path: string) => Uint8Array | undefined;
  /** `wildmatch` with its path rules, from `pattern/`. */
  readonly matchGlob: (pattern: string, text: string, options: { readonly ignoresCase: boolean }) => boolean;
  /** The Git directory, first with symbolic links resolved, then as it was named; empty outside of a repository. */
  readonly gitDirectories: readonly string[];
  /** The branch that HEAD names, without `refs/heads/`; undefined when detached or unknown. */
  readonly branch: string | undefined;
  /** What `~` stands for; undefined when there is none. */
  readonly home: string | undefined;
}

/**
 * All entries of the layers in order, with those of included files right behind the entry that includes
 * them. O(entries), plus one read per include.
 *
 * @throws {GovcError} config-invalid: an included file is malformed, a relative include comes from no
 *   file, or a file under `hasconfig:remote.*.url:` itself configures a remote URL.
 * @throws {GovcError} limit-exceeded: includes nest more than `configIncludeDepth` levels, or count or
 *   size of the included files is over the bound.
 */
export function resolveIncludes(layers: readonly ConfigLayer[], context: IncludeContext): ConfigEntry[] {
  return new Includer(context, layers, undefined).run();
}

/** How files behind `hasconfig:remote.*.url:` are treated while the URLs themselves are collected. */
type RemoteUrls = readonly string[] | 'collecting';

class Includer {
  readonly #context: IncludeContext;
  readonly #layers: readonly ConfigLayer[];
  #remoteUrls: RemoteUrls | undefined;
  readonly #result: ConfigEntry[] = [];
  #fileCount = 0;
  #size = 0;

  constructor(context: IncludeContext, layers: readonly ConfigLayer[], remoteUrls: RemoteUrls | undefined) {
    this.#context = context;
    this.#layers = layers;
    this.#remoteUrls = remoteUrls;
  }

  run(): ConfigEntry[] {
    for (const layer of this.#layers) this.#addLayer(layer, { depth: 0, forbidsRemoteUrls: false });
    return this.#result;
  }

  /** Recursion is bounded by `configIncludeDepth`, which is small. */
  #addLayer(layer: ConfigLayer, state: { readonly depth: number; readonly forbidsRemoteUrls: boolean }): void {
    for (const entry of layer.entries) {
      if (state.forbidsRemoteUrls && isRemoteUrl(entry)) {
        throw new GovcError(
          'config-invalid',
          `${layer.path ?? 'A file'} is included by hasconfig:remote.*.url: and must not configure remote URLs itself.`,
          { path: layer.path, line: entry.line },
        );
      }
      this.#result.push(entry);
      if (entry.key !== 'path') continue;
      let { forbidsRemoteUrls } = state;
      if (entry.section === 'include' && entry.subsection === undefined) {
        // Always followed.
      } else if (entry.section === 'includeif' && entry.subsection !== undefined) {
        if (!this.#holds(entry.subsection, layer.path)) continue;
        forbidsRemoteUrls ||= this.#remoteUrls === 'collecting';
      } else {
        continue;
      }
      const file = this.#readFile(entry, layer.path, state.depth + 1);
      if (file !== undefined) this.#addLayer(file, { depth: state.depth + 1, forbidsRemoteUrls });
    }
  }

  #readFile(entry: ConfigEntry, from: string | undefined, depth: number): ConfigLayer | undefined {
    if (entry.value === undefined) {
      throw new GovcError('config-invalid', 'include.path has no value.', { line: entry.line, origin: entry.origin });
    }
    const path = resolvePath(expandConfigPath(entry.value, this.#context.home), from);
    const bytes = this.#context.read(path);
    if (bytes === undefined) return undefined;
    this.#fileCount++;
    this.#size += bytes.length;
    checkLimit('configIncludeDepth', depth, path);
    checkLimit('configIncludeCount', this.#fileCount, path);
    checkLimit('configSize', this.#size, path);
    return { entries: parseConfig(bytes, path), path };
  }

  /** Whether a condition holds; one that is not known does not. */
  #holds(condition: string, from: string | undefined): boolean {
    const { matchGlob, branch } = this.#context;
    const colon = condition.startsWith(HAS_URL) ? HAS_URL.length - 1 : condition.indexOf(':');
    const text = condition.slice(colon + 1);
    switch (condition.slice(0, colon + 1)) {
      case 'gitdir:':
        return this.#isGitDirectory(text, from, false);
      case 'gitdir/i:':
        return this.#isGitDirectory(text, from, true);
      case 'onbranch:':
        return branch !== undefined && matchGlob(withStars(text), branch, { ignoresCase: false });
      case HAS_URL:
        if (this.#remoteUrls === 'collecting') return true;
        this.#remoteUrls ??= collectRemoteUrls(this.#layers, this.#context);
        return this.#remoteUrls.some((url) => matchGlob(text, url, { ignoresCase: false }));
      default:
        return false;
    }
  }

  #isGitDirectory(text: string, from: string | undefined, ignoresCase: boolean): boolean {
    const { home, gitDirectories, matchGlob } = this.#context;
    if (gitDirectories.length === 0) return false;
    let pattern = home !== undefined && /^~(\/|$)/.test(text) ? home + text.slice(1) : text;
    let literal = '';
    if (pattern.startsWith('./')) {
      if (from === undefined) return false;
      // The folder of the file counts as it is, even where its name looks like a pattern.
      literal = from.slice(0, from.lastIndexOf('/') + 1);
      pattern = pattern.slice(2);
    } else if (!pattern.startsWith('/')) {
      pattern = `**/${pattern}`;
    }
    pattern = withStars(pattern, literal);
    const fold = (value: string): string => (ignoresCase ? value.toLowerCase() : value);
    return gitDirectories.some(
      (directory) =>
        fold(directory).startsWith(fold(literal)) &&
        matchGlob(pattern, directory.slice(literal.length), { ignoresCase }),
    );
  }
}

const HAS_URL = 'hasconfig:remote.*.url:';

/** The URLs of all remotes, read with every `hasconfig` include followed, as Git does. */
function collectRemoteUrls(layers: readonly ConfigLayer[], context: IncludeContext): string[] {
  const urls: string[] = [];
  for (const entry of new Includer(context, layers, 'collecting').run()) {
    if (isRemoteUrl(entry) && entry.value !== undefined) urls.push(entry.value);
  }
  return urls;
}

function isRemoteUrl(entry: ConfigEntry): boolean {
  return entry.section === 'remote' && entry.subsection !== undefined && entry.key === 'url';
}

/** A pattern that ends in "/" is about everything below. */
function withStars(pattern: string, before = ''): string {
  return (before + pattern).endsWith('/') ? `${pattern}**` : pattern;
}

function resolvePath(path: string, from: string | undefined): string {
  if (path.startsWith('/')) return path;
  if (from === undefined) {
    throw new GovcError('config-invalid', `The include "${path}" is relative, but does not come from a file.`, { path });
  }
  return from.slice(0, from.lastIndexOf('/') + 1) + path;
}

function checkLimit(name: 'configIncludeDepth' | 'configIncludeCount' | 'configSize', amount: number, path: string): void {
  const limit = LIMITS[name].value;
  if (amount <= limit) return;
  throw new GovcError('limit-exceeded', `Includes go over the bound of ${limit} (${name}) at ${path}.`, {
    path,
    amount,
    limit,
    name,
  });
}
