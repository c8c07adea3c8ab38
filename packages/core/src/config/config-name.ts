/** Names of configuration values: `section.key` or `section.subsection.key` (git-config(1), "Syntax"). */
import { GovcError } from '../errors.js';

/** The parts of a name. Section and key are lower-case; a subsection keeps its case and every byte. */
export interface ConfigName {
  readonly section: string;
  readonly subsection: string | undefined;
  readonly key: string;
}

/**
 * The canonical spelling of a name: section and key lowered, subsection as it is. Two values belong
 * together exactly when their canonical names are equal.
 */
export function formatConfigName(name: ConfigName): string {
  if (name.subsection !== undefined) return `${name.section}.${name.subsection}.${name.key}`;
  return name.section === '' ? name.key : `${name.section}.${name.key}`;
}

const SECTION = /^[A-Za-z0-9-]*$/;
const KEY = /^[A-Za-z][A-Za-z0-9-]*$/;

/**
 * Reads a name as `git config` takes it: the section ends at the first dot, the key begins after the last.
 *
 * @throws {GovcError} config-invalid: no section or key, or a character that a section or key cannot have.
 */
export function parseConfigName(text: string): ConfigName {
  const first = text.indexOf('.');
  const last = text.lastIndexOf('.');
  if (last <= 0) throw invalidName(text, 'has no section');
  if (last === text.length - 1) throw invalidName(text, 'has no key');
  const section = text.slice(0, first);
  const key = text.slice(last + 1);
  if (!SECTION.test(section)) throw invalidName(text, 'has a section that is not letters, digits and "-"');
  if (!KEY.test(key)) throw invalidName(text, 'has a key that is not a letter followed by letters, digits and "-"');
  if (first === last) return { section: section.toLowerCase(), subsection: undefined, key: key.toLowerCase() };
  const subsection = text.slice(first + 1, last);
  if (/[\n\0]/.test(subsection)) throw invalidName(text, 'has a line feed or NUL in its subsection');
  return { section: section.toLowerCase(), subsection, key: key.toLowerCase() };
}

function invalidName(text: string, rule: string): GovcError {
  return new GovcError('config-invalid', `The configuration name ${JSON.stringify(text.slice(0, 200))} ${rule}.`, {
    name: text.slice(0, 200),
  });
}
