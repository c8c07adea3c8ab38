/**
 * Editing a configuration file without touching what is not edited: comments, order, layout and line
 * ends stay. The bytes that come out are those that `git config` writes for the same edit; where it
 * replaces, moves or joins something odd, so does this.
 */
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { formatConfigName, parseConfigName, type ConfigName } from './config-name.js';
import { scanConfig, type ConfigElement, type ConfigHeader } from './parse-config.js';
import { serializeConfigEntry, serializeSectionHeader } from './serialize-config.js';

/** Which of the values with a name an edit is about. */
export interface ConfigEditOptions {
  /**
   * Told each value (undefined for a key without "="); only those it accepts are replaced or removed.
   * Default: every value.
   */
  readonly accepts?: ((value: string | undefined) => boolean) | undefined;
  /** Named in errors about the syntax of the file. */
  readonly origin?: string | undefined;
}

/**
 * The file with the one value of `name` replaced, or added where there is none: `git config <name> <value>`.
 *
 * @param bytes the file; empty where there is none yet
 * @throws {GovcError} config-invalid: the file or the name is malformed, or more than one value is
 *   accepted (`data.count`).
 */
export function setConfigValue(
  bytes: Uint8Array, name: string, value: string, options: ConfigEditOptions = {},
): Uint8Array {
  return editValue(bytes, { name, value, accepts: options.accepts, replacesAll: false, origin: options.origin });
}

/**
 * The file with one more value of `name`, after those in the last section of that name: `git config --add`.
 *
 * @throws {GovcError} config-invalid: the file or the name is malformed.
 */
export function addConfigValue(
  bytes: Uint8Array, name: string, value: string, options: Pick<ConfigEditOptions, 'origin'> = {},
): Uint8Array {
  return editValue(bytes, { name, value, accepts: () => false, replacesAll: false, origin: options.origin });
}

/**
 * The file with all accepted values of `name` replaced by one, in the place of the last: `git config --replace-all`.
 *
 * @throws {GovcError} config-invalid: the file or the name is malformed.
 */
export function replaceConfigValues(
  bytes: Uint8Array, name: string, value: string, options: ConfigEditOptions = {},
): Uint8Array {
  return editValue(bytes, { name, value, accepts: options.accepts, replacesAll: true, origin: options.origin });
}

/**
 * The file without the one value of `name`, and without its section where that was all: `git config --unset`.
 * Undefined when there is no such value.
 *
 * @throws {GovcError} config-invalid: the file or the name is malformed, or more than one value is
 *   accepted (`data.count`).
 */
export function unsetConfigValue(
  bytes: Uint8Array, name: string, options: ConfigEditOptions = {},
): Uint8Array | undefined {
  return tryEditValue(bytes, {
    name, value: undefined, accepts: options.accepts, replacesAll: false, origin: options.origin,
  });
}

/**
 * The file without any accepted value of `name`: `git config --unset-all`. Undefined when there is none.
 *
 * @throws {GovcError} config-invalid: the file or the name is malformed.
 */
export function unsetConfigValues(
  bytes: Uint8Array, name: string, options: ConfigEditOptions = {},
): Uint8Array | undefined {
  return tryEditValue(bytes, {
    name, value: undefined, accepts: options.accepts, replacesAll: true, origin: options.origin,
  });
}

interface ValueEdit {
  readonly name: string;
  readonly value: string | undefined;
  readonly accepts: ((value: string | undefined) => boolean) | undefined;
  readonly replacesAll: boolean;
  readonly origin: string | undefined;
}

function editValue(bytes: Uint8Array, edit: ValueEdit): Uint8Array {
  // Setting always finds a place; only an edit without a value can come to nothing.
  return tryEditValue(bytes, edit) ?? bytes;
}

function tryEditValue(bytes: Uint8Array, edit: ValueEdit): Uint8Array | undefined {
  const { value, replacesAll } = edit;
  const places = findPlaces(bytes, edit);
  const count = places.matches.length;
  if (count === 0 && value === undefined) return undefined;
  if (count > 1 && !replacesAll) {
    throw new GovcError(
      'config-invalid',
      `${edit.name} has ${count} values; replace all of them, add one, or say which one is meant.`,
      { name: edit.name, count },
    );
  }
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const cut of count === 0 ? [insertion(bytes, places)] : removals(bytes, places, value === undefined)) {
    if (cut.begin > copied) {
      parts.push(bytes.subarray(copied, cut.begin));
      if (bytes[cut.begin - 1] !== LF) parts.push(NEWLINE);
    }
    copied = cut.end;
  }
  if (value !== undefined) {
    // Git does not look for this, and what it adds becomes part of the value before.
    if (copied === bytes.length && count === 0 && endsOpen(places.elements)) parts.push(NEWLINE);
    // The name is written as the caller spelled it, not lowered.
    const dot = edit.name.lastIndexOf('.');
    if (!places.hasSection) parts.push(bytesFromLosslessText(serializeSectionHeader(edit.name.slice(0, dot))));
    parts.push(bytesFromLosslessText(serializeConfigEntry(edit.name.slice(dot + 1), value)));
  }
  if (copied < bytes.length) parts.push(bytes.subarray(copied));
  return concatBytes(parts);
}

