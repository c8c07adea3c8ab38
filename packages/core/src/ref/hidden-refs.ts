import type { RefName } from './ref-name.js';

interface Rule {
  readonly hides: boolean;
  /** Compare with the name as stored, before a namespace is taken off. */
  readonly full: boolean;
  readonly prefix: string;
}

/**
 * The refs that a server does not show, from the values of `transfer.hideRefs` and of
 * `receive.hideRefs` or `uploadpack.hideRefs`, in the order of the configuration (git-config).
 */
export class HiddenRefs {
  /** The last value first, because the last that matches decides. */
  readonly #rules: readonly Rule[];

  /**
   * @param patterns a prefix each, which matches whole components; `!` in front shows again what an earlier
   *   value hides, `^` (after `!`) compares with the name including its namespace
   */
  constructor(patterns: readonly string[]) {
    this.#rules = patterns.map(parseRule).reverse();
  }

  /** Whether nothing is hidden. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /**
   * Whether the ref is hidden. O(patterns).
   *
   * @param name as the client would see it; `undefined` for a ref outside of the client's namespace
   * @param fullName as stored, including a namespace. Default: `name`.
   */
  isHidden(name: RefName | undefined, fullName: string | undefined = name): boolean {
    for (const rule of this.#rules) {
      const subject = rule.full ? fullName : name;
      if (subject !== undefined && matchesPrefix(subject, rule.prefix)) return rule.hides;
    }
    return false;
  }
}

function parseRule(pattern: string): Rule {
  let prefix = pattern.replace(/\/+$/, '');
  const negated = prefix.startsWith('!');
  if (negated) prefix = prefix.slice(1);
  const full = prefix.startsWith('^');
  if (full) prefix = prefix.slice(1);
  return { hides: !negated, full, prefix };
}

function matchesPrefix(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && (name.length === prefix.length || name.charCodeAt(prefix.length) === 0x2f);
}
