/** `govc tx`: changes over several commands that become one commit of a server's repository, or nothing. */
import { EXIT } from '../exit-codes.js';
import { authorFields, CHANGE_OPTIONS, fileChanges } from '../own/file-changes.js';
import { runOwn } from '../own/run-own.js';
import { cellText, factsText, tableText, timeText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand } from '../own/verb.js';

interface Transaction {
  readonly id: string;
  readonly repo_id: string;
  readonly branch: string;
  readonly base: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly changes: number;
  readonly size: number;
  readonly staged?: readonly { readonly path: string; readonly status: string }[];
}

interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly message?: string;
}

const ALL = '/api/v1/repos/{id}/transactions';
const ONE = `${ALL}/{tx_id}`;
const REPOSITORY: Operand = { name: 'REPOSITORY', subject: 'repository' };
const TX_OPERAND: Operand = { name: 'TX', subject: 'transaction' };
const PATHS: Operand = { name: 'PATH', subject: 'file', count: 'many' };

const place = (call: Call): { readonly id: string; readonly tx_id: string } => ({ id: call.operands[0]!, tx_id: call.operands[1]! });

async function begin(call: Call): Promise<Outcome> {
  const branch = call.text('branch');
  const head = call.text('expected-head');
  const ttl = call.number('ttl');
  const made = await (await call.server()).request<Transaction>('POST', ALL, {
    params: { id: call.operands[0]! },
    body: { ...(branch === undefined ? {} : { branch }), ...(head === undefined ? {} : { expected_head: head }), ...(ttl === undefined ? {} : { ttl_seconds: ttl }) },
  });
  if (!call.isJson) call.io.stderr.write(`Begun on ${made.branch}; it ends by itself at ${timeText(made.expires_at)} when nobody uses it.\n`);
  return { data: made, text: () => `${made.id}\n` };
}

async function list(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly transactions: readonly Transaction[] }>('GET', ALL, { params: { id: call.operands[0]! } });
  const rows = found.transactions.map((each) => [each.id, each.branch, each.changes, timeText(each.created_at), timeText(each.expires_at)]);
  return { data: found, text: () => tableText(call.io, ['ID', 'BRANCH', 'CHANGES', 'BEGUN', 'ENDS'], { rows, empty: 'There are no open transactions.' }) };
}

async function show(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<Transaction>('GET', ONE, { params: place(call) });
  return {
    data: found,
    text: () => factsText({ Id: found.id, Branch: found.branch, Base: found.base, Begun: timeText(found.created_at), Ends: timeText(found.expires_at), Bytes: found.size }) +
      (found.staged ?? []).map(({ path, status }) => `  ${cellText(status)}: ${cellText(path)}\n`).join(''),
  };
}

async function add(call: Call): Promise<Outcome> {
  const actions = await fileChanges(call, call.operands.slice(2));
  const answer = await (await call.server()).request<{ readonly changes?: number }>('POST', `${ONE}/changes`, { params: place(call), body: { actions } });
  return { data: answer, text: () => `${actions.length} ${actions.length === 1 ? 'path' : 'paths'}; ${answer.changes ?? actions.length} in the transaction.\n` };
}

async function remove(call: Call): Promise<Outcome> {
  const paths = call.operands.slice(2);
  const answer = await (await call.server()).request<{ readonly changes?: number }>('POST', `${ONE}/remove`, { params: place(call), body: { paths } });
  return { data: answer, text: () => `${paths.length} ${paths.length === 1 ? 'path goes' : 'paths go'} when the transaction is committed.\n` };
}

async function diff(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly diff: string }>('GET', `${ONE}/diff`, { params: place(call), query: { format: call.text('format') } });
  return { data: found, text: () => found.diff };
}

