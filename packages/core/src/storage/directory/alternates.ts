/** `objects/info/alternates`: other `objects` folders that are read, too (gitrepository-layout). */
import { realpathSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { textFromBytes } from '../../bytes/text.js';
import { GovcError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { attemptUnless, findFile, isDirectory } from './disk.js';

/**
 * The `objects` folders that are read besides the one at `objectsPath`, nearest first, each once. What is not there, the
 * folder itself, and what nests too deep is left out, as Git does with a warning.
 */
export function listAlternates(objectsPath: string, onProblem: (problem: GovcError) => void): string[] {
  const own = realPath(objectsPath) ?? objectsPath;
  const seen = new Set([own]);
  const found: string[] = [];
  let level = [own];
  for (let depth = 0; level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      for (const named of readAlternates(folder)) {
        // A relative path in an alternate's own file is refused, since it counts from a place that may move.
        if (!isAbsolute(named) && depth > 0) {
          onProblem(problem(named, 'it is relative and stands in the file of another alternate'));
          continue;
        }
        const path = realPath(resolve(folder, named));
        if (path === undefined || !isDirectory(path)) {
          onProblem(problem(named, 'there is no such folder'));
        } else if (!seen.has(path)) {
          if (depth > LIMITS.alternateDepth.value || found.length >= LIMITS.alternateCount.value) {
            onProblem(problem(named, 'alternates nest too deep'));
            return found;
          }
          seen.add(path);
          found.push(path);
          next.push(path);
        }
      }
    }
    level = next;
  }
  return found;
}

function readAlternates(objectsPath: string): string[] {
  const bytes = findFile(join(objectsPath, 'info', 'alternates'));
  if (bytes === undefined) return [];
  return textFromBytes(bytes)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => (line.startsWith('"') ? unquote(line) : line));
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\',
};

/** C quoting as of `quote.c`; a line that is not quoted properly stands for itself. */
function unquote(line: string): string {
  const inside = /^"((?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7]{2}))*)"$/.exec(line)?.[1];
  if (inside === undefined) return line;
  const text = inside.replace(/\\([abfnrtv"\\]|[0-3][0-7]{2})/g, (_, escaped: string) =>
    ESCAPES[escaped] ?? String.fromCharCode(Number.parseInt(escaped, 8)));
  return text;
}

function realPath(path: string): string | undefined {
  return attemptUnless(['ENOENT', 'ENOTDIR', 'ELOOP'], 'resolve', path, () => realpathSync(path));
}

function problem(path: string, reason: string): GovcError {
  return new GovcError('repository-invalid', `The alternate "${path}" is left out: ${reason}.`, { path, reason });
}
