import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { CHANGES_PROPERTIES, listChanges, sizeOfChanges, stageChanges, type ChangesBody } from '../realities/apply-changes.js';
import { branchTip, currentBranch, refOfBranch } from '../realities/branch-tip.js';
import { headMoved } from '../realities/publish.js';
import type { KeptReality } from '../realities/realities.js';
import { changeRepository } from './changes.js';
import { COMMIT, commitBody, EXPECTED_HEAD } from './commit-body.js';
import type { FileAction } from './file-actions.js';
import { FILE_PROPERTIES, type FileBody } from './file-body.js';
import { mustMayChange, readRepository, type RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import { checkContent, diffOf, fileOf, listOf, mustPass, VALIDATE_PROPERTIES, type CheckResult, type ValidateBody } from './reality-views.js';
import { CHECKED, DRAFT_DIFF, DRAFT_FILE, ENTRY_LIST } from './view-answers.js';

const TRANSACTION: Schema = {
  title: 'Transaction',
  type: 'object',
  required: ['id', 'transaction_id', 'repo_id', 'branch', 'base', 'created_at', 'expires_at', 'changes', 'size'],
  properties: {
    id: { type: 'string' },
    transaction_id: { type: 'string', description: 'The same.' },
    repo_id: { type: 'string' },
    branch: { type: 'string' },
    base: { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'The commit that the branch stood at when it began, and must stand at when it is committed.' },
    created_at: { type: 'string', format: 'date-time' },
    expires_at: { type: 'string', format: 'date-time', description: 'Each use moves it.' },
    changes: { type: 'integer', description: 'How many paths are staged.' },
    size: { type: 'integer', description: 'Bytes of content.' },
    owner: { type: 'string' },
    status: { const: 'open' },
    staged: {
      type: 'array',
      items: {
        type: 'object', required: ['path', 'status'],
        properties: { path: { type: 'string' }, status: { type: 'string', enum: ['staged', 'removed'] }, id: { type: 'string' } },
      },
    },
    head: { type: ['string', 'null'], description: 'Where the branch stands.' },
    is_current: { type: 'boolean', description: 'Whether that is still the base.' },
  },
};

const STATUS = (status: string): Schema => ({ type: 'object', required: ['status'], properties: { status: { const: status }, id: { type: 'string' }, changes: { type: 'integer', description: 'How many paths are staged.' }, count: { type: 'integer' } } });

interface BeginBody {
  readonly branch?: string;
  readonly expected_head?: string;
  readonly ttl_seconds?: number;
}

interface TransactionCommit extends AuthorBody {
  readonly message: string;
  readonly allow_empty?: boolean;
}

/** One spelling: the folder in which transactions are. */
const FOLDERS = ['transactions', 'transaction'];

/** Transactions: changes that are put together over several requests and take effect as one commit, or not at all. */
export function transactionRoutes(parts: RouteParts): Endpoint[] {
  return FOLDERS.flatMap((folder) => {
    const path = `/api/v1/repos/{id}/${folder}`;
    return [...beginning(parts, path), ...filling(parts, `${path}/{tx_id}`), ...reading(parts, `${path}/{tx_id}`), ...ending(parts, `${path}/{tx_id}`)];
  });
}

function beginning(parts: RouteParts, path: string): Endpoint[] {
  const { live: { realities }, random } = parts;
  return [
    endpoint<BeginBody>({
      method: 'post', path, summary: 'Begin a transaction', tag: 'transactions', permission: 'repo:write', isBodyOptional: true,
      body: {
        type: 'object',
        additionalProperties: false,
        properties: {
          branch: { type: 'string', minLength: 1, maxLength: 250, description: 'Default: the current one. It need not exist.' },
          expected_head: EXPECTED_HEAD,
          ttl_seconds: { type: 'integer', minimum: 1, maximum: 604_800, description: 'How long it lives without being used. Default: 3600.' },
        },
      },
      answers: { 201: TRANSACTION },
      handle: (call) => readRepository(parts, call, async (hosted) => {
        const { branch = currentBranch(hosted.repository), expected_head: expected, ttl_seconds: ttl } = call.body;
        const id = `tx_${hosted.id.replaceAll('/', '_')}_${Buffer.from(random(16)).toString('hex')}`;
        const kept = realities.open(hosted, {
          kind: 'transaction', id, branch, ownerId: call.context.principal?.userId, idleMs: ttl === undefined ? undefined : ttl * 1000,
        });
        if (expected !== undefined && expected !== kept.base) {
          realities.end(kept);
          throw new ServerError('head-moved', `"${branch}" is at ${kept.base ?? 'no commit'}, not at ${expected}.`, {
            branch, expected_head: expected, actual_head: kept.base ?? null,
          });
        }
        await noteTransaction(parts, kept, 'begun');
        return reply(201, transactionBody(kept));
      }),
    }),
    endpoint({
      method: 'get', path, summary: 'List your open transactions', tag: 'transactions', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['transactions', 'count'], properties: { transactions: { type: 'array', items: TRANSACTION }, count: { type: 'integer' } } } },
      handle: (call) => readRepository(parts, call, (hosted) => {
        const transactions = realities.list(hosted, 'transaction').filter((kept) => isTheirs(parts, call, kept)).map(transactionBody);
        return reply(200, { transactions, count: transactions.length });
      }),
    }),
  ];
}

