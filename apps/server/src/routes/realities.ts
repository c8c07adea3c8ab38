import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { CHANGES_PROPERTIES, listChanges, sizeOfChanges, stageChanges, type ChangesBody } from '../realities/apply-changes.js';
import { branchTip, currentBranch, refOfBranch } from '../realities/branch-tip.js';
import { bringIn, PUBLISH_STRATEGIES, type PublishStrategy } from '../realities/publish.js';
import { rankRealities } from '../realities/rank.js';
import type { KeptReality } from '../realities/realities.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { changeRepository } from './changes.js';
import { BRANCH, COMMIT, commitBody, REF } from './commit-body.js';
import { readRepository, type RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';
import {
  checkContent, diffOf, fileOf, GREP_BODY, grepOf, listOf, logOf, mustPass, VALIDATE_PROPERTIES, type GrepBody, type ValidateBody,
} from './reality-views.js';
import { checkRules } from './transactions.js';
import { BENCHMARK, CHECKED, DRAFT_DIFF, DRAFT_FILE, DRAFT_LOG, ENTRY_LIST, FOUND_LINES } from './view-answers.js';
import { WorkingFiles } from './working-files.js';

/** How many names one event tells. */
const NAMES_MAX = 1000;

const NAME: Schema = {
  type: 'string', pattern: String.raw`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,3}$`,
  description: 'Letters, digits, ".", "_" and "-", in up to four parts.',
};

const REALITY: Schema = {
  title: 'Reality',
  type: 'object',
  required: ['name', 'branch', 'base', 'head', 'isolated', 'ephemeral', 'created_at', 'expires_at', 'scores', 'clone_url'],
  properties: {
    name: { type: 'string' },
    branch: { type: 'string', description: 'The branch on which it stands.' },
    base: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    head: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    isolated: { const: true }, ephemeral: { const: true },
    created_at: { type: 'string', format: 'date-time' },
    expires_at: { type: 'string', format: 'date-time', description: 'Each use moves it.' },
    scores: { type: 'object', additionalProperties: { type: 'number' } },
    size: { type: 'integer' },
    owner: { type: 'string' },
    clone_url: { type: 'string', description: 'The reality as a Git remote.' },
  },
};

interface NewRealitiesBody {
  readonly branches?: readonly string[];
  readonly realities?: readonly (string | { readonly name: string; readonly from?: string; readonly branch?: string })[];
  readonly count?: number;
  readonly prefix?: string;
  readonly from?: string;
  readonly base?: string;
  readonly branch?: string;
  readonly ttl_seconds?: number;
}

const NEW_REALITIES: Schema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    branches: { type: 'array', minItems: 1, maxItems: 10_000, items: NAME, description: 'Names, in the original\'s spelling.' },
    realities: {
      type: 'array', minItems: 1, maxItems: 10_000,
      items: { anyOf: [NAME, { type: 'object', required: ['name'], additionalProperties: false, properties: { name: NAME, from: REF, branch: BRANCH } }] },
    },
    count: { type: 'integer', minimum: 1, maximum: 10_000, description: 'So many, named by prefix and a number from 1.' },
    prefix: { ...NAME, description: 'Default: reality-.' },
    from: { ...REF, description: 'Where they begin. Default: where their branch stands.' },
    base: { ...REF, description: 'Another name of from.' },
    branch: { ...BRANCH, description: 'The branch on which they stand, and to which they are published. Default: the current one.' },
    ttl_seconds: { type: 'integer', minimum: 1, maximum: 604_800, description: 'How long one lives without being used. Default: 86400.' },
  },
};

interface ApplyBody extends ChangesBody, AuthorBody { readonly message?: string }

interface PublishBody extends AuthorBody {
  readonly into?: string;
  readonly strategy?: PublishStrategy;
  readonly message?: string;
  readonly discard_others?: boolean;
}

