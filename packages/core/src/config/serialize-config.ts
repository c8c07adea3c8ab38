/** Writing the file syntax of git-config(1) so that it reads back as the same values. */

/**
 * A value as it is written after `key = `: quoted where outer spaces, a comment character or a
 * carriage return would be lost, and with line feed, tab, quote and backslash escaped.
 */
export function serializeConfigValue(value: string): string {
  const quote = /^ | $|[;#\r]/.test(value) ? '"' : '';
  const escaped = value.replace(/[\n\t"\\]/g, (c) => (c === '\n' ? '\\n' : c === '\t' ? '\\t' : `\\${c}`));
  return quote + escaped + quote;
}

/** The line of one value, with the indent and line feed that `git config` writes. */
export function serializeConfigEntry(key: string, value: string): string {
  return `\t${key} = ${serializeConfigValue(value)}\n`;
}

/** The header line for `section` or `section.subsection`; what follows the first dot is the subsection. */
export function serializeSectionHeader(name: string): string {
  const dot = name.indexOf('.');
  if (dot < 0) return `[${name}]\n`;
  return `[${name.slice(0, dot)} "${name.slice(dot + 1).replace(/["\\]/g, '\\$&')}"]\n`;
}
