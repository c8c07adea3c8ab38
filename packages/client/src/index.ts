/** `@govc/client`: a typed client of the govc server. */
export type { components, operations, paths } from './api.js';
export { Auth, type Identity, type Session } from './auth.js';
export { GovcClient } from './client.js';
export type { CredentialOptions, SessionTokens } from './credentials.js';
export { CLIENT_ERROR_CODES, GovcApiError, type ClientErrorCode, type GovcApiErrorFacts } from './errors.js';
export { Listing, type ListedPage } from './listing.js';
export type { GovcClientOptions } from './options.js';
export { Repos, type Repository } from './repos.js';
export type { AnswerOf, BodyOf, Method, OperationOf, ParamsOf, PathOf, QueryOf, RequestArguments, RequestOf } from './request.js';
export { Requests, type Download } from './requests.js';
export type { CallOptions, Upload } from './transport.js';
