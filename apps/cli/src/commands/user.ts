/** `govc user`: who may sign in to a server. */
import { readNewPassword } from '../own/ask.js';
import { runOwn } from '../own/run-own.js';
import { factsText, tableText, timeText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand, VerbOption } from '../own/verb.js';

interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly repo_permissions: Readonly<Record<string, readonly string[]>>;
  readonly repo_denials?: Readonly<Record<string, readonly string[]>>;
  readonly active: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

const USER_OPERAND: Operand = { name: 'USER', subject: 'user' };
const ROLE_OPERAND: Operand = { name: 'ROLE', subject: 'role' };
const PASSWORD_STDIN: VerbOption = { names: 'password-stdin', help: 'read the password from standard input' };
const ONE = '/api/v1/users/{user_id}';

async function listUsers(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly users: readonly User[] }>('GET', '/api/v1/users');
  const rows = found.users.map(({ id, username, email, roles, active, created_at: created }) => [id, username, email, roles.join(','), active, timeText(created)]);
  return { data: found, text: () => tableText(call.io, ['ID', 'NAME', 'E-MAIL', 'ROLES', 'ACTIVE', 'CREATED'], { rows, empty: 'There are no users.' }) };
}

async function createUser(call: Call): Promise<Outcome> {
  const [username] = call.operands;
  const server = await call.server();
  const isAsked = call.has('password-stdin') || (call.io.isTerminal?.(0) === true && !call.has('no-password'));
  const password = isAsked ? await readNewPassword(call.io, call.has('password-stdin')) : undefined;
  const roles = call.texts('role').flatMap((text) => text.split(','));
  const email = call.text('email');
  const made = await server.request<User>('POST', '/api/v1/users', {
    body: {
      id: call.text('id') ?? username, username, ...(email === undefined ? {} : { email }), ...(password === undefined ? {} : { password }),
      ...(roles.length === 0 ? {} : { roles }),
    },
  });
  return { data: made, text: () => `Created the user ${made.username}${password === undefined ? ', who has no password yet: govc user password ' + made.id : ''}.\n` };
}

async function showUser(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<User>('GET', ONE, { params: { user_id: call.operands[0]! } });
  return { data: found, text: () => userText(found) };
}

function userText(user: User): string {
  const lists = (all: User['repo_permissions'] | undefined): string => Object.entries(all ?? {}).map(([name, list]) => `${name} (${list.join(', ')})`).join(', ');
  return factsText({
    Id: user.id, Name: user.username, 'E-mail': user.email, Roles: user.roles.join(', '), Permissions: user.permissions.join(', '),
    Repositories: lists(user.repo_permissions), Denied: lists(user.repo_denials), Active: user.active, Created: timeText(user.created_at), Changed: timeText(user.updated_at),
  });
}

async function updateUser(call: Call): Promise<Outcome> {
  const username = call.text('username');
  const email = call.text('email');
  const found = await (await call.server()).request<User>('PATCH', ONE, {
    params: { user_id: call.operands[0]! }, body: { ...(username === undefined ? {} : { username }), ...(email === undefined ? {} : { email }) },
  });
  return { data: found, text: () => userText(found) };
}

function act(word: 'activate' | 'deactivate', sentence: string): (call: Call) => Promise<Outcome> {
  return async (call) => {
    const found = await (await call.server()).request<User>('POST', `${ONE}/${word}`, { params: { user_id: call.operands[0]! } });
    return { data: found, text: () => `${found.username} ${sentence}.\n` };
  };
}

async function deleteUser(call: Call): Promise<Outcome> {
  const answer = await (await call.server()).request('DELETE', ONE, { params: { user_id: call.operands[0]! } });
  return { data: answer, text: () => `Deleted the user ${call.operands[0]!}.\n` };
}

async function setPassword(call: Call): Promise<Outcome> {
  const [id] = call.operands;
  const server = await call.server();
  if (call.has('reset-token')) {
    const made = await server.request<{ readonly reset_token: string; readonly expires_at: string }>('POST', `${ONE}/password/reset`, { params: { user_id: id! } });
    if (!call.isJson) call.io.stderr.write(`Good until ${timeText(made.expires_at)}, once; it is shown this once.\n`);
    return { data: made, text: () => `${made.reset_token}\n` };
  }
  const password = await readNewPassword(call.io, call.has('password-stdin'));
  const answer = await server.request('POST', `${ONE}/password`, { params: { user_id: id! }, body: { password } });
  return { data: answer, text: () => `${id!} has a new password; all sessions of the user have ended.\n` };
}

