import type { Config } from '../config/config.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { parseFetchRefspec, parsePushRefspec, type Refspec } from '../ref/refspec.js';

/** A remote as the configuration describes it (git-config, `remote.<name>.*`). */
export interface RemoteConfig {
  readonly name: string;
  /** As written, in order; `url.*.insteadOf` not applied. Empty where none is configured. */
  readonly urls: readonly string[];
  /** Where pushes go instead; empty: to `urls`. */
  readonly pushUrls: readonly string[];
  readonly fetch: readonly Refspec[];
  readonly push: readonly Refspec[];
  readonly isMirror: boolean;
  readonly tags: 'auto' | 'all' | 'none';
  /** `undefined`: what `fetch.prune` says. */
  readonly prune: boolean | undefined;
  readonly pruneTags: boolean | undefined;
  readonly proxy: string | undefined;
  readonly uploadPack: string;
  readonly receivePack: string;
  readonly isPromisor: boolean;
  readonly partialCloneFilter: string | undefined;
}

/**
 * Reads the remote with that name. One that is not configured has no URLs, and its name may be an address itself.
 *
 * @throws {GovcError} refspec-invalid, config-invalid
 */
export function readRemoteConfig(config: Config, name: string, algorithm: HashAlgorithm): RemoteConfig {
  const key = (variable: string): string => `remote.${name}.${variable}`;
  const tagOption = config.get(key('tagopt'));
  return {
    name,
    urls: config.getAll(key('url')).filter((url) => url !== ''),
    pushUrls: config.getAll(key('pushurl')).filter((url) => url !== ''),
    fetch: config.getAll(key('fetch')).map((text) => parseFetchRefspec(text, algorithm)),
    push: config.getAll(key('push')).map((text) => parsePushRefspec(text, algorithm)),
    isMirror: config.getBool(key('mirror'), false),
    tags: tagOption === '--no-tags' ? 'none' : tagOption === '--tags' ? 'all' : 'auto',
    prune: config.findBool(key('prune')),
    pruneTags: config.findBool(key('prunetags')),
    proxy: config.get(key('proxy')),
    uploadPack: config.get(key('uploadpack')) ?? 'git-upload-pack',
    receivePack: config.get(key('receivepack')) ?? 'git-receive-pack',
    isPromisor: config.getBool(key('promisor'), false),
    partialCloneFilter: config.get(key('partialclonefilter')),
  };
}

/** The names of all remotes, in the order of the configuration. */
export function remoteNames(config: Config): string[] {
  return config.subsections('remote');
}

/** The remote that is used where none is named: that of the branch, else the only one, else `origin`. */
export function defaultRemoteName(config: Config, branch: string | undefined): string {
  const configured = branch === undefined ? undefined : config.get(`branch.${branch}.remote`);
  if (configured !== undefined) return configured;
  const names = remoteNames(config);
  return names.length === 1 ? names[0]! : 'origin';
}

/** The remote that pushes go to where none is named (`branch.<name>.pushRemote`, `remote.pushDefault`). */
export function defaultPushRemoteName(config: Config, branch: string | undefined): string {
  const own = branch === undefined ? undefined : config.get(`branch.${branch}.pushremote`);
  return own ?? config.get('remote.pushdefault') ?? defaultRemoteName(config, branch);
}

/**
 * An address after `url.<base>.insteadOf`, and for pushes `pushInsteadOf`: the longest beginning that matches is replaced.
 */
export function rewriteUrl(config: Config, url: string, direction: 'fetch' | 'push'): string {
  if (direction === 'push') {
    const pushed = replaceLongest(config, url, 'pushinsteadof');
    if (pushed !== undefined) return pushed;
  }
  return replaceLongest(config, url, 'insteadof') ?? url;
}

/** The addresses of a remote for one direction, rewritten. A name without any is an address. */
export function remoteUrls(config: Config, remote: RemoteConfig, direction: 'fetch' | 'push'): string[] {
  const urls = remote.urls.length === 0 ? [remote.name] : remote.urls;
  if (direction === 'fetch') return urls.map((url) => rewriteUrl(config, url, 'fetch'));
  // An explicit address for pushes is not rewritten by pushInsteadOf.
  if (remote.pushUrls.length > 0) return remote.pushUrls.map((url) => rewriteUrl(config, url, 'fetch'));
  return urls.map((url) => rewriteUrl(config, url, 'push'));
}

function replaceLongest(config: Config, url: string, variable: 'insteadof' | 'pushinsteadof'): string | undefined {
  let best: { readonly base: string; readonly prefix: string } | undefined;
  for (const base of config.subsections('url')) {
    for (const prefix of config.getAll(`url.${base}.${variable}`)) {
      if (url.startsWith(prefix) && prefix.length > (best?.prefix.length ?? 0)) best = { base, prefix };
    }
  }
  return best === undefined ? undefined : best.base + url.slice(best.prefix.length);
}
