/** `govc reality`: a repository of a server on trial, as often as one likes. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { authorFields, CHANGE_OPTIONS, fileChanges } from '../own/file-changes.js';
import { runOwn } from '../own/run-own.js';
import { cellText, tableText, timeText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand } from '../own/verb.js';

interface Reality {
  readonly name: string;
  readonly branch: string;
  readonly base: string | null;
  /** `null` where nothing was committed yet. */
  readonly head: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly clone_url: string;
}

const ALL = '/api/v1/repos/{id}/realities';
const ONE = `${ALL}/{reality}`;
const REPOSITORY: Operand = { name: 'REPOSITORY', subject: 'repository' };
const REALITY_OPERAND: Operand = { name: 'REALITY', subject: 'reality' };

const place = (call: Call): { readonly id: string; readonly reality: string } => ({ id: call.operands[0]!, reality: call.operands[1]! });

async function create(call: Call): Promise<Outcome> {
  const names = call.operands.slice(1);
  const count = call.number('count');
  if ((names.length === 0) === (count === undefined)) throw new Failure('error: name the realities, or say with --count how many\n', EXIT.usage);
  const options = { from: call.text('from'), branch: call.text('branch'), ttl_seconds: call.number('ttl'), prefix: call.text('prefix') };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const made = await (await call.server()).request<{ readonly realities: readonly Reality[] }>('POST', ALL, {
    params: { id: call.operands[0]! }, body: { ...(count === undefined ? { realities: names } : { count }), ...given },
  });
  return { data: made, text: () => made.realities.map(({ name, clone_url: url }) => `Created ${name}: git clone ${url}\n`).join('') };
}

async function list(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly realities: readonly Reality[]; readonly winner?: string | null }>('GET', ALL, {
    params: { id: call.operands[0]! }, query: { by: call.text('by'), order: call.text('order') },
  });
  const rows = found.realities.map(({ name, branch, head, scores, expires_at: end }) => [
    name === found.winner ? '*' : '', name, branch, head?.slice(0, 7), Object.entries(scores).map(([key, value]) => `${key}=${value}`).join(' '), timeText(end),
  ]);
  return { data: found, text: () => tableText(call.io, ['', 'NAME', 'BRANCH', 'HEAD', 'SCORES', 'ENDS'], { rows, empty: 'There are no realities.' }) };
}

async function apply(call: Call): Promise<Outcome> {
  const actions = await fileChanges(call, call.operands.slice(2));
  const message = call.text('message');
  const made = await (await call.server()).request<{ readonly commit?: { readonly hash: string; readonly message: string } }>('POST', `${ONE}/apply`, {
    params: place(call), body: { actions, ...(message === undefined ? {} : { message }), ...(await authorFields(call)) },
  });
  const { commit } = made;
  return { data: made, text: () => (commit === undefined ? 'Nothing has changed.\n' : `[${call.operands[1]!} ${commit.hash.slice(0, 7)}] ${cellText(commit.message.split('\n', 1)[0])}\n`) };
}

async function diff(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly diff: string }>('GET', `${ONE}/diff`, { params: place(call), query: { format: call.text('format') } });
  return { data: found, text: () => found.diff };
}

