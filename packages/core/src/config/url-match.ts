/**
 * Which `section.<url>.key` fits a URL: gitconfig's `http.<url>.*`. URLs are first brought to one
 * spelling (RFC 3986: case of scheme and host, percent escapes, default ports, dot segments). Host names
 * of a pattern may have `*` for one whole label.
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { latin1FromBytes } from '../bytes/text.js';

/** A URL in its normal spelling, cut into the parts that are compared. */
export interface NormalUrl {
  /** All of it. */
  readonly text: string;
  readonly scheme: string;
  /** Undefined where there is no "@"; '' for an "@" with nothing before it. */
  readonly user: string | undefined;
  readonly host: string;
  /** Undefined where it is the default of the scheme. */
  readonly port: string | undefined;
  /** From the first "/" on, with query and fragment. */
  readonly path: string;
}

/** How well a pattern fits; compared in this order. */
export interface UrlMatch {
  /** Length of the pattern's host. */
  readonly hostSize: number;
  /** Length of the path that matched, with its final "/". */
  readonly pathSize: number;
  readonly isUserMatched: boolean;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*(?=:\/\/)/;
const HOST = /^[A-Za-z0-9.\-_[:\]]*$/;
const GLOB_HOST = /^[A-Za-z0-9.\-_[:\]*]*$/;

/**
 * The URL in its normal spelling, or undefined where it is not one. Text beyond ASCII is taken as its
 * UTF-8 bytes.
 */
export function parseUrl(text: string, options: { readonly acceptsGlobs: boolean }): NormalUrl | undefined {
  const url = latin1FromBytes(bytesFromLosslessText(text));
  const scheme = SCHEME.exec(url)?.[0].toLowerCase();
  if (scheme === undefined) return undefined;
  let at = scheme.length + 3;
  const authorityEnd = endOfRun(url, at, /[/?#]/);

  let user: string | undefined;
  const atSign = url.indexOf('@', at);
  if (atSign >= 0 && atSign < authorityEnd) {
    user = normalizeEscapes(url.slice(at, atSign));
    if (user === undefined) return undefined;
    at = atSign + 1;
  }

  const authority = splitAuthority(url.slice(at, authorityEnd));
  const hasHost = at < url.length && !':/?#'.includes(url[at]!);
  if (!hasHost && scheme !== 'file') return undefined;
  if (!hasHost && authority.port !== undefined && authority.port !== '') return undefined;
  if (!(options.acceptsGlobs ? GLOB_HOST : HOST).test(authority.host)) return undefined;
  const port = authority.port === undefined ? '' : normalizePort(authority.port, scheme);
  if (port === undefined) return undefined;

  const path = normalizePath(url, authorityEnd);
  if (path === undefined) return undefined;
  const host = authority.host.toLowerCase();
  const credentials = user === undefined ? '' : `${user}@`;
  const normal = `${scheme}://${credentials}${host}${port === '' ? '' : `:${port}`}${path}`;
  return {
    text: normal, scheme, user: user?.split(':', 1)[0], host, port: port === '' ? undefined : port, path,
  };
}

/** How well `pattern` fits `url`, or undefined where it does not. */
export function matchUrl(url: NormalUrl, pattern: NormalUrl): UrlMatch | undefined {
  if (pattern.scheme !== url.scheme) return undefined;
  if (pattern.user !== undefined && pattern.user !== url.user) return undefined;
  if (!matchesHost(url.host, pattern.host) || pattern.port !== url.port) return undefined;
  const pathSize = matchPath(url.path, pattern.path);
  if (pathSize === 0) return undefined;
  return { hostSize: pattern.host.length, pathSize, isUserMatched: pattern.user !== undefined };
}

/** Negative where `left` fits worse than `right`, 0 where they fit equally well. */
export function compareUrlMatches(left: UrlMatch, right: UrlMatch): number {
  return (
    left.hostSize - right.hostSize ||
    left.pathSize - right.pathSize ||
    Number(left.isUserMatched) - Number(right.isUserMatched)
  );
}

function matchesHost(host: string, pattern: string): boolean {
  const labels = host.split('.');
  const wanted = pattern.split('.');
  // A final dot makes no label of its own.
  if (labels.at(-1) === '') labels.pop();
  if (wanted.at(-1) === '') wanted.pop();
  return labels.length === wanted.length && wanted.every((label, i) => label === '*' || label === labels[i]);
}

/** The length of `prefix` with its final "/" where it is `path` or ends at one of its "/"; else 0. */
function matchPath(path: string, prefix: string): number {
  const stem = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (!path.startsWith(stem)) return 0;
  return path.length === stem.length || path[stem.length] === '/' ? stem.length + 1 : 0;
}

function splitAuthority(text: string): { readonly host: string; readonly port: string | undefined } {
  const colon = text.lastIndexOf(':');
  // A colon inside the brackets of an IPv6 address is not the one before a port.
  if (colon < 0 || colon < text.lastIndexOf(']')) return { host: text, port: undefined };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** The port without leading zeros, '' for the default of the scheme, undefined when out of 1 to 65535. */
function normalizePort(text: string, scheme: string): string | undefined {
  if (text === '') return '';
  const digits = text.replace(/^0+(?=.)/, '');
  if (scheme === 'http' && digits === '80') return '';
  if (scheme === 'https' && digits === '443') return '';
  if (!/^\d{1,5}$/.test(digits) || Number(digits) === 0 || Number(digits) > 65535) return undefined;
  return digits;
}

/** Path, query and fragment from `start`, with escapes normalised and dot segments resolved. */
function normalizePath(url: string, start: number): string | undefined {
  const end = endOfRun(url, start, /[?#]/);
  const source = url.slice(url[start] === '/' ? start + 1 : start, end).split('/');
  const segments: string[] = [];
  for (const piece of source) {
    const segment = normalizeEscapes(piece);
    if (segment === undefined) return undefined;
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '.') {
      segments.push(segment);
    }
  }
  const rest = normalizeEscapes(url.slice(end));
  return rest === undefined ? undefined : `/${segments.join('/')}${rest}`;
}

// RFC 3986: these stay escaped when they were, because they may delimit.
const RESERVED = ":/?#[]@!$&'()*+,;=";
const UNSAFE = ' <>"%{}|\\^`';

/** Escapes what must be, unescapes what need not be, in upper-case hex; undefined for a broken escape. */
function normalizeEscapes(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  return text.replace(/%(..)|[^]/g, (match: string, hex: string | undefined) => {
    const code = hex === undefined ? match.charCodeAt(0) : Number.parseInt(hex, 16);
    const char = String.fromCharCode(code);
    const isDelimiter = hex !== undefined && RESERVED.includes(char);
    if (code > 0x1f && code < 0x7f && !UNSAFE.includes(char) && !isDelimiter) return char;
    return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function endOfRun(text: string, from: number, stop: RegExp): number {
  const size = text.slice(from).search(stop);
  return size < 0 ? text.length : from + size;
}