const LF = 0x0a;
const NEWLINE = Uint8Array.of(LF);

/** What of a file concerns one name. Numbers are indices of `elements`. */
interface Places {
  readonly elements: readonly ConfigElement[];
  /** Whether the header at that index opens the section of the name. */
  readonly isOurs: readonly boolean[];
  readonly matches: readonly number[];
  /** The last header or entry of the last section of that name; -1 when there is none. */
  readonly lastInSection: number;
  readonly hasSection: boolean;
}

function findPlaces(bytes: Uint8Array, edit: ValueEdit): Places {
  const wanted = parseConfigName(edit.name);
  const full = formatConfigName(wanted);
  const elements = scanConfig(bytes, edit.origin);
  const isOurs = new Array<boolean>(elements.length).fill(false);
  const matches: number[] = [];
  let lastInSection = -1;
  let isInside = false;
  elements.forEach((element, index) => {
    if (element.kind === 'section') {
      isInside = isSameSection(element.header, wanted);
      isOurs[index] = isInside;
      if (isInside) lastInSection = index;
    } else if (element.kind === 'entry') {
      if (isInside) lastInSection = index;
      if (formatConfigName(element.entry) === full && (edit.accepts?.(element.entry.value) ?? true)) matches.push(index);
    }
  });
  return { elements, isOurs, matches, lastInSection, hasSection: lastInSection >= 0 };
}

function isSameSection(header: ConfigHeader, wanted: ConfigName): boolean {
  if (header.section !== wanted.section) return false;
  if (header.subsection === wanted.subsection) return true;
  return header.isDotted && header.subsection === wanted.subsection?.replace(/[A-Z]/g, (c) => c.toLowerCase());
}

function endsOpen(elements: readonly ConfigElement[]): boolean {
  const last = elements.at(-1);
  return last?.kind === 'entry' && last.isOpen;
}

/** Bytes `[begin, end)` of the file that an edit takes away. */
interface Cut {
  readonly begin: number;
  readonly end: number;
}

/** Where a new value goes: behind the section's last entry or header, or at the end of the file. */
function insertion(bytes: Uint8Array, places: Places): Cut {
  const { elements, lastInSection } = places;
  let end = elements[places.hasSection ? lastInSection : elements.length - 1]?.end ?? 0;
  if (end > 0 && end < bytes.length && bytes[end - 1] !== LF && bytes[end] === LF) end++;
  return { begin: end, end };
}

/** What goes away for the matches: the entries, with the white space before them on their line. */
function removals(bytes: Uint8Array, places: Places, removesSections: boolean): Cut[] {
  const { elements, matches } = places;
  const cuts: Cut[] = [];
  for (let i = 0; i < matches.length; i++) {
    let { begin, end } = elements[matches[i]!]!;
    const section = removesSections ? findEmptiedSection(places, i) : undefined;
    if (section !== undefined) {
      begin = section.begin;
      end = section.end;
      i = section.lastMatch;
    }
    while (begin > 0 && isBlank(bytes[begin - 1]!)) begin--;
    cuts.push({ begin, end });
  }
  return cuts;
}

/** White space other than a line feed. */
function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === 0x0d;
}

/**
 * The whole section (or neighbouring sections of the same name) around `matches[index]`, when that
 * match and those after it are all it has and no comment stands in it, before it or after it, which
 * might be about it.
 */
function findEmptiedSection(places: Places, index: number): (Cut & { readonly lastMatch: number }) | undefined {
  const { elements, isOurs, matches } = places;
  let first = matches[index]!;
  let isHeaderSeen = false;
  for (; first > 0; first--) {
    const { kind } = elements[first - 1]!;
    if (kind === 'comment') return undefined;
    if (kind === 'entry') {
      if (!isHeaderSeen) return undefined;
      break;
    }
    if (kind === 'section') {
      if (!isOurs[first - 1]!) break;
      isHeaderSeen = true;
    }
  }
  let lastMatch = index;
  let next = matches[index]! + 1;
  for (; next < elements.length; next++) {
    const { kind } = elements[next]!;
    if (kind === 'comment') return undefined;
    if (kind === 'section' && !isOurs[next]!) break;
    if (kind === 'entry') {
      lastMatch++;
      if (matches[lastMatch] !== next) return undefined;
    }
  }
  return { begin: elements[first]!.begin, end: elements[next]?.begin ?? elements.at(-1)!.end, lastMatch };
}
