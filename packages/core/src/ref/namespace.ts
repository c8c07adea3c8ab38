/** Namespaces: several repositories' refs over one set of objects (gitnamespaces). */
import { checkRefFormat, findRefName, HEAD, invalidRefName, parseRefName, type RefName } from './ref-name.js';

/** A namespace by the prefix of its refs; `''` is the repository itself. */
export interface RefNamespace {
  /** Ends with a slash unless empty: `a/b` gives `refs/namespaces/a/refs/namespaces/b/`. */
  readonly prefix: string;
}

/** No namespace: names map to themselves. */
export const NO_NAMESPACE: RefNamespace = { prefix: '' };

/**
 * The namespace that `GIT_NAMESPACE` spells: parts between slashes nest, empty parts are dropped.
 *
 * @throws {GovcError} ref-name-invalid: a part cannot stand in a ref name.
 */
export function parseNamespace(text: string): RefNamespace {
  let prefix = '';
  for (const part of text.split('/')) if (part !== '') prefix += `refs/namespaces/${part}/`;
  if (prefix === '') return NO_NAMESPACE;
  const format = checkRefFormat(prefix.slice(0, -1));
  if (!format.valid) throw invalidRefName(text, format.rule);
  return { prefix };
}

/**
 * The name in the repository of a ref that a client of the namespace names.
 *
 * @throws {GovcError} ref-name-invalid: the name with its prefix is too long.
 */
export function toNamespace(namespace: RefNamespace, name: RefName): RefName {
  return namespace.prefix === '' ? name : parseRefName(namespace.prefix + name);
}

/** The name that a client of the namespace sees, or `undefined` for a ref outside of it. */
export function fromNamespace(namespace: RefNamespace, name: RefName): RefName | undefined {
  if (namespace.prefix === '') return name;
  return name.startsWith(namespace.prefix) ? findRefName(name.slice(namespace.prefix.length)) : undefined;
}

/** The ref that is `HEAD` to a client of the namespace. */
export function namespaceHead(namespace: RefNamespace): RefName {
  return toNamespace(namespace, HEAD);
}
