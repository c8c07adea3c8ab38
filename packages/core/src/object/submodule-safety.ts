/**
 * What a submodule may be called and where it may come from. A `.gitmodules` file is written by whoever
 * pushes; its names become folders and its addresses arguments of programs (`submodule-config.c` and
 * `urlmatch.c` of Git; CVE-2018-11235, CVE-2018-17456, CVE-2020-5260, CVE-2020-11008).
 */

/** Whether a submodule's name is not empty and has no part `..` between slashes or backslashes. */
export function isSafeSubmoduleName(name: string): boolean {
  return name !== '' && !name.split(/[/\\]/).includes('..');
}

/**
 * Whether an address cannot be taken for an option, and cannot smuggle a line feed or another host into what a
 * credential helper is asked.
 */
export function isSafeSubmoduleUrl(url: string): boolean {
  if (url.startsWith('-')) return false;
  if (/^\.\.?[/\\]/.test(url) || url.startsWith('git://')) {
    return !decodeEscapes(url).includes('\n') && !escapesRoot(url);
  }
  const curl = curlUrl(url);
  return curl === undefined || isWellFormedUrl(curl);
}

/** After `./` and at least one `../` nothing may follow that replaces the host. */
function escapesRoot(url: string): boolean {
  const start = /^(?:\.\.?[/\\])*/.exec(url)![0];
  return start.includes('..') && /^[:/]/.test(url.slice(start.length));
}

/** What git-remote-curl would be given, or `undefined` for another transport. */
function curlUrl(url: string): string | undefined {
  const helper = /^(?:https?|ftps?)::/.exec(url);
  if (helper !== null) return url.slice(helper[0].length);
  return /^(?:https?|ftps?):\/\//.test(url) ? url : undefined;
}

const ESCAPE_BROKEN = /%(?![0-9a-fA-F]{2})/;

/** Whether Git can normalize the address, and there is no line feed in it, escaped or not. */
function isWellFormedUrl(url: string): boolean {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(url);
  if (parts === null || ESCAPE_BROKEN.test(url) || decodeEscapes(url).includes('\n')) return false;
  const scheme = parts[1]!.toLowerCase();
  const authority = parts[2]!;
  const host = authority.slice(authority.indexOf('@') + 1);
  return isHostAndPort(host, scheme === 'file') && staysBelowRoot(parts[3]!);
}

function isHostAndPort(text: string, mayBeEmpty: boolean): boolean {
  if (text === '' || text.startsWith(':')) return mayBeEmpty && text === '';
  const parts = /^([A-Za-z0-9._\-[\]:]*?)(?::(\d*))?$/.exec(text);
  if (parts === null || parts[1] === '') return false;
  const port = parts[2];
  if (port === undefined || port === '') return true;
  const number = Number.parseInt(port, 10);
  return number >= 1 && number <= 65_535;
}

function staysBelowRoot(rest: string): boolean {
  const path = rest.split(/[?#]/, 1)[0]!;
  let depth = 0;
  for (const part of path.split('/').slice(1)) {
    const plain = decodeEscapes(part);
    if (plain === '..') depth--;
    else if (plain !== '.') depth++;
    if (depth < 0) return false;
  }
  return true;
}

function decodeEscapes(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (whole, hex: string) =>
    hex === '00' ? whole : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