async function score(call: Call): Promise<Outcome> {
  const scores = call.operands.slice(2).map((text) => {
    const [, name, number] = /^([^=]+)=(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.exec(text) ?? [];
    if (name === undefined) throw new Failure(`error: '${text}' is no NAME=NUMBER\n`, EXIT.usage);
    return [name, Number(number)] as const;
  });
  const server = await call.server();
  const found = scores.length === 0
    ? await server.request<{ readonly scores: Reality['scores'] }>('GET', `${ONE}/benchmark`, { params: place(call) })
    : await server.request<{ readonly scores: Reality['scores'] }>('POST', `${ONE}/scores`, { params: place(call), body: Object.fromEntries(scores) });
  return { data: found, text: () => tableText(call.io, ['SCORE', 'VALUE'], { rows: Object.entries(found.scores), empty: 'It has no scores yet.' }) };
}

async function publish(call: Call): Promise<Outcome> {
  const options = { into: call.text('into'), strategy: call.text('strategy'), message: call.text('message') };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const done = await (await call.server()).request<{ readonly branch: string; readonly how: string; readonly after: string; readonly discarded?: number }>('POST', `${ONE}/publish`, {
    params: place(call), body: { ...given, ...(call.has('discard-others') ? { discard_others: true } : {}), ...(await authorFields(call)) },
  });
  return { data: done, text: () => `Published ${call.operands[1]!}: ${done.branch} is at ${done.after.slice(0, 7)} (${done.how}).${(done.discarded ?? 0) > 0 && call.has('discard-others') ? ` Discarded ${done.discarded!} others.` : ''}\n` };
}

async function discard(call: Call): Promise<Outcome> {
  const server = await call.server();
  const [id, ...names] = call.operands;
  if (call.has('all') === names.length > 0) throw new Failure('error: name the realities, or discard them with --all\n', EXIT.usage);
  if (call.has('all')) {
    const answer = await server.request('DELETE', ALL, { params: { id: id! } });
    return { data: answer, text: () => 'Discarded all realities.\n' };
  }
  for (const name of names) await server.request('DELETE', ONE, { params: { id: id!, reality: name } });
  return { data: { status: 'discarded', discarded: names }, text: () => names.map((name) => `Discarded ${name}.\n`).join('') };
}

/** What it does. */
export const REALITY: OwnCommand = {
  name: 'reality',
  summary: 'Try changes of a repository side by side',
  verbs: [
    {
      name: 'create', summary: 'Make realities', run: create, operands: [REPOSITORY, { name: 'NAME', subject: 'words', count: 'any' }],
      options: [
        { names: 'from', value: 'COMMIT', subject: 'words', help: 'what they begin with; default: the branch' },
        { names: 'b|branch', value: 'BRANCH', subject: 'words', help: 'the branch they are about' },
        { names: 'count', value: 'COUNT', subject: 'words', help: 'make so many' }, { names: 'prefix', value: 'TEXT', subject: 'words', help: 'what their names begin with' },
        { names: 'ttl', value: 'SECONDS', subject: 'words', help: 'how long they stay unused' },
      ],
    },
    {
      name: 'list', aliases: ['ls'], summary: 'List realities', run: list, operands: [REPOSITORY],
      options: [
        { names: 'by', value: 'SCORE', subject: 'words', help: 'rank them by a score' }, { names: 'order', value: 'ORDER', subject: ['highest', 'lowest'], help: 'which is best' },
      ],
    },
    {
      name: 'apply', summary: 'Commit files in a reality', run: apply, operands: [REPOSITORY, REALITY_OPERAND, { name: 'PATH', subject: 'file', count: 'many' }],
      options: [{ names: 'm|message', value: 'TEXT', subject: 'words', help: 'the message of the commit' }, ...CHANGE_OPTIONS],
    },
    {
      name: 'diff', summary: 'Show what a reality changes', run: diff, operands: [REPOSITORY, REALITY_OPERAND],
      options: [{ names: 'format', value: 'FORMAT', subject: ['unified', 'raw', 'name-only'], help: 'how' }],
    },
    {
      name: 'score', summary: 'Record or show what a reality was measured by', run: score,
      operands: [REPOSITORY, REALITY_OPERAND, { name: 'NAME=NUMBER', subject: 'words', count: 'any' }],
    },
    {
      name: 'publish', summary: 'Put a reality on a branch of the repository', run: publish, operands: [REPOSITORY, REALITY_OPERAND],
      options: [
        { names: 'into', value: 'BRANCH', subject: 'words', help: 'which; default: its own' },
        { names: 'strategy', value: 'STRATEGY', subject: ['merge', 'fast-forward', 'merge-commit'], help: 'how' },
        { names: 'm|message', value: 'TEXT', subject: 'words', help: 'the message of a merge' }, { names: 'discard-others', help: 'discard all other realities' },
      ],
    },
    {
      name: 'discard', aliases: ['rm', 'delete'], summary: 'End realities without a trace', run: discard, operands: [REPOSITORY, { ...REALITY_OPERAND, count: 'any' }],
      options: [{ names: 'all', help: 'all of them' }],
    },
  ],
};

/** `govc reality`. */
export const realityCommand = runOwn(REALITY);