/** Parallel realities: many isolated branches of a repository, side by side, of which one may be published. */
export function realityRoutes(parts: RouteParts): Endpoint[] {
  return [{ folder: 'realities', prefix: '' }, { folder: 'parallel-realities', prefix: 'parallel/' }].flatMap(({ folder, prefix }) => {
    const spelling: Spelling = { parts, path: `/api/v1/repos/{id}/${folder}`, prefix };
    return [...many(spelling), ...changing(spelling), ...looking(spelling), ...scoring(spelling)];
  });
}

/** Where realities are, and what stands before their names there. */
interface Spelling {
  readonly parts: RouteParts;
  readonly path: string;
  readonly prefix: string;
}

function many({ parts, path, prefix }: Spelling): Endpoint[] {
  const { realities } = parts.live;
  const LIST: Schema = { type: 'object', required: ['realities', 'count'], properties: {
    realities: { type: 'array', items: REALITY }, count: { type: 'integer' },
    winner: { type: ['string', 'null'], description: 'The best, where they are sorted by a score.' },
  } };
  return [
    endpoint<NewRealitiesBody>({
      method: 'post', path, summary: 'Create realities', tag: 'realities', permission: 'repo:write', body: NEW_REALITIES, answers: { 201: LIST },
      handle: (call) => readRepository(parts, call, async (hosted) => {
        const { branch = currentBranch(hosted.repository), from = call.body.base, ttl_seconds: ttl } = call.body;
        const ownerId = call.context.principal?.userId;
        const made: KeptReality[] = [];
        try {
          for (const each of namesOf(call.body)) {
            made.push(realities.open(hosted, {
              kind: 'reality', id: each.name.replace(/^parallel\//, ''), branch: each.branch ?? branch, from: each.from ?? from, ownerId,
              idleMs: ttl === undefined ? undefined : ttl * 1000,
            }));
          }
        } catch (error) {
          // All or none.
          for (const kept of made) realities.end(kept);
          throw error;
        }
        await noteRealities(parts, hosted, { action: 'created', realities: made });
        return reply(201, { realities: made.map((kept) => realityBody(kept, call, prefix)), count: made.length });
      }),
    }),
    endpoint<unknown, { readonly by?: string; readonly order: 'highest' | 'lowest' }>({
      method: 'get', path, summary: 'List realities', tag: 'realities', permission: 'repo:read', answers: { 200: LIST },
      query: {
        type: 'object',
        properties: {
          by: { type: 'string', minLength: 1, maxLength: 100, description: 'Only those with a score of that name, the best first.' },
          order: { type: 'string', enum: ['highest', 'lowest'], default: 'highest', description: 'Which score is best.' },
        },
      },
      handle: (call) => readRepository(parts, call, (hosted) => {
        const { by, order } = call.query;
        const all = realities.list(hosted, 'reality');
        const list = by === undefined ? all : rankRealities(all, { by, order }).map(({ kept }) => kept);
        const winner = by === undefined ? {} : { winner: list[0] === undefined ? null : prefix + list[0].id };
        return reply(200, { realities: list.map((kept) => realityBody(kept, call, prefix)), count: list.length, ...winner });
      }),
    }),
    endpoint({
      method: 'delete', path, summary: 'Discard all realities', tag: 'realities', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['status', 'count'], properties: { status: { const: 'discarded' }, count: { type: 'integer' } } } },
      handle: (call) => readRepository(parts, call, (hosted) => {
        const list = realities.list(hosted, 'reality');
        for (const kept of list) realities.end(kept);
        return reply(200, { status: 'discarded', count: list.length });
      }),
    }),
  ];
}

