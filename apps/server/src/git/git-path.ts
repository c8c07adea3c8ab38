/**
 * The paths of the Git protocols over HTTP (gitprotocol-http, git-http-backend): the repository's path, then one of a few
 * ends. The end decides, so a repository may have any number of slashes in its name.
 */

/** What a path asks of a repository. */
export type GitTarget =
  | { readonly kind: 'refs' }
  | { readonly kind: 'service'; readonly service: 'git-upload-pack' | 'git-receive-pack' | 'git-upload-archive' }
  | { readonly kind: 'file'; readonly name: string; readonly type: string; readonly caching: 'never' | 'forever' }
  | { readonly kind: 'head' }
  | { readonly kind: 'packs' };

/** A path taken apart. */
export interface GitPath {
  /** As in the URL, decoded, without slashes around it. */
  readonly repository: string;
  /** The reality of it that is meant, in `<repository>.git/realities/<name>`; `undefined`: the repository itself. */
  readonly reality: string | undefined;
  readonly target: GitTarget;
  readonly method: 'GET' | 'POST';
}

interface Rule {
  readonly pattern: RegExp;
  readonly method: 'GET' | 'POST';
  readonly target: (name: string) => GitTarget;
}

const file = (pattern: RegExp, type: string, caching: 'never' | 'forever'): Rule => ({
  pattern, method: 'GET', target: (name) => ({ kind: 'file', name, type, caching }),
});

const RULES: readonly Rule[] = [
  { pattern: /\/HEAD$/, method: 'GET', target: () => ({ kind: 'head' }) },
  { pattern: /\/info\/refs$/, method: 'GET', target: () => ({ kind: 'refs' }) },
  { pattern: /\/objects\/info\/packs$/, method: 'GET', target: () => ({ kind: 'packs' }) },
  file(/\/objects\/info\/(?:http-)?alternates$/, 'text/plain', 'never'),
  file(/\/objects\/[0-9a-f]{2}\/(?:[0-9a-f]{38}|[0-9a-f]{62})$/, 'application/x-git-loose-object', 'forever'),
  file(/\/objects\/pack\/pack-(?:[0-9a-f]{40}|[0-9a-f]{64})\.pack$/, 'application/x-git-packed-objects', 'forever'),
  file(/\/objects\/pack\/pack-(?:[0-9a-f]{40}|[0-9a-f]{64})\.idx$/, 'application/x-git-packed-objects-toc', 'forever'),
  {
    pattern: /\/git-(?:upload-pack|upload-archive|receive-pack)$/,
    method: 'POST',
    target: (name) => ({ kind: 'service', service: name as 'git-upload-pack' | 'git-receive-pack' | 'git-upload-archive' }),
  },
];

/** No repository has `.git` inside its name, so that a reality cannot be taken for one. */
const REALITY = /^(.+?\.git)\/realities\/(.+)$/;

/**
 * The path taken apart, or `undefined` when it is none of Git's.
 *
 * @param path as in the URL, still encoded
 */
export function parseGitPath(path: string): GitPath | undefined {
  const decoded = decodePath(path);
  if (decoded === undefined) return undefined;
  for (const { pattern, method, target } of RULES) {
    const match = pattern.exec(decoded);
    if (match === null) continue;
    const place = decoded.slice(0, match.index).replace(/^\/+|\/+$/g, '');
    const [, repository = place, reality] = REALITY.exec(place) ?? [];
    if (repository === '') return undefined;
    return { repository, reality, target: target(match[0].slice(1)), method };
  }
  return undefined;
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
