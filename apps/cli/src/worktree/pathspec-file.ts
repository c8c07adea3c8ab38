import { losslessTextFromBytes } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { value, flag, type Option } from '../options/option.js';
import { readAll } from '../print/output.js';
import { unquotePath } from '../print/unquote.js';
import { absolutePath } from '../session/files-host.js';

/** Where a pathspec stands when it is not among the arguments. */
export interface PathspecSource {
  file: string | undefined;
  isNul: boolean;
}

/** `--pathspec-from-file` and `--pathspec-file-nul`. */
export function pathspecFileOptions(source: PathspecSource): Option[] {
  return [
    value('pathspec-from-file', 'file', 'read pathspec from file', (text) => { source.file = text; }),
    flag('pathspec-file-nul', 'with --pathspec-from-file, pathspec elements are separated with NUL character', (isOn) => { source.isNul = isOn; }),
  ];
}

/** The pathspec of the arguments, or of the file that takes their place. @throws {Failure} both are given */
export async function readPathspec(io: CommandIo, source: PathspecSource, args: readonly string[]): Promise<readonly string[]> {
  if (source.file === undefined) {
    if (source.isNul) die("the option '--pathspec-file-nul' requires '--pathspec-from-file'");
    return args;
  }
  if (args.length > 0) die("'--pathspec-from-file' and pathspec arguments cannot be used together");
  const bytes = source.file === '-' ? await readAll(io.stdin) : io.files.readFile(absolutePath(io.cwd, source.file));
  if (bytes === undefined) die(`could not open '${source.file}' for reading: No such file or directory`);
  const text = losslessTextFromBytes(bytes);
  const lines = text.split(source.isNul ? '\0' : '\n');
  if (lines.at(-1) === '') lines.pop();
  if (source.isNul) return lines;
  return lines.map((line) => {
    const plain = line.replace(/\r$/, '');
    if (plain.startsWith('"') && !plain.endsWith('"')) die(`line is badly quoted: ${plain}`);
    return unquotePath(plain);
  });
}
