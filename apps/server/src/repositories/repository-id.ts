import { ServerError } from '../errors.js';

declare const idBrand: unique symbol;

/**
 * The name of a repository of this server: components of letters, digits, `_`, `-`, `+` and dots, with slashes between. It is a path in
 * URLs and on disk (`team/app` lies in `team/app.git`), so what a file system, a URL or a route could take for something else
 * is not allowed. Letter case counts, but no two ids differ by it alone.
 */
export type RepositoryId = string & { readonly [idBrand]: true };

const LENGTH_MAX = 255;
const COMPONENT_LENGTH_MAX = 100;
const COMPONENT_COUNT_MAX = 16;
const COMPONENT = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/;
/** What Windows takes for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** First components that are routes of the server. */
const RESERVED = new Set(['api', 'docs', 'health', 'metrics', 'openapi.json', 'version']);

/**
 * The id that a text spells; one `.git` at its end is taken off, because Git's URLs have it with and without.
 *
 * @throws {ServerError} repository-id-missing, repository-id-invalid
 */
export function parseRepositoryId(text: string): RepositoryId {
  const bare = text.endsWith('.git') ? text.slice(0, -'.git'.length) : text;
  if (bare === '') throw new ServerError('repository-id-missing', 'The id of the repository is missing.');
  const reason = whyInvalid(bare);
  if (reason === undefined) return bare as RepositoryId;
  throw new ServerError('repository-id-invalid', `"${text.slice(0, 100)}" cannot name a repository: ${reason}.`, {
    id: text.slice(0, 300), reason,
  });
}

/** As {@link parseRepositoryId}, but `undefined` for a text that names no repository. */
export function findRepositoryId(text: string): RepositoryId | undefined {
  const bare = text.endsWith('.git') ? text.slice(0, -'.git'.length) : text;
  return bare === '' || whyInvalid(bare) !== undefined ? undefined : (bare as RepositoryId);
}

function whyInvalid(id: string): string | undefined {
  if (id.length > LENGTH_MAX) return `it is longer than ${LENGTH_MAX} characters`;
  const components = id.split('/');
  if (components.length > COMPONENT_COUNT_MAX) return `it has more than ${COMPONENT_COUNT_MAX} parts`;
  if (RESERVED.has(components[0]!.toLowerCase())) return `"${components[0]!}" is a route of the server`;
  for (const component of components) {
    if (component === '') return 'a part between slashes is empty';
    if (component.length > COMPONENT_LENGTH_MAX) return `a part is longer than ${COMPONENT_LENGTH_MAX} characters`;
    if (!COMPONENT.test(component)) {
      return 'each part must begin with a letter, digit or "_" and go on with these, ".", "+" or "-"';
    }
    if (component.includes('..') || component.endsWith('.')) return 'a part has ".." in it or ends with "."';
    if (/\.(git|lock)$/i.test(component)) return 'a part ends with ".git" or ".lock"';
    if (DEVICE.test(component)) return `"${component}" is a device on some systems`;
  }
  return undefined;
}
