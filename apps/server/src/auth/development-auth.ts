import type { AuthConfig } from '../config.js';

/** Who can sign in in development mode, where nobody needs to: known to everybody, and worth no more than not signing in. */
export const DEVELOPMENT_ADMIN = { name: 'admin', password: 'admin123' } as const;

const DAY_MS = 86_400_000;

/** Accounts of one process: tokens are signed by a secret that ends with it, and so mean nothing to any other server. */
export function developmentAuth(random: (sizeBytes: number) => Uint8Array): Extract<AuthConfig, { kind: 'users' }> {
  return {
    kind: 'users',
    jwtSecret: Buffer.from(random(32)).toString('base64url'),
    jwtKeyFile: undefined,
    jwtPreviousSecret: undefined,
    jwtPreviousKeyFile: undefined,
    jwtIssuer: 'govc-server',
    jwtTtlMs: DAY_MS,
    refreshTtlMs: 30 * DAY_MS,
    adminName: DEVELOPMENT_ADMIN.name,
    adminPassword: DEVELOPMENT_ADMIN.password,
  };
}