async function showRoles(call: Call): Promise<Outcome> {
  const { id, roles, permissions } = await (await call.server()).request<User>('GET', ONE, { params: { user_id: call.operands[0]! } });
  return {
    data: { id, roles, permissions, count: roles.length },
    text: () => tableText(call.io, ['ROLE'], { rows: roles.map((role) => [role]), empty: `${id} has no role.` }),
  };
}

function changeRole(method: 'POST' | 'DELETE', word: string): (call: Call) => Promise<Outcome> {
  return async (call) => {
    const [id, role] = call.operands;
    const answer = await (await call.server()).request(method, `${ONE}/roles/{role_name}`, { params: { user_id: id!, role_name: role! } });
    return { data: answer, text: () => `${id!} ${word} the role ${role!}.\n` };
  };
}

function changeGrant(method: 'POST' | 'DELETE'): (call: Call) => Promise<Outcome> {
  return async (call) => {
    const [id, repository, permission] = call.operands;
    const isDenied = call.has('deny');
    const answer = await (await call.server()).request(method, `${ONE}/repos/{repo_id}/permissions/{permission}`, {
      params: { user_id: id!, repo_id: repository!, permission: permission! }, ...(isDenied ? { query: { decision: 'deny' } } : {}),
    });
    const how = method === 'DELETE' ? 'has what roles say about' : isDenied ? 'is denied' : 'has';
    return { data: answer, text: () => `${id!} ${how} ${permission!} in ${repository!}.\n` };
  };
}

const GRANT: readonly Operand[] = [
  USER_OPERAND, { name: 'REPOSITORY', subject: 'repository' }, { name: 'PERMISSION', subject: ['repo:read', 'repo:write', 'repo:delete', 'repo:admin'] },
];

/** What it does. */
export const USER: OwnCommand = {
  name: 'user',
  summary: 'Manage the users of a server',
  verbs: [
    { name: 'list', aliases: ['ls'], summary: 'List users', run: listUsers },
    {
      name: 'create', summary: 'Make a user', run: createUser, operands: [{ name: 'NAME', subject: 'words' }],
      options: [
        { names: 'id', value: 'ID', subject: 'words', help: 'the id; default: the name' }, { names: 'email', value: 'ADDRESS', subject: 'words', help: 'the address' },
        { names: 'role', value: 'ROLE', subject: 'role', repeats: true, help: 'a role to begin with' }, PASSWORD_STDIN,
        { names: 'no-password', help: 'do not ask for a password' },
      ],
    },
    { name: 'get', aliases: ['show', 'info'], summary: 'Show a user', run: showUser, operands: [USER_OPERAND] },
    {
      name: 'update', summary: 'Change the name or the address of a user', run: updateUser, operands: [USER_OPERAND],
      options: [{ names: 'username', value: 'NAME', subject: 'words', help: 'the new name' }, { names: 'email', value: 'ADDRESS', subject: 'words', help: 'the new address' }],
    },
    { name: 'activate', summary: 'Let a user sign in again', run: act('activate', 'may sign in'), operands: [USER_OPERAND] },
    { name: 'deactivate', summary: 'Keep a user from signing in', run: act('deactivate', 'may not sign in any more'), operands: [USER_OPERAND] },
    { name: 'delete', aliases: ['rm'], summary: 'Delete a user', run: deleteUser, operands: [USER_OPERAND] },
    {
      name: 'password', summary: 'Set the password of a user', run: setPassword, operands: [USER_OPERAND],
      options: [PASSWORD_STDIN, { names: 'reset-token', help: 'print a token instead, with which the user sets one' }],
    },
    { name: 'roles', aliases: ['role list'], summary: 'List the roles of a user', run: showRoles, operands: [USER_OPERAND] },
    { name: 'role add', summary: 'Give a role to a user', run: changeRole('POST', 'has'), operands: [USER_OPERAND, ROLE_OPERAND] },
    { name: 'role remove', summary: 'Take a role from a user', run: changeRole('DELETE', 'no longer has'), operands: [USER_OPERAND, ROLE_OPERAND] },
    { name: 'grant', summary: 'Grant or deny a permission in one repository', run: changeGrant('POST'), operands: GRANT, options: [{ names: 'deny', help: 'deny it, whatever roles say' }] },
    { name: 'revoke', summary: 'Take back a grant or denial', run: changeGrant('DELETE'), operands: GRANT },
  ],
};

/** `govc user`. */
export const userCommand = runOwn(USER);
