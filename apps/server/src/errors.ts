/** The one error class of `@govc/server` and its table of codes. */

/** Every code that a {@link ServerError} can carry, with what it means. A retired code is never used again. */
export const SERVER_ERROR_CODES = {
  'address-in-use': 'Another program listens on the address and port already.',
  'access-undeclared': 'A route says nothing of who may use it.',
  'api-key-unknown': 'No API key with that id exists.',
  'authentication-required': 'The request needs credentials and brought none.',
  'backup-exists': 'Something is at the place of a new backup already.',
  'backup-invalid': 'A backup is not complete, was changed, or goes on from another one that is not there.',
  'build-over': 'A build that is over cannot be cancelled.',
  'build-unknown': 'No build with that id is in the repository.',
  'builds-exhausted': 'So many builds wait that another cannot.',
  'branch-current': 'The branch is the one that HEAD names and cannot be deleted.',
  'branch-exists': 'A branch with that name exists already.',
  'branch-unknown': 'No branch with that name exists.',
  'config-file-invalid': 'The configuration file cannot be read or is not of the expected shape.',
  'config-value-invalid': 'A setting has a value that it cannot have.',
  'content-encoding-unsupported': 'The body is compressed in a way that is not understood.',
  'content-type-unsupported': 'The body is of another type than the route reads.',
  'definition-type-unknown': 'A path does not tell of which type a container definition is.',
  'edit-mismatch': 'A file does not hold what an edit is to replace, or holds it more than once.',
  'endpoint-unknown': 'No route has that path.',
  'file-exists': 'A file stands at the path already.',
  'file-unknown': 'No file has that path in the revision.',
  'host-refused': 'In development mode, requests must name a loopback host and come from no other site.',
  'jwt-secret-missing': 'The server is reachable from outside, or has an administrator, and no secret to sign tokens with.',
  'jwt-secret-short': 'The secret that signs tokens has fewer than 32 bytes.',
  'merge-conflict': 'Changes conflict, and nothing was changed; the conflicts are in the data.',
  'merge-failed': 'A merge cannot be made in the way that was asked for.',
  'method-not-allowed': 'The path exists, but not with that method.',
  'note-unknown': 'No note is about that object.',
  'object-unknown': 'No object of that kind has that id.',
  'option-unknown': 'A command-line option is unknown or lacks its value.',
  'permission-denied': 'Whoever asks may not do that.',
  'precondition-failed': 'A header of the request demands another state than there is.',
  'query-invalid': 'A question in SQL cannot be understood, names what is not there, or would hold too much at once.',
  'query-missing': 'A search says nothing of what it looks for.',
  'ref-unknown': 'No ref has that name.',
  'repository-creation-disabled': 'The server serves existing repositories and makes no new ones.',
  'repository-id-invalid': 'A text cannot name a repository.',
  'repository-id-taken': 'A repository with that id exists already, perhaps with other letter case.',
  'repository-id-missing': 'A path that must name a repository names none.',
  'repositories-exhausted': 'There are as many repositories as the server may have.',
  'repository-unknown': 'No repository with that id exists, or it is not exported.',
  'request-invalid': 'The request does not fit the schema of the route.',
  'request-too-large': 'The body is larger than the server accepts.',
  'quota-exceeded': 'A write would take a repository beyond what it may hold.',
  'rate-limited': 'Too many requests came from one address or one user.',
  'request-timeout': 'The body of a request took longer to arrive than the server waits.',
  'server-stopping': 'The server is shutting down and takes no more requests.',
  'service-disabled': 'The repository does not offer that Git service.',
  'rule-unknown': 'No rule with that id exists for the repository.',
  'stash-unknown': 'No stash has that name.',
  'stash-conflict': 'A stash conflicts with the files of now, and nothing was changed.',
  'tag-exists': 'A tag with that name exists already.',
  'tag-unknown': 'No tag with that name exists.',
  'delivery-unknown': 'No delivery with that id is in the log of the webhook.',
  'address-refused': 'A webhook or policy may not reach that address.',
  'head-moved': 'A branch is not where it is expected; both commits are in the data.',
  'hook-type-unknown': 'No server-side hook has that name.',
  'moment-empty': 'Nothing was there at that moment.',
  'moment-invalid': 'A text names no moment.',
  'nothing-to-publish': 'A reality has no commit that could be published.',
  'policy-refused': 'A policy of the repository does not allow the change, or cannot be asked.',
  'policy-unknown': 'No policy with that id exists.',
  'realities-exhausted': 'So many transactions or realities are open that another cannot be.',
  'reality-exists': 'A reality with that name exists already.',
  'reality-full': 'A transaction or reality holds as much as it may.',
  'reality-unknown': 'No open reality has that name.',
  'sequence-unknown': "No stopped cherry-pick, revert or rebase has that id, or it is somebody else's.",
  'script-refused': 'The server runs no script that a client sends.',
  'streams-exhausted': 'So many event streams are open that another cannot be.',
  'transaction-unknown': "No open transaction has that id, or it is somebody else's.",
  'validation-failed': 'A transaction or reality does not pass its checks, which are in the data.',
  'webhook-events-missing': 'A webhook names no events.',
  'webhook-invalid': 'A webhook or policy cannot be as it is described.',
  'webhook-unknown': 'No webhook with that id exists.',
  'webhooks-exhausted': 'A repository has as many webhooks or policies as it may.',
} as const;

/** A literal code of {@link SERVER_ERROR_CODES}. */
export type ServerErrorCode = keyof typeof SERVER_ERROR_CODES;

/** The only error class that this package throws on purpose. Identify it by `code`; messages may change and never hold secrets. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ServerErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