function changing({ parts, path, prefix }: Spelling): Endpoint[] {
  const { realities } = parts.live;
  const one = `${path}/{reality}`;
  return [
    endpoint<ApplyBody>({
      method: 'post', path: `${one}/apply`, summary: 'Change files in a reality, as one commit there', tag: 'realities', permission: 'repo:write',
      body: {
        type: 'object', additionalProperties: false,
        properties: { ...CHANGES_PROPERTIES, message: { type: 'string', minLength: 1, maxLength: 1_000_000 }, ...AUTHOR_PROPERTIES },
      },
      answers: {
        200: {
          type: 'object', required: ['status', 'reality', 'count', 'commit'],
          properties: {
            status: { const: 'applied' }, reality: { type: 'string' }, count: { type: 'integer' },
            commit: { anyOf: [COMMIT, { type: 'null' }], description: 'null: nothing changed.' },
          },
        },
      },
      handle: (call) => within(parts, call, (kept) => apply(parts, call, kept)),
    }),
    endpoint<PublishBody>({
      method: 'post', path: `${one}/publish`, summary: 'Publish a reality to a branch of the repository', tag: 'realities', permission: 'repo:write',
      isBodyOptional: true,
      body: {
        type: 'object', additionalProperties: false,
        properties: {
          into: { ...BRANCH, description: 'Default: the branch on which it stands.' },
          strategy: { type: 'string', enum: PUBLISH_STRATEGIES, description: 'Default: merge, which fast-forwards where it can.' },
          message: { type: 'string', minLength: 1, maxLength: 1_000_000, description: 'Of a merge commit.' },
          discard_others: { type: 'boolean', default: false, description: 'Whether all other realities end, too.' },
          ...AUTHOR_PROPERTIES,
        },
      },
      answers: {
        200: {
          type: 'object', required: ['status', 'reality', 'how', 'branch', 'before', 'after', 'commit', 'discarded'],
          properties: {
            status: { const: 'published' }, reality: { type: 'string' }, branch: { type: 'string' }, how: { type: 'string' },
            before: { type: ['string', 'null'] }, after: { type: 'string' }, commit: COMMIT, discarded: { type: 'integer' },
          },
        },
      },
      handle: (call) => publish(parts, call),
    }),
    endpoint({
      method: 'delete', path: one, summary: 'Discard a reality', tag: 'realities', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['status', 'name'], properties: { status: { const: 'discarded' }, name: { type: 'string' } } } },
      handle: (call) => within(parts, call, async (kept) => {
        realities.end(kept);
        await noteRealities(parts, kept.hosted, { action: 'discarded', realities: [kept] });
        return reply(200, { status: 'discarded', name: prefix + kept.id });
      }),
    }),
  ];
}

function looking({ parts, path, prefix }: Spelling): Endpoint[] {
  const one = `${path}/{reality}`;
  const route = (definition: Pick<Endpoint, 'summary'> & { readonly at: string; readonly query?: Schema; readonly answer: Schema },
    look: (kept: KeptReality, call: Call<unknown, never>) => Reply | Promise<Reply>): Endpoint => endpoint<unknown, never>({
    method: 'get', path: `${one}${definition.at}`, summary: definition.summary, tag: 'realities', permission: 'repo:read',
    ...(definition.query === undefined ? {} : { query: definition.query }),
    answers: { 200: definition.answer },
    handle: (call) => within(parts, call, (kept) => look(kept, call)),
  });
  const recursive: Schema = { type: 'object', properties: { recursive: { type: 'boolean', default: false } } };
  const tree = (kept: KeptReality, call: Call<unknown, never>): Reply =>
    listOf(kept, call.path['path'] ?? '', (call.query as { recursive: boolean }).recursive);
  const file = (at: string): Endpoint => endpoint<unknown, { readonly raw: boolean }>({
    method: 'get', path: `${one}${at}`, summary: 'Read a file in a reality', tag: 'realities', permission: 'repo:read',
    query: { type: 'object', properties: { raw: { type: 'boolean', default: false } } },
    answers: { 200: DRAFT_FILE }, media: ['application/octet-stream'],
    handle: (call) => within(parts, call, (kept) => fileOf(kept, call.path['path'] ?? '', call.query.raw)),
  });
  return [
    route({ at: '', summary: 'Get a reality', answer: REALITY }, (kept, call) => reply(200, realityBody(kept, call, prefix))),
    file('/files/{path*}'), file('/read/{path*}'),
    route({ at: '/tree', summary: 'List the files of a reality', query: recursive, answer: ENTRY_LIST }, tree),
    route({ at: '/tree/{path*}', summary: 'List a folder of a reality', query: recursive, answer: ENTRY_LIST }, tree),
    route({
      at: '/diff', summary: 'What a reality changes', answer: DRAFT_DIFF,
      query: { type: 'object', properties: { format: { type: 'string', enum: ['unified', 'patch', 'name-only'], default: 'unified' } } },
    }, (kept, call) => diffOf(kept, (call.query as { format: string }).format)),
    route({
      at: '/log', summary: 'The commits of a reality', answer: DRAFT_LOG,
      query: {
        type: 'object',
        properties: {
          limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 50 },
          all: { type: 'boolean', default: false, description: 'Those from before it began, too.' },
        },
      },
    }, (kept, call) => logOf(kept, call, call.query)),
    endpoint<GrepBody>({
      method: 'post', path: `${one}/grep`, summary: 'Look for lines in a reality', tag: 'realities', permission: 'repo:read',
      body: GREP_BODY, answers: { 200: FOUND_LINES },
      handle: (call) => within(parts, call, (kept) => grepOf(kept, call)),
    }),
    endpoint<ValidateBody>({
      method: 'post', path: `${one}/validate`, summary: 'Check a reality', tag: 'realities', permission: 'repo:read', isBodyOptional: true,
      body: { type: 'object', additionalProperties: false, properties: VALIDATE_PROPERTIES },
      answers: { 200: CHECKED },
      handle: (call) => within(parts, call, (kept) => {
        const { hosted, branch, reality, base } = kept;
        const paths = reality.head().id === undefined ? [] : reality.diff(base, 'HEAD').files.map((each) => each.path);
        return mustPass([checkRules(parts, call, { hosted, ref: refOfBranch(branch), isNew: base === undefined, paths }), ...checkContent(kept, call.body)]);
      }),
    }),
  ];
}