async function validate(call: Call): Promise<Outcome> {
  const required = call.texts('require');
  try {
    const found = await (await call.server()).request<{ readonly checks: readonly Check[] }>('POST', `${ONE}/validate`, {
      params: place(call), body: required.length === 0 ? {} : { required_paths: required },
    });
    return { data: { ...found, valid: true }, text: () => checksText(found.checks) };
  } catch (error) {
    // That it does not pass is an answer.
    const { code, details } = error as { readonly code?: string; readonly details?: { readonly checks?: readonly Check[] } };
    const checks = details?.checks;
    if (code !== 'VALIDATION_FAILED' || checks === undefined) throw error;
    return { data: { status: 'invalid', valid: false, checks }, text: () => checksText(checks), exitCode: EXIT.failed };
  }
}

function checksText(checks: readonly Check[]): string {
  return checks.map(({ name, passed, message }) => `${passed ? 'ok    ' : 'FAILED'} ${cellText(name)}${message === undefined ? '' : `: ${cellText(message)}`}\n`).join('');
}

async function commit(call: Call): Promise<Outcome> {
  const made = await (await call.server()).request<{ readonly hash: string; readonly message: string; readonly branch?: string }>('POST', `${ONE}/commit`, {
    params: place(call), body: { message: call.text('message') ?? '', ...(await authorFields(call)), ...(call.has('allow-empty') ? { allow_empty: true } : {}) },
  });
  return { data: made, text: () => `[${made.branch ?? 'detached'} ${made.hash.slice(0, 7)}] ${cellText(made.message.split('\n', 1)[0])}\n` };
}

async function rollBack(call: Call): Promise<Outcome> {
  const answer = await (await call.server()).request('POST', `${ONE}/rollback`, { params: place(call) });
  return { data: answer, text: () => 'Rolled back: nothing has changed.\n' };
}

/** What it does. */
export const TX: OwnCommand = {
  name: 'tx',
  summary: 'Make one commit of changes over several commands',
  verbs: [
    {
      name: 'begin', summary: 'Begin a transaction and print its id', run: begin, operands: [REPOSITORY],
      options: [
        { names: 'b|branch', value: 'BRANCH', subject: 'words', help: 'where it will be committed' },
        { names: 'expected-head', value: 'COMMIT', subject: 'words', help: 'refuse where the branch stands elsewhere' },
        { names: 'ttl', value: 'SECONDS', subject: 'words', help: 'how long it stays open unused' },
      ],
    },
    { name: 'list', aliases: ['ls'], summary: 'List your open transactions', run: list, operands: [REPOSITORY] },
    { name: 'show', aliases: ['status', 'info'], summary: 'Show a transaction with what is staged in it', run: show, operands: [REPOSITORY, TX_OPERAND] },
    { name: 'add', summary: 'Put files into a transaction', run: add, operands: [REPOSITORY, TX_OPERAND, PATHS], options: CHANGE_OPTIONS },
    { name: 'rm', aliases: ['remove'], summary: 'Take files out of the repository when it is committed', run: remove, operands: [REPOSITORY, TX_OPERAND, PATHS] },
    {
      name: 'diff', summary: 'Show what a transaction changes', run: diff, operands: [REPOSITORY, TX_OPERAND],
      options: [{ names: 'format', value: 'FORMAT', subject: ['unified', 'raw', 'name-only'], help: 'how' }],
    },
    {
      name: 'validate', summary: 'Say whether it could be committed', run: validate, operands: [REPOSITORY, TX_OPERAND],
      options: [{ names: 'require', value: 'PATH', subject: 'words', repeats: true, help: 'a file that must be there' }],
    },
    {
      name: 'commit', summary: 'Commit it', run: commit, operands: [REPOSITORY, TX_OPERAND],
      options: [{ names: 'm|message', value: 'TEXT', subject: 'words', help: 'the message' }, { names: 'allow-empty', help: 'even where nothing changes' }],
    },
    { name: 'rollback', summary: 'End it without a trace', run: rollBack, operands: [REPOSITORY, TX_OPERAND] },
  ],
};

/** `govc tx`. */
export const txCommand = runOwn(TX);
