/**
 * Configuration from the command line and the environment: `git -c name=value`, `GIT_CONFIG_PARAMETERS`,
 * and `GIT_CONFIG_COUNT` with its `GIT_CONFIG_KEY_<n>` and `GIT_CONFIG_VALUE_<n>` (git-config(1)).
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { formatConfigName, parseConfigName } from './config-name.js';
import type { ConfigEntry } from './parse-config.js';

const COMMAND_LINE = 'command line';

/**
 * The entry of one `-c name=value`; without "=" the value is undefined, which reads as true. The name ends
 * at the first "=".
 *
 * @throws {GovcError} config-invalid: malformed name.
 */
export function parseConfigParameter(text: string): ConfigEntry {
  const equals = text.indexOf('=');
  return equals < 0 ? makeEntry(text, undefined) : makeEntry(text.slice(0, equals), text.slice(equals + 1));
}

/**
 * The entries of a `GIT_CONFIG_PARAMETERS`: `'name'='value'`, `'name'=` or the older `'name=value'`,
 * separated by white space.
 *
 * @throws {GovcError} config-invalid: malformed quoting or name.
 */
export function parseConfigParameters(text: string): ConfigEntry[] {
  checkSize(text);
  const entries: ConfigEntry[] = [];
  let at = 0;
  while (at < text.length) {
    const name = dequoteAt(text, at);
    at = name.end;
    if (at === text.length || isSpace(text[at]!)) {
      entries.push(parseOldParameter(name.text));
    } else if (text[at] === '=') {
      at++;
      let value: string | undefined;
      if (text[at] === "'") {
        const quoted = dequoteAt(text, at);
        value = quoted.text;
        at = quoted.end;
      }
      if (at < text.length && !isSpace(text[at]!)) throw badParameters(at);
      entries.push(makeEntry(name.text, value));
    } else {
      throw badParameters(at);
    }
    while (at < text.length && isSpace(text[at]!)) at++;
  }
  return entries;
}

/** The text for `GIT_CONFIG_PARAMETERS` that {@link parseConfigParameters} reads as these entries. */
export function serializeConfigParameters(entries: readonly ConfigEntry[]): string {
  return entries
    .map((entry) => `${quote(formatConfigName(entry))}=${entry.value === undefined ? '' : quote(entry.value)}`)
    .join(' ');
}

/**
 * The entries that `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_<n>` and `GIT_CONFIG_VALUE_<n>` describe; none where
 * there is no count.
 *
 * @throws {GovcError} config-invalid: the count is no number, a key or value is missing, or a name is malformed.
 * @throws {GovcError} limit-exceeded: the count is over `configParameterCount`.
 */
export function parseConfigEnvironment(variables: Readonly<Record<string, string | undefined>>): ConfigEntry[] {
  const text = variables['GIT_CONFIG_COUNT'];
  if (text === undefined || text === '') return [];
  if (!/^[ \t\n\v\f\r]*\+?\d+$/.test(text)) {
    throw new GovcError('config-invalid', `GIT_CONFIG_COUNT is "${text.slice(0, 80)}", not a number.`, { text });
  }
  const count = Number(text);
  const limit = LIMITS.configParameterCount.value;
  if (count > limit) {
    throw new GovcError('limit-exceeded', `GIT_CONFIG_COUNT is ${count}, more than ${limit}.`, { count, limit });
  }
  return Array.from({ length: count }, (_, i) =>
    makeEntry(readVariable(variables, `GIT_CONFIG_KEY_${i}`), readVariable(variables, `GIT_CONFIG_VALUE_${i}`)),
  );
}

function readVariable(variables: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = variables[name];
  if (value !== undefined) return value;
  throw new GovcError('config-invalid', `GIT_CONFIG_COUNT asks for ${name}, which is not set.`, { name });
}

/** `name=value` in one pair of quotes, where white space around the name does not count. */
function parseOldParameter(text: string): ConfigEntry {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, '');
  return makeEntry(name, equals < 0 ? undefined : text.slice(equals + 1));
}

function makeEntry(name: string, value: string | undefined): ConfigEntry {
  return { ...parseConfigName(name), value, line: 0, origin: COMMAND_LINE };
}

/** A shell word in single quotes, with `\'` and `\!` between its quoted parts. */
function dequoteAt(text: string, start: number): { readonly text: string; readonly end: number } {
  if (text[start] !== "'") throw badParameters(start);
  let result = '';
  let at = start + 1;
  for (;;) {
    const close = text.indexOf("'", at);
    if (close < 0) throw badParameters(start);
    result += text.slice(at, close);
    at = close + 1;
    const escaped = text[at + 1];
    if (text[at] !== '\\' || (escaped !== "'" && escaped !== '!') || text[at + 2] !== "'") return { text: result, end: at };
    result += escaped;
    at += 3;
  }
}

function quote(text: string): string {
  return `'${text.replace(/['!]/g, (c) => `'\\${c}'`)}'`;
}

function isSpace(c: string): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\r';
}

function checkSize(text: string): void {
  const limit = LIMITS.configSize.value;
  if (text.length <= limit) return;
  throw new GovcError('limit-exceeded', `GIT_CONFIG_PARAMETERS has ${text.length} characters, more than ${limit}.`, {
    size: text.length,
    limit,
  });
}

function badParameters(offset: number): GovcError {
  return new GovcError('config-invalid', `GIT_CONFIG_PARAMETERS is malformed at character ${offset}.`, { offset });
}