function filling(parts: RouteParts, path: string): Endpoint[] {
  const stage = (summary: string, definition: { readonly path: string; readonly body: Schema; readonly status: string }, list: (body: never) => FileAction[]): Endpoint =>
    endpoint({
      method: 'post', path: definition.path, summary, tag: 'transactions', permission: 'repo:write',
      body: definition.body, answers: { 200: STATUS(definition.status) },
      handle: (call) => within(parts, call, (kept) => {
        const actions = list(call.body as never);
        parts.live.realities.grow(kept, sizeOfChanges(actions));
        stageChanges(kept, actions);
        return reply(200, { status: definition.status, changes: kept.reality.staged().size, count: actions.length });
      }),
    });
  const one = { type: 'object', required: ['path', 'content'], additionalProperties: false, properties: FILE_PROPERTIES };
  const many = { type: 'object', additionalProperties: false, minProperties: 1, properties: CHANGES_PROPERTIES };
  return [
    stage('Add a file, or several', { path: `${path}/add`, body: { anyOf: [one, many] }, status: 'added' },
      (body: FileBody | ChangesBody) => 'path' in body ? [body] : listChanges(body)),
    stage('Remove a file, or several', {
      path: `${path}/remove`, status: 'removed',
      body: {
        anyOf: [
          { type: 'object', required: ['path'], additionalProperties: false, properties: { path: FILE_PROPERTIES['path'] } },
          {
            type: 'object', required: ['paths'], additionalProperties: false,
            properties: { paths: { type: 'array', minItems: 1, maxItems: 100_000, items: FILE_PROPERTIES['path'] } },
          },
        ],
      },
    }, (body: { path: string } | { paths: string[] }) => ('path' in body ? [body.path] : body.paths).map((each) => ({ action: 'delete', path: each }))),
    stage('Change files: all of these changes, or none', { path: `${path}/changes`, body: many, status: 'applied' }, listChanges),
  ];
}

