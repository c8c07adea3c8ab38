/**
 * The one table that turns error codes into answers: for every code of every package the HTTP status, and the code that the
 * body carries (upstream's spelling where it has one).
 */

/** How an error code shows over HTTP. */
export interface Problem {
  readonly status: number;
  /** What the body says in `code`. */
  readonly code: string;
}

const at = (status: number, code: string): Problem => ({ status, code });
const INTERNAL = at(500, 'INTERNAL_ERROR');

/** By error code. Codes of `GovcError`, `AuthError`, `PoolError` and `ServerError` are unique across packages. */
export const PROBLEMS: Readonly<Record<string, Problem>> = {
  // What a request asks for is wrong.
  'note-missing': at(404, 'NOTE_NOT_FOUND'),
  'stash-missing': at(404, 'STASH_NOT_FOUND'),
  'note-exists': at(409, 'NOTE_EXISTS'),
  'replay-invalid': at(400, 'REPLAY_FAILED'),
  'line-range-invalid': at(400, 'INVALID_LINE_RANGE'),
  'mail-invalid': at(400, 'INVALID_PATCH'),
  'object-id-ambiguous': at(400, 'REF_AMBIGUOUS'),
  'object-id-invalid': at(400, 'INVALID_REF'),
  'object-invalid': at(400, 'COMMIT_FAILED'),
  'object-type-mismatch': at(400, 'NOT_A_COMMIT'),
  'path-invalid': at(400, 'INVALID_FILE_PATH'),
  'patch-invalid': at(400, 'INVALID_PATCH'),
  'pathspec-invalid': at(400, 'INVALID_PATH'),
  'pattern-invalid': at(400, 'INVALID_PATTERN'),
  'protocol-error': at(400, 'PROTOCOL_ERROR'),
  'ref-name-invalid': at(400, 'INVALID_REF_NAME'),
  'ref-invalid': at(400, 'INVALID_REF'),
  'refspec-invalid': at(400, 'INVALID_REFSPEC'),
  'repository-id-invalid': at(400, 'INVALID_REPO_ID'),
  'repository-id-missing': at(400, 'MISSING_REPO_ID'),
  'request-invalid': at(400, 'INVALID_REQUEST'),
  'branch-current': at(400, 'DELETE_CURRENT_BRANCH'),
  'bundle-empty': at(400, 'INVALID_BUNDLE'),
  'bundle-invalid': at(400, 'INVALID_BUNDLE'),
  'bundle-prerequisite-missing': at(409, 'BUNDLE_PREREQUISITE_MISSING'),
  'config-invalid': at(400, 'INVALID_CONFIG'),
  'export-refused': at(409, 'EXPORT_REFUSED'),
  'import-invalid': at(400, 'INVALID_STREAM'),
  'signature-failed': at(500, 'SIGNATURE_FAILED'),
  'permission-unknown': at(400, 'INVALID_PERMISSION'),
  'role-unknown': at(400, 'ROLE_ASSIGNMENT_FAILED'),
  'ref-rule-invalid': at(400, 'INVALID_RULE'),
  'reset-token-invalid': at(400, 'INVALID_RESET_TOKEN'),
  'password-invalid': at(400, 'INVALID_PASSWORD'),
  'attributes-invalid': at(400, 'INVALID_ATTRIBUTES'),
  // Who asks.
  'authentication-required': at(401, 'UNAUTHORIZED'),
  'api-key-invalid': at(401, 'INVALID_API_KEY'),
  'auth-header-invalid': at(401, 'INVALID_AUTH_FORMAT'),
  'credentials-invalid': at(401, 'INVALID_CREDENTIALS'),
  'refresh-token-invalid': at(401, 'TOKEN_REFRESH_FAILED'),
  'token-expired': at(401, 'INVALID_TOKEN'),
  'token-invalid': at(401, 'INVALID_TOKEN'),
  'token-not-active': at(401, 'INVALID_TOKEN'),
  'permission-denied': at(403, 'FORBIDDEN'),
  'host-refused': at(403, 'HOST_REFUSED'),
  'service-disabled': at(403, 'SERVICE_DISABLED'),
  'repository-creation-disabled': at(403, 'REPO_CREATE_DISABLED'),
  'ref-refused': at(403, 'REF_REFUSED'),
  // What is not there.
  'authentication-disabled': at(404, 'AUTH_DISABLED'),
  'api-key-unknown': at(404, 'API_KEY_NOT_FOUND'),
  'rule-unknown': at(404, 'RULE_NOT_FOUND'),
  'branch-unknown': at(404, 'BRANCH_NOT_FOUND'),
  'endpoint-unknown': at(404, 'ENDPOINT_NOT_FOUND'),
  'file-unknown': at(404, 'FILE_NOT_FOUND'),
  'path-missing': at(404, 'FILE_NOT_FOUND'),
  'ref-missing': at(404, 'REF_NOT_FOUND'),
  'name-missing': at(404, 'REF_NOT_FOUND'),
  'bisect-invalid': at(400, 'INVALID_REF'),
  'date-mode-invalid': at(400, 'INVALID_REF'),
  'revision-invalid': at(404, 'REF_NOT_FOUND'),
  'object-missing': at(404, 'OBJECT_NOT_FOUND'),
  'repository-unknown': at(404, 'REPO_NOT_FOUND'),
  'tag-unknown': at(404, 'TAG_NOT_FOUND'),
  'user-unknown': at(404, 'USER_NOT_FOUND'),
  'object-unknown': at(404, 'OBJECT_NOT_FOUND'),
  'method-not-allowed': at(405, 'METHOD_NOT_ALLOWED'),
  // What the state of things does not allow.
  'role-exists': at(409, 'ROLE_EXISTS'),
  'role-fixed': at(409, 'ROLE_FIXED'),
  'edit-mismatch': at(409, 'EDIT_MISMATCH'),
  'merge-conflict': at(409, 'MERGE_CONFLICT'),
  'merge-failed': at(409, 'MERGE_FAILED'),
  'stash-conflict': at(409, 'STASH_APPLY_FAILED'),
  'branch-exists': at(409, 'BRANCH_EXISTS'),
  'tag-exists': at(409, 'TAG_EXISTS'),
  'nothing-to-commit': at(409, 'NOTHING_TO_COMMIT'),
  'ref-conflict': at(409, 'REF_CONFLICT'),
  'ref-name-clash': at(409, 'REF_NAME_CLASH'),
  'repository-exists': at(409, 'REPO_EXISTS'),
  'repository-id-taken': at(409, 'REPO_EXISTS'),
  'transaction-refused': at(409, 'TRANSACTION_REFUSED'),
  'draft-closed': at(409, 'DRAFT_CLOSED'),
  'index-unmerged': at(409, 'MERGE_CONFLICT'),
  'unrelated-histories': at(409, 'MERGE_CONFLICT'),
  'user-exists': at(409, 'USER_CREATION_FAILED'),
  'pool-key-taken': at(409, 'REPO_EXISTS'),
  'precondition-failed': at(412, 'PRECONDITION_FAILED'),
  'request-too-large': at(413, 'REQUEST_TOO_LARGE'),
  'limit-exceeded': at(413, 'LIMIT_EXCEEDED'),
  'content-encoding-unsupported': at(415, 'UNSUPPORTED_CONTENT_ENCODING'),
  'content-type-unsupported': at(415, 'UNSUPPORTED_CONTENT_TYPE'),
  'connectivity-broken': at(422, 'CONNECTIVITY_BROKEN'),
  'delta-invalid': at(422, 'PACK_INVALID'),
  'fsck-failed': at(422, 'FSCK_FAILED'),
  'pack-corrupt': at(422, 'PACK_INVALID'),
  'login-locked': at(429, 'LOGIN_LOCKOUT'),
  // What the server cannot do now.
  'unsupported': at(501, 'NOT_IMPLEMENTED'),
  'aborted': at(503, 'REQUEST_ABORTED'),
  'backend-closed': at(503, 'REPO_CLOSED'),
  'backend-moved': at(503, 'REPO_BUSY'),
  'lock-held': at(503, 'REPO_BUSY'),
  'pool-closed': at(503, 'SERVER_STOPPING'),
  'pool-exhausted': at(503, 'MAX_REPOS_REACHED'),
  'server-stopping': at(503, 'SERVER_STOPPING'),
  'writer-failed': at(503, 'STORAGE_FAILED'),
  // What is wrong inside.
  'commit-graph-invalid': INTERNAL,
  'index-file-invalid': INTERNAL,
  'io-failed': at(500, 'STORAGE_FAILED'),
  'object-corrupt': at(500, 'REPO_CORRUPT'),
  'pack-index-corrupt': at(500, 'REPO_CORRUPT'),
  'packed-refs-invalid': at(500, 'REPO_CORRUPT'),
  'reflog-invalid': at(500, 'REPO_CORRUPT'),
  'reflog-missing': at(404, 'REF_NOT_FOUND'),
  'repository-invalid': at(500, 'REPO_CORRUPT'),
  'symref-loop': at(500, 'REPO_CORRUPT'),
  'password-hash-invalid': INTERNAL,
  'signing-key-invalid': INTERNAL,
  // Errors of starting the server, which no request meets.
  'access-undeclared': INTERNAL,
  'address-in-use': INTERNAL,
  'config-file-invalid': INTERNAL,
  'config-value-invalid': INTERNAL,
  'jwt-secret-missing': INTERNAL,
  'jwt-secret-short': INTERNAL,
  'option-unknown': INTERNAL,
};

/** How an error shows over HTTP; whatever has no code of ours is an internal error. */
export function problemOf(error: unknown): Problem {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return (typeof code === 'string' && Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined) ?? INTERNAL;
}
