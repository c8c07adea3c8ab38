import { isBinary, mergeFile, type MergeFileOptions } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, integer, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { absolutePath } from '../session/files-host.js';

const USAGE = ['git merge-file [<options>] [-L <name1> [-L <orig> [-L <name2>]]] <file1> <orig-file> <file2>'];

/** `git merge-file`. */
export const mergeFileCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { toStdout: false, isQuiet: false, style: undefined as MergeFileOptions['style'], favor: undefined as MergeFileOptions['favor'], size: undefined as number | undefined, labels: [] as string[] };
  const options = [
    flag('p|stdout', 'send results to standard output', (isOn) => { seen.toStdout = isOn; }),
    flag('diff3', 'use a diff3 based merge', () => { seen.style = 'diff3'; }),
    flag('zdiff3', 'use a zealous diff3 based merge', () => { seen.style = 'zdiff3'; }),
    flag('ours', 'for conflicts, use our version', () => { seen.favor = 'ours'; }),
    flag('theirs', 'for conflicts, use their version', () => { seen.favor = 'theirs'; }),
    flag('union', 'for conflicts, use a union version', () => { seen.favor = 'union'; }),
    integer('marker-size', 'n', 'for conflicts, use this marker size', (number) => { seen.size = number; }),
    flag('q|quiet', 'do not warn about conflicts', (isOn) => { seen.isQuiet = isOn; }),
    value('L', 'name', 'set labels for file1/orig-file/file2', (text) => { seen.labels.push(text!); }, { canNegate: false }),
  ];
  const files = parseOptions(args, { io, usage: USAGE, options });
  if (files.length !== 3) usageError(usageText(USAGE, options));
  if (seen.labels.length > 3) throw new Failure('error: too many labels on the command line\n', 129);
  const config = await context.config();
  const style = seen.style ?? (['diff3', 'zdiff3'].includes(config.get('merge.conflictstyle') ?? '') ? (config.get('merge.conflictstyle') as 'diff3' | 'zdiff3') : undefined);
  const contents = files.map((file) => {
    const bytes = io.files.readFile(absolutePath(io.cwd, file));
    if (bytes === undefined) throw new Failure(`error: Could not stat ${file}\n`, 255);
    if (isBinary(bytes)) throw new Failure(`error: Cannot merge binary files: ${file}\n`, 255);
    return bytes;
  });
  const [ours, base, theirs] = contents as [Uint8Array, Uint8Array, Uint8Array];
  const [first = files[0], second = files[1], third = files[2]] = seen.labels;
  const result = mergeFile(base, ours, theirs, { style, favor: seen.favor, markerSize: seen.size, labels: { ours: first, base: second, theirs: third } });
  if (seen.toStdout) io.stdout.write(result.content);
  else io.files.writeFile(absolutePath(io.cwd, files[0]!), result.content);
  if (result.conflictCount < 0) die('internal error');
  return Math.min(127, result.conflictCount);
};