function reading(parts: RouteParts, path: string): Endpoint[] {
  const RAW: Schema = { type: 'object', properties: { raw: { type: 'boolean', default: false, description: 'Answer the bytes themselves.' } } };
  const status = (at: string): Endpoint => endpoint({
    method: 'get', path: at, summary: 'Get a transaction with what is staged in it', tag: 'transactions', permission: 'repo:write',
    answers: { 200: TRANSACTION },
    handle: (call) => within(parts, call, (kept) => {
      const staged = [...kept.reality.staged()].map(([name, entry]) => ({ path: name, status: entry === undefined ? 'removed' : 'staged', id: entry?.id }));
      const head = branchTip(kept.hosted.repository.snapshot, kept.branch);
      return reply(200, { ...transactionBody(kept), status: 'open', staged, head: head ?? null, is_current: head === kept.base });
    }),
  });
  const file = (at: string): Endpoint => endpoint<unknown, { readonly raw: boolean }>({
    method: 'get', path: at, summary: 'Read a file inside a transaction', tag: 'transactions', permission: 'repo:write', query: RAW,
    answers: { 200: DRAFT_FILE }, media: ['application/octet-stream'],
    handle: (call) => within(parts, call, (kept) => fileOf(kept, call.path['path'] ?? '', call.query.raw)),
  });
  const tree = (at: string): Endpoint => endpoint<unknown, { readonly recursive: boolean }>({
    method: 'get', path: at, summary: 'List a folder inside a transaction', tag: 'transactions', permission: 'repo:write',
    query: { type: 'object', properties: { recursive: { type: 'boolean', default: false } } },
    answers: { 200: ENTRY_LIST },
    handle: (call) => within(parts, call, (kept) => listOf(kept, call.path['path'] ?? '', call.query.recursive)),
  });
  return [
    status(path), status(`${path}/status`),
    file(`${path}/files/{path*}`), file(`${path}/read/{path*}`),
    tree(`${path}/tree`), tree(`${path}/tree/{path*}`),
    endpoint<unknown, { readonly format: string }>({
      method: 'get', path: `${path}/diff`, summary: 'What a transaction changes', tag: 'transactions', permission: 'repo:write',
      query: { type: 'object', properties: { format: { type: 'string', enum: ['unified', 'patch', 'name-only'], default: 'unified' } } },
      answers: { 200: DRAFT_DIFF },
      handle: (call) => within(parts, call, (kept) => diffOf(kept, call.query.format)),
    }),
  ];
}

function ending(parts: RouteParts, path: string): Endpoint[] {
  const { realities } = parts.live;
  const rollBack = (method: 'post' | 'delete', at: string): Endpoint => endpoint({
    method, path: at, summary: 'Roll a transaction back', tag: 'transactions', permission: 'repo:write',
    answers: { 200: STATUS('rolled back') },
    handle: (call) => within(parts, call, async (kept) => {
      realities.end(kept);
      await noteTransaction(parts, kept, 'rolled-back');
      return reply(200, { status: 'rolled back', id: kept.id });
    }),
  });
  return [
    endpoint<ValidateBody>({
      method: 'post', path: `${path}/validate`, summary: 'Check whether a transaction could be committed', tag: 'transactions', permission: 'repo:write',
      isBodyOptional: true, body: { type: 'object', additionalProperties: false, properties: VALIDATE_PROPERTIES },
      answers: { 200: CHECKED },
      handle: (call) => within(parts, call, async (kept) =>
        mustPass([...checkState(parts, call, kept), ...checkContent(kept, call.body), ...await checkPolicies(parts, call, kept)])),
    }),
    endpoint<TransactionCommit>({
      method: 'post', path: `${path}/commit`, summary: 'Commit a transaction', tag: 'transactions', permission: 'repo:write',
      body: {
        type: 'object', required: ['message'], additionalProperties: false,
        properties: { message: { type: 'string', minLength: 1, maxLength: 1_000_000 }, ...AUTHOR_PROPERTIES, allow_empty: { type: 'boolean', default: false } },
      },
      answers: { 201: COMMIT },
      handle: (call) => commitTransaction(parts, call),
    }),
    rollBack('post', `${path}/rollback`), rollBack('delete', path),
  ];
}

/** The branch must be where it was when the transaction began; what is staged becomes one commit there. On failure it stays open. */
async function commitTransaction(parts: RouteParts, call: Call<TransactionCommit>): Promise<Reply> {
  const kept = await within(parts, call, (found) => found);
  const { branch, reality, hosted, base } = kept;
  const commit = await changeRepository(parts, call, { branch }, {
    work(current) {
      const before = branchTip(current.snapshot, branch);
      if (before !== base) throw headMoved(kept, { target: branch, before });
      current.stageFrom(reality);
      return current.commit(call.body.message, { ...actorsOf(call, hosted), allowEmpty: call.body.allow_empty });
    },
  });
  parts.live.realities.end(kept);
  await noteTransaction(parts, kept, 'committed', { commit: commit.id });
  return { ...reply(201, { ...commitBody(commit), branch }), headers: { ETag: `"${commit.id}"` } };
}

