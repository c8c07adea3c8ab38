import type { Config, HashAlgorithm } from '@govc/core/plumbing';
import { readRemoteConfig, remoteUrls, type RemoteConfig } from '@govc/core/protocol';

import { die } from '../failure.js';

/** A remote that was named, or an address in its place. */
export interface NamedRemote {
  readonly remote: RemoteConfig;
  /** Whether the configuration knows it. */
  readonly isConfigured: boolean;
  readonly fetchUrl: string;
  readonly pushUrls: readonly string[];
}

/** Finds a remote by its name or address. @throws {Failure} the name is empty */
export function namedRemote(config: Config, name: string, algorithm: HashAlgorithm): NamedRemote {
  if (name === '') die('no path specified; see \'git help pull\' for valid url syntax');
  const remote = readRemoteConfig(config, name, algorithm);
  return {
    remote, isConfigured: remote.urls.length > 0 || remote.fetch.length > 0,
    fetchUrl: remoteUrls(config, remote, 'fetch')[0]!, pushUrls: remoteUrls(config, remote, 'push'),
  };
}

/** A name of a ref as it is shown: without `refs/heads/`, `refs/tags/` or `refs/remotes/`. */
export function prettyRef(name: string): string {
  return name.replace(/^refs\/(?:heads|tags|remotes)\//, '');
}

/** An address as it is shown after a fetch: without a password, slashes at its end, and `.git`. */
export function shownUrl(url: string): string {
  return anonymous(url).replace(/\/+$/, '').replace(/(.)\.git$/, '$1');
}

/** An address without what is secret. */
export function anonymous(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, '$1');
}
