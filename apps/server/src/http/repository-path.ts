import type { Endpoint } from './endpoint.js';

const PREFIX = /^\/api\/v[12]\/repos\//;

/**
 * Lets repository ids stand in paths with their slashes: rewrites `/api/v1/repos/team/app/commits` to
 * `/api/v1/repos/team%2Fapp/commits`, which the routes expect. The id ends before the first part that is the name of a route; an id
 * with such a part in it must be percent-encoded, and one that is stays as it is.
 */
export function repositoryPathRewriter(endpoints: readonly Endpoint[]): (url: string) => string {
  const nouns = new Set<string>();
  for (const { path } of endpoints) {
    const noun = /^\/api\/v[12]\/repos\/\{id\}\/([\w-]+)/.exec(path)?.[1];
    if (noun !== undefined) nouns.add(noun);
  }
  return (url) => {
    const prefix = PREFIX.exec(url)?.[0];
    if (prefix === undefined) return url;
    const end = url.search(/[?#]/);
    const path = (end < 0 ? url : url.slice(0, end)).slice(prefix.length).replace(/\/+$/, '');
    const parts = path.split('/');
    if (parts.length < 2 || /%2f/i.test(parts[0]!)) return url;
    const found = parts.findIndex((part, index) => index > 0 && nouns.has(part));
    const count = found < 0 ? parts.length : found;
    const id = parts.slice(0, count).join('%2F');
    return prefix + [id, ...parts.slice(count)].join('/') + (end < 0 ? '' : url.slice(end));
  };
}
