import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import { PERMISSIONS, type Permission, type Principal } from '@govc/auth';
import express from 'express';

import { authorize, type Gate } from './auth/gate.js';
import { ServerError } from './errors.js';
import { gitRoutes } from './git/git-routes.js';
import type { GitParts } from './git/git-parts.js';
import { admitBody } from './http/admit-body.js';
import { contextOf, credentialsOf, headerOf, pathOf, queryOf, type Middleware } from './http/context.js';
import { reply, type Access, type Call, type Endpoint, type Reply } from './http/endpoint.js';
import { answerFailure } from './http/failure.js';
import { entrance, type EntranceParts } from './http/entrance.js';
import { observe, type ObserveParts } from './http/observe.js';
import { openApiDocument } from './http/openapi.js';
import { originOf } from './http/origin.js';
import { readDeadline } from './http/read-deadline.js';
import { repositoryPathRewriter } from './http/repository-path.js';
import { securityHeaders } from './http/security-headers.js';
import { send } from './http/send.js';
import { isUpload, uploadOf } from './http/upload.js';
import { Validators } from './http/validate.js';
import { apiKeyRoutes } from './routes/api-keys.js';
import { auditRoutes } from './routes/audit.js';
import { authRoutes } from './routes/auth.js';
import { containerBuildRoutes } from './routes/containers-builds.js';
import { containerRoutes } from './routes/containers.js';
import { dashboardRoutes, type DashboardParts } from './routes/dashboard.js';
import { healthRoutes } from './routes/health.js';
import { homeRoutes } from './routes/home.js';
import { liveRoutes } from './routes/live.js';
import { monitoringRoutes } from './routes/monitoring.js';
import { repoRoutes } from './routes/repos.js';
import { repositoryRoutes } from './routes/repository-routes.js';
import { roleRoutes } from './routes/roles.js';
import { ruleRoutes } from './routes/rules.js';
import { tokenRoutes } from './routes/tokens.js';
import { userRoutes } from './routes/users.js';
import { secondVersion } from './routes/v2.js';

/** Everything that answering requests needs. */
export interface AppParts extends DashboardParts, GitParts, ObserveParts, EntranceParts {
  /** Largest JSON body in bytes. */
  readonly bodySizeMax: number;
  /** How long the body of a request to REST may take to arrive, in milliseconds. */
  readonly readTimeoutMs: number;
}

/**
 * The application: answers requests, neither listens nor holds globals. The only file that knows express.
 *
 * @param endpoints default: every route of the server
 * @throws {ServerError} access-undeclared
 * @example
 * const server = http.createServer(createApp(parts));
 */
export function createApp(parts: AppParts, endpoints: readonly Endpoint[] = allEndpoints(parts)): RequestListener {
  for (const each of endpoints) mustDeclareAccess(each);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(observe(parts));
  app.use(securityHeaders);
  for (const step of entrance(parts)) app.use(step);
  app.use(refuseWhenStopping(parts));

  const rewrite = repositoryPathRewriter(endpoints);
  app.use((request, _response, next) => {
    request.url = rewrite(request.url);
    next();
  });
  mountAll(app, endpoints, parts);
  app.use(gitRoutes(parts));
  app.use((request: IncomingMessage, _response: ServerResponse, next: express.NextFunction) => {
    next(new ServerError('endpoint-unknown', `There is nothing at ${request.method ?? 'GET'} ${pathOf(request).slice(0, 200)}.`));
  });
  app.use(answerFailure);
  return app;
}