function scoring({ parts, path, prefix }: Spelling): Endpoint[] {
  const one = `${path}/{reality}`;
  const SCORES: Schema = {
    type: 'object', minProperties: 1, maxProperties: 100, additionalProperties: { type: 'number' }, propertyNames: { maxLength: 100 },
    description: 'What it was measured by, such as {"score": 0.9, "p99_ms": 12}.',
  };
  const record = (at: string): Endpoint => endpoint<Record<string, number>>({
    method: 'post', path: `${one}${at}`, summary: 'Record what a reality was measured by', tag: 'realities', permission: 'repo:write',
    body: SCORES, answers: { 200: BENCHMARK },
    handle: (call) => within(parts, call, (kept) => {
      for (const [name, value] of Object.entries(call.body)) kept.scores.set(name, value);
      if (kept.scores.size > 100) throw new ServerError('reality-full', 'A reality has at most 100 scores.', { count: kept.scores.size });
      return reply(200, benchmarkBody(parts, kept, prefix));
    }),
  });
  return [
    record('/scores'), record('/benchmark'),
    endpoint({
      method: 'get', path: `${one}/benchmark`, summary: 'What a reality was measured by', tag: 'realities', permission: 'repo:read',
      answers: { 200: BENCHMARK },
      handle: (call) => within(parts, call, (kept) => reply(200, benchmarkBody(parts, kept, prefix))),
    }),
  ];
}

function apply(parts: RouteParts, call: Call<ApplyBody>, kept: KeptReality): Reply {
  const actions = listChanges(call.body);
  parts.live.realities.grow(kept, sizeOfChanges(actions));
  stageChanges(kept, actions);
  const { reality, id, hosted } = kept;
  const isChanged = reality.writeTree() !== treeAtHead(kept);
  const commit = isChanged
    ? reality.commit(call.body.message ?? `Apply ${actions.length} change(s) to reality '${id}'`, actorsOf(call, hosted))
    : undefined;
  reality.unstage();
  kept.files = new WorkingFiles(reality);
  return reply(200, { status: 'applied', reality: id, count: actions.length, commit: commit === undefined ? null : commitBody(commit) });
}

function treeAtHead({ reality }: KeptReality): string {
  return reality.head().id === undefined ? reality.snapshot.algorithm.emptyTreeId : reality.commitAt().tree;
}

