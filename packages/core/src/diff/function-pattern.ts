/** Finding lines that begin a function or another section, for the headings of hunks and for whole functions. */

/** A rule that says which lines begin a function. */
export interface FunctionPattern {
  /** The part of a line (given with its LF) that names what begins there; undefined when nothing does. */
  findName(line: Uint8Array): Uint8Array | undefined;
}

/** Git's rule without a driver: a line begins a function when it begins with an ASCII letter, `_` or `$`. */
export const DEFAULT_FUNCTION_PATTERN: FunctionPattern = {
  findName(line) {
    const first = line[0];
    if (first === undefined) return undefined;
    const lower = first | 0x20;
    return (lower >= 0x61 && lower <= 0x7a) || first === 0x5f || first === 0x24 ? line : undefined;
  },
};