/** Every route of the server. */
export function allEndpoints(parts: AppParts): Endpoint[] {
  const endpoints: Endpoint[] = [
    ...homeRoutes(parts), ...healthRoutes(parts), ...monitoringRoutes(parts), ...dashboardRoutes(parts), ...authRoutes(parts), ...repoRoutes(parts),
    ...apiKeyRoutes(parts), ...tokenRoutes(parts), ...userRoutes(parts), ...roleRoutes(parts), ...ruleRoutes(parts), ...auditRoutes(parts),
    ...repositoryRoutes(parts), ...secondVersion([...repoRoutes(parts), ...repositoryRoutes(parts), ...liveRoutes(parts)]), ...liveRoutes(parts),
    ...containerRoutes(parts), ...containerBuildRoutes(parts),
  ];
  endpoints.push({
    method: 'get', path: '/openapi.json', summary: 'This document', tag: 'monitoring', permission: 'public',
    answers: { 200: { type: 'object', additionalProperties: true } }, handle: () => reply(200, document),
  });
  const document = openApiDocument(endpoints, parts.version);
  return endpoints;
}

function mountAll(app: express.Express, endpoints: readonly Endpoint[], parts: AppParts): void {
  const validators = new Validators();
  const readJson = express.json({ limit: parts.bodySizeMax, type: isJson, strict: false });
  const methods = new Map<string, string[]>();
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/\{(\w+)\*\}/g, '*$1').replace(/\{(\w+)\}/g, ':$1');
    methods.set(path, [...(methods.get(path) ?? []), endpoint.method.toUpperCase()]);
    const steps: express.RequestHandler[] = [admit(endpoint, parts)];
    steps.push(readDeadline(parts.readTimeoutMs), ...readBody(endpoint, wrapReader(readJson)));
    app[endpoint.method](path, ...steps, answer(endpoint, validators, parts));
  }
  for (const [path, known] of methods) {
    const allow = [...known, ...(known.includes('GET') ? ['HEAD'] : [])].join(', ');
    app.all(path, (request, _response, next) => {
      next(new ServerError('method-not-allowed', `${request.method} is not possible here; try ${allow}.`, { allow }));
    });
  }
}

/** The steps that read a body of JSON; bytes that the route takes as they are stay unread. */
function readBody(endpoint: Endpoint, readJson: express.RequestHandler): express.RequestHandler[] {
  const { body, uploads = [], isBodyOptional } = endpoint;
  if (body === undefined && uploads.length === 0) return [];
  const check = body === undefined ? requireUpload(uploads) : isBodyOptional === true ? allowNoBody : requireJson;
  const steps = [check, admitBody, ...(body === undefined ? [] : [readJson])];
  return steps.map((step): express.RequestHandler => (request, response, next) => {
    if (!isUpload(request, uploads) || step === admitBody) void step(request, response, next);
    else next();
  });
}

/** Who asks, and may they? */
function admit(endpoint: Endpoint, { gate, traffic }: AppParts): express.RequestHandler {
  return async (request, response, next) => {
    const context = contextOf(request);
    context.route = endpoint.path;
    const { permission } = endpoint;
    // A probe must answer even where somebody sends credentials that are none.
    const isProbe = permission === 'public' && !/^\/(api\/(?!v1\/health$)|(dashboard)?$)/.test(endpoint.path);
    if (!isProbe && permission !== 'credentials') context.principal = await gate.identify(credentialsOf(request));
    await traffic.admitIdentity(request, response);
    mustBeAdmitted(gate, { permission, principal: context.principal, repository: repositoryOf(request.params) });
    next();
  };
}

function mustBeAdmitted(
  gate: Gate, { permission, principal, repository }: { readonly permission: Access; readonly principal: Principal | undefined; readonly repository: string | undefined },
): void {
  switch (permission) {
    case 'public': case 'credentials':
      return;
    case 'signed-in':
      if (principal === undefined) throw new ServerError('authentication-required', 'Send Basic or Bearer credentials, or an API key.');
      return;
    default:
      authorize(gate, principal, { permission, repository });
  }
}

function permissionOf(access: Access): Permission | undefined {
  return access === 'public' || access === 'signed-in' || access === 'credentials' ? undefined : access;
}

/** A route that says nothing of who may use it must not be there. */
function mustDeclareAccess({ method, path, permission }: Endpoint): void {
  const known: readonly string[] = [...PERMISSIONS, 'public', 'signed-in', 'credentials'];
  if (known.includes(permission)) return;
  throw new ServerError('access-undeclared', `The route ${method.toUpperCase()} ${path} does not say who may use it.`, { method, path });
}