async function publish(parts: RouteParts, call: Call<PublishBody>): Promise<Reply> {
  const { realities } = parts.live;
  const kept = await within(parts, call, (found) => found);
  const { into: target = kept.branch, strategy = 'merge', message, discard_others: discardsOthers } = call.body;
  const { author } = actorsOf(call, kept.hosted);
  const { commit, ...made } = await changeRepository(parts, call, { branch: target }, {
    async work(current) {
      const publication = await bringIn(current, kept, { target, strategy, message, author, signal: call.context.signal });
      return { ...publication, commit: commitBody(current.commitAt(publication.after)) };
    },
  });
  realities.end(kept);
  const others = discardsOthers === true ? realities.list(kept.hosted, 'reality') : [];
  for (const other of others) realities.end(other);
  await noteRealities(parts, kept.hosted, { action: 'published', realities: [kept], data: { branch: target, how: made.how, commit: made.after } });
  if (others.length > 0) await noteRealities(parts, kept.hosted, { action: 'discarded', realities: others });
  return reply(200, {
    status: 'published', reality: kept.id, branch: target, how: made.how, before: made.before ?? null, after: made.after, commit, discarded: others.length,
  });
}

/** One event for all of them. */
function noteRealities(
  { live }: RouteParts, hosted: HostedRepository,
  { action, realities, data = {} }: { readonly action: string; readonly realities: readonly KeptReality[]; readonly data?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const names = realities.slice(0, NAMES_MAX).map(({ id }) => id);
  return live.events.note(hosted, { type: 'reality', action, data: { realities: names, count: realities.length, ...data } });
}

/** Runs `work` on the reality that the path names. */
function within<Result>(parts: RouteParts, call: Call, work: (kept: KeptReality) => Result | Promise<Result>): Promise<Result> {
  return readRepository(parts, call, (hosted) => {
    const name = (call.path['reality'] ?? '').replace(/^parallel\//, '');
    return work(parts.live.realities.use(hosted, 'reality', name));
  });
}

function namesOf({ branches = [], realities = [], count = 0, prefix = 'reality-' }: NewRealitiesBody): { name: string; from?: string; branch?: string }[] {
  const numbered = Array.from({ length: count }, (_value, index) => ({ name: `${prefix}${index + 1}` }));
  return [...branches.map((name) => ({ name })), ...realities.map((each) => typeof each === 'string' ? { name: each } : each), ...numbered];
}

function realityBody(kept: KeptReality, { origin }: Call, prefix: string) {
  const { id, hosted, branch, base, reality } = kept;
  return {
    name: prefix + id,
    branch,
    base: base ?? null,
    head: branchTip(reality.snapshot, branch) ?? null,
    isolated: true,
    ephemeral: true,
    created_at: new Date(kept.createdMs).toISOString(),
    expires_at: new Date(kept.expiresMs).toISOString(),
    scores: Object.fromEntries(kept.scores),
    size: kept.sizeBytes,
    ...(kept.ownerId === undefined ? {} : { owner: kept.ownerId }),
    clone_url: `${origin}/${hosted.id.split('/').map(encodeURIComponent).join('/')}.git/realities/${id}`,
  };
}

/** In the original's fields and ours. `better`: no other reality has a higher `score`. */
function benchmarkBody({ live: { realities } }: RouteParts, kept: KeptReality, prefix: string) {
  const { reality, base, scores } = kept;
  const files = reality.head().id === undefined ? [] : reality.diff(base, 'HEAD').files;
  const [best] = rankRealities(realities.list(kept.hosted, 'reality'), { by: 'score', order: 'highest' });
  return {
    reality: prefix + kept.id,
    benchmark: {
      Reality: prefix + kept.id,
      StartTime: new Date(kept.createdMs).toISOString(),
      Metrics: {
        ...Object.fromEntries(scores),
        files_changed: files.length,
        additions: files.reduce((sum, file) => sum + file.addedCount, 0),
        deletions: files.reduce((sum, file) => sum + file.deletedCount, 0),
        size_bytes: kept.sizeBytes,
      },
    },
    scores: Object.fromEntries(scores),
    better: best !== undefined && (scores.get('score') ?? Number.NEGATIVE_INFINITY) >= best.score,
  };
}
