/**
 * Attributes of paths: gitattributes(5). From weak to strong: what is built in, the system's file, the
 * user's, `.gitattributes` from the root down to the directory of the path, `info/attributes`. Within a
 * file a later line outranks an earlier one, and on a line a later attribute.
 */
import { bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { parseAttributes, type AttributeList, type AttributeSetting, type AttributeValue } from './parse-attributes.js';
import { matchesPathPattern, pathBytes, type PathLike } from './path-pattern.js';

/** Where attributes come from. */
export interface AttributeSources {
  /** `$(prefix)/etc/gitattributes`. Default: none. */
  readonly system?: AttributeList | undefined;
  /** `core.attributesFile`. Default: none. */
  readonly global?: AttributeList | undefined;
  /**
   * The `.gitattributes` in a directory, named by its path without a trailing slash, '' for the root; parsed with
   * macros allowed for the root only. Asked again when paths come out of order, so keep what is parsed.
   * Default: none.
   */
  readonly inDirectory?: ((directory: string) => AttributeList | undefined) | undefined;
  /** `info/attributes`. Default: none. */
  readonly info?: AttributeList | undefined;
  /** `core.ignoreCase`. Default: false. */
  readonly ignoresCase?: boolean | undefined;
}

const BUILT_IN = parseAttributes(bytesFromText('[attr]binary -diff -merge -text\n'), '[builtin]', { allowsMacros: true });

/** Looks up attributes. Keeps the lists of the directories of the last path: ask in order of paths. */
export class AttributeRules {
  readonly #base: readonly AttributeList[];
  readonly #info: AttributeList | undefined;
  readonly #inDirectory: (directory: string) => AttributeList | undefined;
  readonly #ignoresCase: boolean;
  /** The root and the directories down to the last path. */
  readonly #stack: Directory[] = [];
  #macros: ReadonlyMap<string, readonly AttributeSetting[]> | undefined;

  constructor(sources: AttributeSources) {
    this.#base = [BUILT_IN, sources.system, sources.global].filter((list) => list !== undefined);
    this.#info = sources.info;
    this.#inDirectory = sources.inDirectory ?? (() => undefined);
    this.#ignoresCase = sources.ignoresCase ?? false;
  }

  /**
   * The values of the named attributes, in the order of the names. A directory is named with a trailing slash.
   * O(rules).
   */
  check(path: PathLike, names: readonly string[]): AttributeValue[] {
    const decided = this.#collect(path, new Set(names));
    return names.map((name) => decided.get(name));
  }

  /** Every attribute that is set, unset or has a value, as `git check-attr --all` lists them. O(rules). */
  checkAll(path: PathLike): Map<string, Exclude<AttributeValue, undefined>> {
    const all = new Map<string, Exclude<AttributeValue, undefined>>();
    for (const [name, value] of this.#collect(path, undefined)) if (value !== undefined) all.set(name, value);
    return all;
  }

  /** What is decided about a path; it may end early when all the wanted attributes are. */
  #collect(path: PathLike, wanted: Set<string> | undefined): Map<string, AttributeValue> {
    const bytes = pathBytes(path);
    const isDirectory = bytes.length > 0 && bytes[bytes.length - 1] === SLASH;
    const whole = isDirectory ? bytes.subarray(0, -1) : bytes;
    const nameStart = whole.lastIndexOf(SLASH) + 1;
    this.#enter(whole, nameStart);
    const collector = new Collector((this.#macros ??= this.#findMacros()), wanted);
    const name = whole.subarray(nameStart);
    const target = { path: whole, name, isDirectory };
    if (this.#apply(this.#info, target, collector)) return collector.decided;
    for (let i = this.#stack.length - 1; i >= 0; i--) {
      const { list, size } = this.#stack[i]!;
      const below = size === 0 ? target : { path: whole.subarray(size), name, isDirectory };
      if (this.#apply(list, below, collector)) return collector.decided;
    }
    for (let i = this.#base.length - 1; i >= 0; i--) {
      if (this.#apply(this.#base[i], target, collector)) break;
    }
    return collector.decided;
  }

  /** Lets the rules of a list decide, the last first; true when nothing is left to decide. */
  #apply(list: AttributeList | undefined, target: Target, collector: Collector): boolean {
    if (list === undefined) return false;
    for (let i = list.rules.length - 1; i >= 0; i--) {
      const rule = list.rules[i]!;
      if (rule.pattern === undefined || !matchesPathPattern(rule.pattern, target, this.#ignoresCase)) continue;
      if (collector.add(rule.settings)) return true;
    }
    return false;
  }

  /** Makes the stack that of the directory `path[0, nameStart)`. */
  #enter(path: Uint8Array, nameStart: number): void {
    const stack = this.#stack;
    const directory = latin1FromBytes(path.subarray(0, nameStart));
    while (stack.length > 0 && !directory.startsWith(stack.at(-1)!.prefix)) stack.pop();
    for (let size = stack.at(-1)?.size ?? -1; size < nameStart; ) {
      size = size < 0 ? 0 : path.indexOf(SLASH, size) + 1;
      const name = losslessTextFromBytes(path.subarray(0, Math.max(0, size - 1)));
      stack.push({ prefix: directory.slice(0, size), size, list: this.#inDirectory(name) });
    }
  }

  /** The macros: only files that apply to the whole repository define any, so that one look is enough. */
  #findMacros(): ReadonlyMap<string, readonly AttributeSetting[]> {
    const macros = new Map<string, readonly AttributeSetting[]>();
    for (const list of [...this.#base, this.#stack[0]?.list, this.#info]) {
      for (const rule of list?.rules ?? []) if (rule.macro !== undefined) macros.set(rule.macro, rule.settings);
    }
    return macros;
  }
}

type Target = Parameters<typeof matchesPathPattern>[1];

const SLASH = 0x2f;

interface Directory {
  /** With a trailing slash; '' for the root. One character per byte. */
  readonly prefix: string;
  /** Its length. */
  readonly size: number;
  readonly list: AttributeList | undefined;
}

/** Takes the first decision about each attribute and drops later ones. */
class Collector {
  readonly decided = new Map<string, AttributeValue>();
  readonly #macros: ReadonlyMap<string, readonly AttributeSetting[]>;
  readonly #wanted: Set<string> | undefined;

  constructor(macros: ReadonlyMap<string, readonly AttributeSetting[]>, wanted: Set<string> | undefined) {
    this.#macros = macros;
    this.#wanted = wanted;
  }

  /** Adds settings, the last first; true when every wanted attribute is decided. */
  add(settings: readonly AttributeSetting[]): boolean {
    // A macro's settings come right behind the macro; macros may name macros, so the rest waits on a stack.
    const waiting: { readonly settings: readonly AttributeSetting[]; next: number }[] = [];
    let current: { readonly settings: readonly AttributeSetting[]; next: number } | undefined = {
      settings,
      next: settings.length,
    };
    while (current !== undefined) {
      if (current.next === 0) {
        current = waiting.pop();
        continue;
      }
      const { name, value } = current.settings[--current.next]!;
      if (this.decided.has(name)) continue;
      this.decided.set(name, value);
      this.#wanted?.delete(name);
      const macro: readonly AttributeSetting[] | undefined = value === true ? this.#macros.get(name) : undefined;
      if (macro === undefined) continue;
      waiting.push(current);
      current = { settings: macro, next: macro.length };
    }
    return this.#wanted?.size === 0;
  }
}
