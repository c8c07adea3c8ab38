/**
 * Keeping secrets out of logs: by the name of a field and by the look of a text.
 *
 * Names are compared without case, `-` and `_`, so that `X-API-Key`, `x_api_key` and `xApiKey` are one. The patterns for texts
 * match a secret that was cut short as well, because long texts are truncated before they are searched; every quantifier
 * is bounded, so that a search is linear in the text.
 */

/** What stands in a record in place of a secret. */
export const REDACTED = '[redacted]';

const SECRET_NAMES = new Set([
  'auth',
  'authorization',
  'bearer',
  'cookie',
  'credential',
  'credentials',
  'jwt',
  'passphrase',
  'passwd',
  'proxyauthorization',
  'pwd',
  'setcookie',
]);
const SECRET_ENDINGS = ['apikey', 'password', 'privatekey', 'secret', 'token'];

const SECRET_TEXTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)\s{1,8}[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/\bgovc_[A-Za-z0-9_-]{6,}/g, REDACTED],
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{0,16384}){0,2}/g, REDACTED],
  [/(:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,256}@/g, `$1${REDACTED}@`],
  [/([?&](?:api_?key|access_token|refresh_token|token|password|secret)=)[^&\s#]{1,4096}/gi, `$1${REDACTED}`],
];

/** Whether a field of this name holds a secret, whatever its value. */
export function isSecretName(name: string): boolean {
  const plain = name.replace(/[-_\s]/g, '').toLowerCase();
  return SECRET_NAMES.has(plain) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}

/** The text with credentials, tokens, API keys and passwords in URLs replaced by {@link REDACTED}. */
export function redactText(text: string): string {
  return SECRET_TEXTS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
