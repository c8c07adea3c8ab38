import { isApiKey } from './api-keys.js';
import { AuthError } from './errors.js';

/** What a request brought to say who is asking. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'api-key'; readonly key: string };

const HEADER_LENGTH_MAX = 16 * 1024;

/**
 * Reads `Authorization` (Basic by RFC 7617, Bearer by RFC 6750) and `X-API-Key`; the latter wins when both are there.
 * An API key is recognised as a bearer token and as the password of Basic too, because Git clients can send nothing else.
 *
 * @throws {AuthError} auth-header-invalid: another scheme, bad base64, no colon, or too long.
 */
export function parseCredentials(headers: {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}): Credentials {
  const { authorization, apiKey } = headers;
  if (Math.max(authorization?.length ?? 0, apiKey?.length ?? 0) > HEADER_LENGTH_MAX) throw invalid('is too long');
  if (apiKey !== undefined && apiKey.trim() !== '') return { kind: 'api-key', key: apiKey.trim() };
  if (authorization === undefined || authorization.trim() === '') return { kind: 'none' };
  const text = authorization.trim();
  const end = text.indexOf(' ');
  const scheme = end < 0 ? text : text.slice(0, end);
  const value = end < 0 ? '' : text.slice(end).trimStart();
  switch (scheme.toLowerCase()) {
    case 'basic':
      return parseBasic(value);
    case 'bearer':
      if (!/^[A-Za-z0-9._~+/-]+=*$/.test(value)) throw invalid('holds no bearer token');
      return isApiKey(value) ? { kind: 'api-key', key: value } : { kind: 'token', token: value };
    default:
      throw invalid('uses a scheme other than Basic and Bearer');
  }
}

function parseBasic(value: string): Credentials {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) throw invalid('holds no base64');
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw invalid('holds no colon between user name and password');
  const password = text.slice(colon + 1);
  if (isApiKey(password)) return { kind: 'api-key', key: password };
  return { kind: 'password', username: text.slice(0, colon), password };
}

function invalid(reason: string): AuthError {
  return new AuthError('auth-header-invalid', `the Authorization header ${reason}`);
}
