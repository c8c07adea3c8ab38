/** The rules that the OpenAPI document must keep, of the linter @redocly/openapi-core: all that say something of a document like ours. */
export const LINT_RULES = {
  'info-license': 'error',
  'info-license-url': 'off', // An SPDX identifier says it (OpenAPI 3.1).
  'no-ambiguous-paths': 'error',
  'no-enum-type-mismatch': 'error',
  'no-example-value-and-externalValue': 'error',
  'no-http-verbs-in-paths': 'off', // Some paths are those of another server, such as /add.
  'no-identical-paths': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'no-path-trailing-slash': 'off', // The page of the server itself is at "/".
  'no-required-schema-properties-undefined': 'error',
  'no-server-trailing-slash': 'off', // The server of the document is "/".
  'no-server-variables-empty-enum': 'error',
  'no-undefined-server-variable': 'error',
  'no-unresolved-refs': 'error',
  'no-unused-components': 'error',
  'operation-2xx-response': 'error',
  'operation-4xx-response': 'error',
  'operation-description': 'error',
  'operation-operationId': 'error',
  'operation-operationId-unique': 'error',
  'operation-operationId-url-safe': 'error',
  'operation-parameters-unique': 'error',
  'operation-singular-tag': 'error',
  'operation-summary': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'off', // Of what a name and its bounds say by themselves, such as limit.
  'path-declaration-must-exist': 'error',
  'path-excludes-patterns': 'off',
  'path-not-include-query': 'error',
  'path-parameters-defined': 'error',
  'request-mime-type': 'off',
  'security-defined': 'error',
  'spec-components-invalid-map-name': 'error',
  'spec-strict-refs': 'error',
  'struct': 'error',
  'tag-description': 'error',
} as const;

const HOOKS = 'A hook has an id that the server made, which is never the word "execute"; both paths are those of the original.';

/** What the linter says and may, with the reason. */
export const LINT_ACCEPTED: Readonly<Record<string, string>> = Object.fromEntries(
  ['ping', 'pings', 'test', 'deliveries'].map((name) => [
    `no-ambiguous-paths: Paths should resolve unambiguously. Found two ambiguous paths: \`/api/v1/repos/{id}/hooks/execute/{hook_type}\` and \`/api/v1/repos/{id}/hooks/{hook_id}/${name}\`.`,
    HOOKS,
  ]),
);
