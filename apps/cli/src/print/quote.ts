/** A word as the shell reads it, in single quotes. */
export function quoteShell(text: string): string {
  return `'${text.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}

/** The same, without quotes where none are needed. */
export function quoteShellPretty(text: string): string {
  return text !== '' && /^[\w+,./:=@%^-]+$/.test(text) ? text : quoteShell(text);
}
