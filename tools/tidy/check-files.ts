import { problemAt } from './check-imports.js';
import type { Facts } from './facts.js';
import type { Problem } from './workspace.js';

const FORBIDDEN_NAMES = new Set([
  'common',
  'constants',
  'helper',
  'helpers',
  'internal',
  'manager',
  'managers',
  'misc',
  'types',
  'util',
  'utilities',
  'utils',
]);

/** File and folder names that say nothing, or are not in kebab case. */
export function checkNames({ path }: { readonly path: string }): Problem[] {
  const parts = path.split('/');
  const words = parts.map((part) => part.replace(/(\.property)?(\.test)?(\.d)?\.ts$/, ''));
  const vague = words.find((word) => FORBIDDEN_NAMES.has(word));
  if (vague !== undefined) return [problemAt({ path }, 0, 'names', `"${vague}" names no concept`)];
  const crooked = words.find((word) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(word));
  return crooked === undefined ? [] : [problemAt({ path }, 0, 'names', `"${crooked}" is not in kebab case`)];
}

/** Re-exports outside entry points, and default exports anywhere. */
export function checkExports(facts: Facts): Problem[] {
  const isEntry = /^packages\/core\/src\/entry\/[^/]+\.ts$/.test(facts.path) || /^(?!packages\/core\/)(packages|apps)\/[^/]+\/src\/index\.ts$/.test(facts.path);
  const reExports = isEntry ? [] : facts.reExports.map((line) => problemAt(facts, line, 're-exports', 're-exports exist only in entry points'));
  const defaults = facts.defaultExports.map((line) => problemAt(facts, line, 'default-exports', 'export by name'));
  return [...reExports, ...defaults];
}
