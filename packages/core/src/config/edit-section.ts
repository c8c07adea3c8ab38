/**
 * Renaming and removing whole sections. Git does this line by line with a simpler idea of the syntax
 * than its parser has (a header counts only where it begins a line, names are compared with case),
 * and this is the same, so that the same files come out.
 */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { serializeSectionHeader } from './serialize-config.js';

/**
 * The file with every section `oldName` (`section` or `section.subsection`) under another name:
 * `git config --rename-section`. Undefined when there is no such section.
 *
 * @throws {GovcError} config-invalid: the new name is not one of a section, or a line is over 512 KiB.
 */
export function renameConfigSection(bytes: Uint8Array, oldName: string, newName: string): Uint8Array | undefined {
  if (!/^(?=[^])[A-Za-z0-9-]*(\.[^\n\0]*)?$/.test(newName)) {
    throw new GovcError('config-invalid', `${JSON.stringify(newName)} is not the name of a section.`, { name: newName });
  }
  return editSections(bytes, oldName, newName);
}

/**
 * The file without every section `name` (`section` or `section.subsection`): `git config --remove-section`.
 * Undefined when there is no such section.
 *
 * @throws {GovcError} config-invalid: a line is over 512 KiB.
 */
export function removeConfigSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  return editSections(bytes, name, undefined);
}

function editSections(bytes: Uint8Array, oldName: string, newName: string | undefined): Uint8Array | undefined {
  // One character per byte, so that lines can be cut and compared as strings.
  const text = latin1FromBytes(bytes);
  const wanted = latin1FromBytes(bytesFromLosslessText(oldName));
  const header = newName === undefined ? '' : latin1FromBytes(bytesFromLosslessText(serializeSectionHeader(newName)));
  const output: string[] = [];
  let count = 0;
  let isRemoving = false;
  for (let at = 0; at < text.length; ) {
    const lineFeed = text.indexOf('\n', at);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    const line = text.slice(at, end);
    at = end;
    checkLineSize(line);
    const indent = skipSpace(line, 0);
    if (line[indent] !== '[') {
      if (!isRemoving) output.push(line);
      continue;
    }
    isRemoving = false;
    const size = matchHeader(line.slice(indent), wanted);
    if (size === 0) {
      output.push(line);
      continue;
    }
    count++;
    if (newName === undefined) {
      isRemoving = true;
    } else {
      const rest = line.slice(indent + size);
      output.push(header, rest === '' ? '' : `\t${rest}`);
    }
  }
  return count === 0 ? undefined : bytesFromLatin1(output.join(''));
}

function checkLineSize(line: string): void {
  if (line.length < LIMITS.configLineSize.value) return;
  throw new GovcError('config-invalid', `A line of ${line.length} bytes is too long for its section to be edited.`, {
    size: line.length,
    limit: LIMITS.configLineSize.value,
  });
}

/** How long the header at the start of `line` is, with white space after it, if it is that of `name`; else 0. */
function matchHeader(line: string, name: string): number {
  let at = 1;
  let matched = 0;
  let isSubsection = false;
  for (; at < line.length && line[at] !== ']'; at++) {
    if (!isSubsection && isSpace(line.charCodeAt(at))) {
      isSubsection = true;
      if (name[matched++] !== '.') break;
      at = skipSpace(line, at + 1);
      if (line[at] !== '"') break;
      continue;
    }
    if (line[at] === '\\' && isSubsection) {
      at++;
    } else if (line[at] === '"' && isSubsection) {
      at = skipSpace(line, at + 1);
      break;
    }
    if (line[at] !== name[matched++]) break;
  }
  return line[at] === ']' && matched === name.length ? skipSpace(line, at + 1) : 0;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x09 || c === 0x0d;
}
