import { SHA1, SHA256, type HashAlgorithm } from '@govc/core/plumbing';

/** The hash where there is no repository (`GIT_DEFAULT_HASH`). */
export function defaultAlgorithm(env: Readonly<Record<string, string | undefined>>): HashAlgorithm {
  return env['GIT_DEFAULT_HASH'] === 'sha256' ? SHA256 : SHA1;
}