/** What became of a transaction, for those who follow the repository; its id is for who began it alone. */
function noteTransaction({ live }: RouteParts, { hosted, branch }: KeptReality, action: string, data: Readonly<Record<string, unknown>> = {}): Promise<void> {
  return live.events.note(hosted, { type: 'transaction', action, data: { branch, ...data } });
}

function checkState(parts: RouteParts, call: Call, kept: KeptReality): CheckResult[] {
  const { hosted, branch, reality, base } = kept;
  const head = branchTip(hosted.repository.snapshot, branch);
  const count = reality.staged().size;
  const results: CheckResult[] = [
    { name: 'changes', passed: count > 0, message: `${count} path(s) staged` },
    { name: 'head', passed: head === base, ...(head === base ? {} : { message: `the branch is at ${head ?? 'no commit'}, not at ${base ?? 'no commit'}` }) },
  ];
  return [...results, checkRules(parts, call, { hosted, ref: refOfBranch(branch), isNew: base === undefined, paths: [...reality.staged().keys()] })];
}

/** What those say who are asked over HTTP. */
async function checkPolicies({ live }: RouteParts, { context }: Call, { hosted, branch, base }: KeptReality): Promise<CheckResult[]> {
  if (!live.policies.concern(hosted.id)) return [];
  const changes = [{ ref: refOfBranch(branch), old: base ?? null, new: null }];
  const refusal = await live.policies.findRefusal({
    repositoryId: hosted.id, principal: context.principal, source: 'rest', changes, isDryRun: true, signal: context.signal,
  });
  return [{ name: 'policies', passed: refusal === undefined, ...(refusal === undefined ? {} : { message: refusal.message }) }];
}

/** Whether the rules about refs and paths allow the change. */
export function checkRules(
  parts: RouteParts, call: Call,
  { hosted, ref, isNew, paths }: { readonly hosted: HostedRepository; readonly ref: string; readonly isNew: boolean; readonly paths: readonly string[] },
): CheckResult {
  try {
    mustMayChange(parts, call, { hosted, ref, action: isNew ? 'create' : 'update', paths });
    return { name: 'rules', passed: true };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'permission-denied') throw error;
    return { name: 'rules', passed: false, message: (error as Error).message };
  }
}

/** Runs `work` on the transaction that the path names. Only who began it, and who administers the repository, finds it. */
function within<Result>(parts: RouteParts, call: Call, work: (kept: KeptReality) => Result | Promise<Result>): Promise<Result> {
  return readRepository(parts, call, (hosted) => {
    const id = call.path['tx_id'] ?? '';
    const kept = parts.live.realities.list(hosted, 'transaction').find((each) => each.id === id);
    if (kept === undefined || !isTheirs(parts, call, kept)) {
      throw new ServerError('transaction-unknown', `There is no open transaction "${id.slice(0, 200)}"; it may have expired.`, { id: id.slice(0, 200) });
    }
    return work(parts.live.realities.use(hosted, 'transaction', id));
  });
}

function isTheirs({ gate }: RouteParts, { context: { principal } }: Call, kept: KeptReality): boolean {
  return kept.ownerId === principal?.userId || gate.permits(principal, 'repo:admin', kept.hosted.id);
}

function transactionBody(kept: KeptReality) {
  return {
    id: kept.id,
    transaction_id: kept.id,
    repo_id: kept.hosted.id,
    branch: kept.branch,
    base: kept.base ?? null,
    created_at: new Date(kept.createdMs).toISOString(),
    expires_at: new Date(kept.expiresMs).toISOString(),
    changes: kept.reality.staged().size,
    size: kept.sizeBytes,
    ...(kept.ownerId === undefined ? {} : { owner: kept.ownerId }),
  };
}
