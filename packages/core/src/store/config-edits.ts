import { formatConfigName, parseConfigName } from '../config/config-name.js';
import { Config } from '../config/config.js';
import type { ConfigEdit } from './batch.js';

/**
 * The configuration after these edits, in order. O(entries) for each edit.
 *
 * @throws {GovcError} config-invalid: a name is malformed.
 */
export function applyConfigEdits(config: Config, edits: readonly ConfigEdit[]): Config {
  let next = config;
  for (const { name, value } of edits) {
    const parsed = parseConfigName(name);
    const canonical = formatConfigName(parsed);
    const others = next.entries().filter((entry) => formatConfigName(entry) !== canonical);
    next = Config.from(others, value === undefined ? [] : [{ ...parsed, value, line: 0 }]);
  }
  return next;
}
