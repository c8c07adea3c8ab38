/**
 * Keeping secrets out of logs: by the name of a field and by the look of a text.
 *
 * Names are compared without case, `-` and `_`, so that `X-API-Key`, `x_api_key` and `xApiKey` are one. The patterns for texts
 * match a secret that was cut short as well, because long texts are truncated before they are searched; every quantifier
 * is bounded, so that a search is linear in the text.
 */

/** What stands in a record in place of a secret. */
export const REDACTED = '[redacted]';

const SECRET_NAMES = new Set(['auth', 'bearer', 'jwt', 'pwd', 'sig', 'signature', 'xhubsignature', 'xhubsignature256']);
/** Wherever they stand in a name: `admin_password_hash` tells as much as `password`. */
const SECRET_PARTS = ['apikey', 'authorization', 'cookie', 'credential', 'passphrase', 'passwd', 'password', 'privatekey', 'secret', 'signingkey'];
const SECRET_ENDINGS = ['token', 'tokens'];

const NAMED = '(?:[\\w-]{0,40}(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key))';

const SECRET_TEXTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s:,-]{0,16384}/g, REDACTED],
  [/\b(Bearer|Basic|Digest)\s{1,8}[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/\b((?:proxy-)?authorization|x-api-key|(?:set-)?cookie)(["']?\s{0,4}[:=]\s{0,4}["']?)(?!Bearer|Basic|Digest)[^\s"',;]{1,4096}/gi, `$1$2${REDACTED}`],
  [/\bgov[cr]_[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]{1,100})?/g, REDACTED],
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{0,16384}){0,2}/g, REDACTED],
  [/(:\/\/[^\s/:@?#]{0,256}:)[^\s/@]{1,256}@/g, `$1${REDACTED}@`],
  [/(:\/\/)[^\s/:@?#]{1,256}@/g, `$1${REDACTED}@`],
  [/([?&;](?:key|sig|signature|code|jwt|auth)=)[^&\s#"]{1,4096}/gi, `$1${REDACTED}`],
  [new RegExp(`\\b(${NAMED}=)[^&\\s#"';,]{1,4096}`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`(["']${NAMED}["']\\s{0,4}:\\s{0,4})"(?:[^"\\\\]|\\\\.){0,4096}"?`, 'gi'), `$1"${REDACTED}"`],
];

/** Whether a field of this name holds a secret, whatever its value. */
export function isSecretName(name: string): boolean {
  const plain = name.replace(/[-_\s]/g, '').toLowerCase();
  return SECRET_NAMES.has(plain) || SECRET_PARTS.some((part) => plain.includes(part)) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}

/** What every pattern above needs; most texts have none of it. */
const MAY_BE_SECRET = /[=:@]|gov[cr]_|eyJ|basic|bearer|digest|-----/i;

/** The text with credentials, tokens, API keys and passwords in URLs replaced by {@link REDACTED}. */
export function redactText(text: string): string {
  if (!MAY_BE_SECRET.test(text)) return text;
  return SECRET_TEXTS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
