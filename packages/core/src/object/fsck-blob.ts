/** The rules for the contents of `.gitmodules` and `.gitattributes` (`fsck_blob` of Git). */
import { hasCode } from '../errors.js';
import type { FsckReport } from './fsck-report.js';
import { isSafeSubmoduleName, isSafeSubmoduleUrl } from './submodule-safety.js';

/** One variable of a file in the config language; the parser of `config/` gives these. */
export interface ParsedVariable {
  /** Lower case. */
  readonly section: string;
  readonly subsection: string | undefined;
  /** Lower case. */
  readonly key: string;
  /** `undefined` for a key without a value. */
  readonly value: string | undefined;
}

/** Reads a file in the config language; throws `config-invalid` at what it cannot read, `limit-exceeded` at too much of it. */
export type ParseConfig = (bytes: Uint8Array) => Iterable<ParsedVariable>;

/** ATTR_MAX_FILE_SIZE and ATTR_MAX_LINE_LENGTH of Git, in bytes. */
const ATTRIBUTES_SIZE_MAX = 100 * 1024 * 1024;
const ATTRIBUTES_LINE_SIZE_MAX = 2048;

/** Checks a `.gitmodules`; `undefined` for one that is too large to be held. */
export function checkGitmodules(body: Uint8Array | undefined, parseConfig: ParseConfig, report: FsckReport): void {
  if (body === undefined) {
    report.add('gitmodulesLarge', '.gitmodules too large to parse');
    return;
  }
  try {
    for (const variable of parseConfig(body)) checkVariable(variable, report);
  } catch (error) {
    if (hasCode(error, 'config-invalid')) report.add('gitmodulesParse', 'could not parse gitmodules blob');
    else if (hasCode(error, 'limit-exceeded')) report.add('gitmodulesLarge', '.gitmodules too large to parse');
    else throw error;
  }
}

/** Checks a `.gitattributes`; `undefined` for one that is too large to be held. */
export function checkGitattributes(body: Uint8Array | undefined, report: FsckReport): void {
  if (body === undefined || body.length > ATTRIBUTES_SIZE_MAX) {
    report.add('gitattributesLarge', '.gitattributes too large to parse');
    return;
  }
  // Git reads it as a string, which ends at a NUL.
  const nul = body.indexOf(0);
  const size = nul < 0 ? body.length : nul;
  for (let start = 0; start < size; ) {
    const found = body.indexOf(0x0a, start);
    const end = found < 0 || found > size ? size : found;
    if (end - start >= ATTRIBUTES_LINE_SIZE_MAX) {
      report.add('gitattributesLineLength', '.gitattributes has too long lines to parse');
      return;
    }
    start = end + 1;
  }
}

function checkVariable({ section, subsection, key, value }: ParsedVariable, report: FsckReport): void {
  if (section !== 'submodule' || subsection === undefined) return;
  if (!isSafeSubmoduleName(subsection)) report.add('gitmodulesName', `disallowed submodule name: ${subsection}`);
  if (value === undefined) return;
  if (key === 'url' && !isSafeSubmoduleUrl(value)) {
    report.add('gitmodulesUrl', `disallowed submodule url: ${value}`);
  }
  if (key === 'path' && value.startsWith('-')) {
    report.add('gitmodulesPath', `disallowed submodule path: ${value}`);
  }
  if (key === 'update' && value.startsWith('!')) {
    report.add('gitmodulesUpdate', `disallowed submodule update setting: ${value}`);
  }
}