function repositoryOf(params: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const id = params['id'] ?? params['repo_id'];
  return typeof id === 'string' ? id.replace(/\.git$/, '') : undefined;
}

function answer(endpoint: Endpoint, validators: Validators, { actors, bodySizeMax }: AppParts): express.RequestHandler {
  const checkBody = endpoint.body === undefined ? undefined : validators.body(endpoint.body);
  const checkQuery = endpoint.query === undefined ? undefined : validators.query(endpoint.query);
  return async (request, response) => {
    const call: Call = {
      credentials: credentialsOf(request),
      permission: permissionOf(endpoint.permission),
      path: pathValues(request.params),
      query: checkQuery?.(Object.fromEntries(queryOf(request))),
      body: isUpload(request, endpoint.uploads) ? undefined : checkBody?.(request.body as unknown),
      url: request.originalUrl,
      upload: isUpload(request, endpoint.uploads) ? uploadOf(request, bodySizeMax) : undefined,
      headers: request.headers,
      origin: originOf(request),
      context: contextOf(request),
    };
    // Whatever is begun here may hold on to the request for as long as a repository lives; its body it may not.
    request.body = undefined;
    const { principal } = call.context;
    const run = async (): Promise<Reply> => endpoint.handle(call);
    const given = await (principal === undefined ? run() : actors.run({ name: principal.username, email: principal.email }, run));
    await send(response, given, { isHead: request.method === 'HEAD', signal: call.context.signal });
  };
}

function pathValues(params: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) values[name] = Array.isArray(value) ? value.join('/') : value;
  }
  return values;
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headerOf(request, 'content-type') ?? '');
}

/** A browser sends other types across sites without asking, so nothing else is read as JSON. */
const requireJson: Middleware = (request, _response, next) => {
  const type = headerOf(request, 'content-type');
  next(isJson(request)
    ? undefined
    : new ServerError('content-type-unsupported', `The body must be sent as Content-Type: application/json, not ${type ?? 'without a type'}.`));
};

function requireUpload(types: readonly string[]): Middleware {
  return (request, _response, next) => {
    const type = headerOf(request, 'content-type');
    next(new ServerError('content-type-unsupported', `The body must be sent as ${types.join(' or ')}, not ${type ?? 'without a type'}.`));
  };
}

/** As {@link requireJson}, but no body at all is an empty object. */
const allowNoBody: Middleware = (request, response, next) => {
  const hasNone = request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0;
  if (!hasNone) {
    requireJson(request, response, next);
    return;
  }
  (request as { body?: unknown }).body = {};
  next();
};

/** Names what the reader of bodies refuses in our codes. */
function wrapReader(read: express.RequestHandler): express.RequestHandler {
  return (request, response, next) => {
    void read(request, response, (error: unknown) => {
      next(error === undefined ? undefined : bodyError(error as { status?: number; type?: string; message?: string }));
    });
  };
}

function bodyError(error: { readonly status?: number; readonly type?: string; readonly message?: string }): unknown {
  switch (error.status) {
    case 400:
      return new ServerError('request-invalid', `The body cannot be read: ${error.message ?? 'it is malformed'}.`, { place: 'body' }, { cause: error });
    case 413:
      return new ServerError('request-too-large', 'The body is larger than this server accepts.', {}, { cause: error });
    case 415:
      return new ServerError('content-encoding-unsupported', 'The body is compressed or encoded in a way that is not understood.', {}, { cause: error });
    default:
      return error;
  }
}

function refuseWhenStopping({ isReady }: AppParts): Middleware {
  return (request, response, next) => {
    if (!isReady()) {
      response.setHeader('Connection', 'close');
      if (!pathOf(request).startsWith('/health')) {
        next(new ServerError('server-stopping', 'The server is shutting down; try again in a moment.'));
        return;
      }
    }
    next();
  };
}
