/** YAML with the lines of its values. The only file that knows the parser. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';

import { ContainersError, errorAt } from '../errors.js';

/** A value of YAML with the line on which it begins, counted from 1. */
export type YamlValue =
  | { readonly kind: 'map'; readonly line: number; readonly entries: ReadonlyMap<string, YamlValue> }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly YamlValue[] }
  | { readonly kind: 'scalar'; readonly line: number; readonly value: string | number | boolean | null };

/** A map of YAML. */
export type YamlMap = Extract<YamlValue, { kind: 'map' }>;

/** Largest YAML that is read, in UTF-16 units. */
export const YAML_LENGTH_MAX = 2 * 1024 * 1024;

const DEPTH_MAX = 100;
const VALUES_MAX = 500_000;

/**
 * The documents of a text; empty ones are left out. Aliases are resolved, within a bound.
 *
 * @throws {ContainersError} definition-too-large; yaml-invalid, with `data.line`
 */
export function parseYaml(text: string): YamlValue[] {
  if (text.length > YAML_LENGTH_MAX) throw new ContainersError('definition-too-large', `a definition in YAML has at most ${YAML_LENGTH_MAX} characters`, { length: text.length });
  mustNotNest(text);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: true });
  const reader = new Reader(lines);
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw errorAt(lines.linePos(error.pos[0]).line, 'yaml-invalid', error.message.split('\n')[0]!);
    if (document.contents === null) return [];
    const value = reader.read(document.contents, (alias) => (alias as { resolve(within: unknown): unknown }).resolve(document), 0);
    return value.kind === 'scalar' && value.value === null ? [] : [value];
  });
}

/** The parser goes down by calls, so that depth is bounded before it is asked. */
function mustNotNest(text: string): void {
  let depth = 0;
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x0a) line++;
    else if (char === 0x5b || char === 0x7b) depth++;
    else if ((char === 0x5d || char === 0x7d) && depth > 0) depth--;
    // Brackets inside of texts count, too: nobody writes that many.
    if (depth > 10 * DEPTH_MAX) throw errorAt(line, 'yaml-invalid', 'the values are nested too deeply');
  }
  const indents = /(?:^|\n)((?:[ -] ?){600,})/.exec(text);
  if (indents !== null) throw errorAt(1, 'yaml-invalid', 'the values are nested too deeply');
}

class Reader {
  readonly #lines: LineCounter;
  #count = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  read(node: unknown, resolve: (alias: unknown) => unknown, depth: number): YamlValue {
    const line = this.#lineOf(node);
    if (depth > DEPTH_MAX || ++this.#count > VALUES_MAX) throw errorAt(line, 'yaml-invalid', 'the values are nested too deeply, or too many');
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => [keyOf(key), this.read(value, resolve, depth + 1)] as const);
      return { kind: 'map', line, entries: new Map(entries) };
    }
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map((item) => this.read(item, resolve, depth + 1)) };
    if (isScalar(node) || node === null || node === undefined) return { kind: 'scalar', line, value: plain(isScalar(node) ? node.value : null) };
    const target = resolve(node);
    if (target === undefined) throw errorAt(line, 'yaml-invalid', 'an alias names nothing');
    return this.read(target, resolve, depth + 1);
  }

  #lineOf(node: unknown): number {
    return isNode(node) && node.range !== null && node.range !== undefined ? this.#lines.linePos(node.range[0]).line : 1;
  }
}

function keyOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : value instanceof Date ? value.toISOString() : null;
}

/** The value of a key; `undefined` where there is none. */
export function child(value: YamlValue | undefined, key: string): YamlValue | undefined {
  return value?.kind === 'map' ? value.entries.get(key) : undefined;
}

/** A scalar as text; `undefined` for what is none. */
export function textOf(value: YamlValue | undefined): string | undefined {
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

/** The items of a list, or the one value that stands in its place. */
export function itemsOf(value: YamlValue | undefined): readonly YamlValue[] {
  if (value === undefined) return [];
  return value.kind === 'list' ? value.items : [value];
}
