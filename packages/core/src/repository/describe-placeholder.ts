import { findConfigBool } from '../config/config-value.js';
import { hasCode } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { describeRevisions, type DescribeOptions } from './naming.js';
import type { ReadContext } from './read-context.js';

/**
 * What `%(describe:…)` of a pretty format gives for a commit (git-log(1), "PRETTY FORMATS"): what `git describe` prints, or nothing where
 * it finds no name; `undefined` where the options are none, so that the placeholder stays. For `PrettyContext.describe`.
 *
 * @param options such as `tags,abbrev=10,match=v*`; lossless text
 */
export function describePlaceholder(context: ReadContext, id: ObjectId, options: string): string | undefined {
  const query = parseOptions(options, context.snapshot.algorithm.hexSize);
  if (query === undefined) return undefined;
  try {
    return describeRevisions(context, query)(id).text.trimEnd();
  } catch (error) {
    if (hasCode(error, 'name-missing')) return '';
    throw error;
  }
}

function parseOptions(text: string, digitsMax: number): DescribeOptions | undefined {
  let tags: boolean | undefined;
  let abbrev: number | undefined;
  const match: string[] = [];
  const exclude: string[] = [];
  // A comma may stand at the end.
  const parts = text === '' ? [] : text.replace(/,$/, '').split(',');
  let wasBad = false;
  for (const part of parts) {
    const [, name, , value] = /^(\w+)(=([^]*))?$/.exec(part) ?? [];
    if (name === 'tags' && !wasBad) {
      const found = findConfigBool(value);
      // Git passes over a value that is no boolean, unless the same option follows at once.
      wasBad = found === undefined;
      tags = found ?? tags;
      continue;
    } else if (name === 'abbrev' && value !== undefined && /^\s*[-+]?\d+$/.test(value)) {
      const digits = Number(value);
      abbrev = digits === 0 ? 0 : Math.min(digitsMax, Math.max(4, digits));
    } else if ((name === 'match' || name === 'exclude') && value !== undefined && value !== '') {
      (name === 'match' ? match : exclude).push(value);
    } else {
      return undefined;
    }
    wasBad = false;
  }
  return { tags, abbrev, ...(match.length === 0 ? {} : { match }), ...(exclude.length === 0 ? {} : { exclude }) };
}
