/** The one error class of `@govc/auth` and its table of codes. */

/** Every code that an {@link AuthError} can carry, with what it means. A retired code is never used again. */
export const AUTH_ERROR_CODES = {
  'api-key-invalid': 'The API key is unknown, revoked or expired.',
  'auth-header-invalid': 'The Authorization or X-API-Key header cannot be read.',
  'credentials-invalid': 'User name and password do not belong together, or the user is not active.',
  'login-locked': 'Too many sign-ins failed for the account or from the address; wait as long as the answer says.',
  'password-hash-invalid': 'A stored password hash is malformed or asks for more work than is allowed.',
  'password-invalid': 'A new password is empty or longer than the bound.',
  'permission-unknown': 'A text names no permission.',
  'ref-rule-invalid': 'A rule for refs or paths is malformed or larger than the bound.',
  'refresh-token-invalid': 'The refresh token is unknown, expired, revoked, or was used before.',
  'reset-token-invalid': 'The token that resets a password is unknown, expired or was used before.',
  'role-exists': 'A role with that name exists already.',
  'role-fixed': 'The role belongs to the package and cannot be changed or deleted.',
  'role-unknown': 'No role with that name exists.',
  'signing-key-invalid': 'A signing key is too short, of the wrong kind, or its id is used twice.',
  'token-expired': 'The token was valid once; sign in again or refresh it.',
  'token-invalid': 'The token is malformed, signed by an unknown key, or meant for somebody else.',
  'token-not-active': 'The token becomes valid in the future.',
  'user-exists': 'A user with that id or name exists already.',
  'user-unknown': 'No user with that id exists.',
} as const;

/** A literal code of {@link AUTH_ERROR_CODES}. */
export type AuthErrorCode = keyof typeof AUTH_ERROR_CODES;

/** The only error class that this package throws on purpose. Identify it by `code`; messages may change and never hold secrets. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: AuthErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
