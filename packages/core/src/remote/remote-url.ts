import { GovcError } from '../errors.js';

/** The address of a repository, taken apart (git-clone, "GIT URLS"). */
export type RemoteUrl =
  /** `text` is the URL without credentials; they are percent-decoded. */
  | { readonly kind: 'http'; readonly text: string; readonly username: string | undefined; readonly password: string | undefined }
  | { readonly kind: 'ssh'; readonly user: string | undefined; readonly host: string; readonly port: number | undefined; readonly path: string }
  | { readonly kind: 'git'; readonly host: string; readonly port: number | undefined; readonly path: string }
  /** A path of this machine; `isUrl`: it was written as `file://`, and so is no place for shortcuts. */
  | { readonly kind: 'local'; readonly path: string; readonly isUrl: boolean }
  /** `<helper>::<address>`. */
  | { readonly kind: 'helper'; readonly helper: string; readonly address: string };

/**
 * Reads an address: a URL, `host:path` in the manner of scp, or a path.
 *
 * @throws {GovcError} remote-url-invalid: a scheme that is not known, no host, or a host or path that a program would take for an
 *   option
 */
export function parseRemoteUrl(text: string): RemoteUrl {
  const helper = /^([A-Za-z0-9][A-Za-z0-9+.-]*)::(.*)$/s.exec(text);
  if (helper !== null) return { kind: 'helper', helper: helper[1]!, address: helper[2]! };
  const url = /^([A-Za-z0-9][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text);
  if (url === null) return isLocalPath(text) ? { kind: 'local', path: text, isUrl: false } : parseScp(text);
  const [, scheme, rest] = [...url] as [string, string, string];
  switch (scheme.toLowerCase()) {
    case 'file':
      return { kind: 'local', path: decodePercent(rest.startsWith('/') ? rest : rest.replace(/^[^/]*/, '')), isUrl: true };
    case 'http':
    case 'https':
      return parseHttp(text);
    case 'ssh':
    case 'git+ssh':
    case 'ssh+git':
      return { kind: 'ssh', ...hostAndPath(text, rest) };
    case 'git': {
      const { host, port, path } = hostAndPath(text, rest);
      return { kind: 'git', host, port, path };
    }
    default:
      throw invalid(text, `protocol '${scheme}' is not supported`);
  }
}

/** Without a colon, or with a slash before it. */
function isLocalPath(text: string): boolean {
  const colon = text.indexOf(':');
  const slash = text.indexOf('/');
  if (colon < 0 || (slash >= 0 && slash < colon)) return !text.startsWith('[') || colon < 0;
  return false;
}

function parseScp(text: string): RemoteUrl {
  const match = /^(?:([^@[\]]*)@)?(\[[^\]]*\]|[^:]*):(.*)$/s.exec(text);
  if (match === null) throw invalid(text, 'it has no host');
  const [, user, bracketed = '', rest = ''] = match;
  const inner = bracketed.startsWith('[') ? bracketed.slice(1, -1) : bracketed;
  // `[host:port]:path` is how Git takes a port in this form; more colons are an IPv6 address.
  const withPort = bracketed.startsWith('[') ? /^([^:]*):(\d+)$/.exec(inner) : null;
  const host = withPort?.[1] ?? inner;
  mustBeHarmless(text, host, rest);
  return {
    kind: 'ssh', user, host, port: withPort === null ? undefined : Number(withPort[2]), path: /^\/~/.test(rest) ? rest.slice(1) : rest,
  };
}

function hostAndPath(text: string, rest: string): { readonly user: string | undefined; readonly host: string; readonly port: number | undefined; readonly path: string } {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : decodePercent(rest.slice(slash));
  const match = /^(?:(.*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s.exec(authority);
  if (match === null || path === '') throw invalid(text, 'no path specified');
  const [, user, bracketed = '', port] = match;
  const host = decodePercent(bracketed.startsWith('[') ? bracketed.slice(1, -1) : bracketed);
  mustBeHarmless(text, user === undefined ? host : `${user}@${host}`, path);
  return {
    user: user === undefined ? undefined : decodePercent(user), host,
    port: port === undefined || port === '' ? undefined : Number(port), path: path.startsWith('/~') ? path.slice(1) : path,
  };
}

function parseHttp(text: string): RemoteUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw invalid(text, 'it is no URL', error);
  }
  const username = url.username === '' ? undefined : decodePercent(url.username);
  const password = url.password === '' ? undefined : decodePercent(url.password);
  // The text is kept as written: a URL object would spell the path anew.
  const bare = text.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');
  return { kind: 'http', text: bare.replace(/\/+$/, ''), username, password };
}

/** A host or path that begins with a dash would be an option to the program that gets it (CVE-2017-1000117). */
function mustBeHarmless(text: string, host: string, path: string): void {
  if (host === '') throw invalid(text, 'it has no host');
  if (host.startsWith('-')) throw invalid(text, `strange hostname '${host}' blocked`);
  if (path.startsWith('-')) throw invalid(text, `strange pathname '${path}' blocked`);
  if (/[\0\n\r]/.test(host) || /[\0\n]/.test(path)) throw invalid(text, 'it holds a line feed or NUL');
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8, or a lone percent sign: Git takes what it cannot decode as it is.
    return text;
  }
}

function invalid(url: string, reason: string, cause?: unknown): GovcError {
  const shown = withoutCredentials(url);
  return new GovcError('remote-url-invalid', `The address "${shown.slice(0, 300)}" cannot be used: ${reason}.`, { url: shown }, { cause });
}

/** An address as it may be shown: without the password that it may hold. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/?#@]*)@/i, (_, scheme: string, who: string) => {
    const user = who.split(':')[0] ?? '';
    return who.includes(':') ? `${scheme}${user}:<redacted>@` : `${scheme}${user}@`;
  });
}
