/** `govc role`: what users may do, by name. */
import { runOwn } from '../own/run-own.js';
import { tableText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand, VerbOption } from '../own/verb.js';

interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
}

const ROLE_OPERAND: Operand = { name: 'ROLE', subject: 'role' };
const OPTIONS: readonly VerbOption[] = [
  { names: 'p|permission', value: 'PERMISSION', subject: ['repo:read', 'repo:write', 'repo:delete', 'repo:admin', 'system:read', 'system:write', 'system:admin', 'user:read', 'user:write', 'user:delete', 'webhook:read', 'webhook:write', 'webhook:delete'], repeats: true, help: 'what it allows' },
  { names: 'd|description', value: 'TEXT', subject: 'words', help: 'what it is for' },
];

async function listRoles(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly roles: readonly Role[] }>('GET', '/api/v1/roles');
  const rows = found.roles.map(({ name, permissions, description }) => [name, permissions.join(','), description]);
  return { data: found, text: () => tableText(call.io, ['NAME', 'PERMISSIONS', 'DESCRIPTION'], { rows, empty: 'There are no roles.' }) };
}

function bodyOf(call: Call): Readonly<Record<string, unknown>> {
  const permissions = call.texts('permission').flatMap((text) => text.split(','));
  const description = call.text('description');
  return { ...(permissions.length === 0 ? {} : { permissions }), ...(description === undefined ? {} : { description }) };
}

async function createRole(call: Call): Promise<Outcome> {
  const made = await (await call.server()).request<Role>('POST', '/api/v1/roles', { body: { name: call.operands[0], permissions: [], ...bodyOf(call) } });
  return { data: made, text: () => `Created the role ${made.name}: ${made.permissions.join(', ')}\n` };
}

async function updateRole(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<Role>('PATCH', '/api/v1/roles/{role_name}', { params: { role_name: call.operands[0]! }, body: bodyOf(call) });
  return { data: found, text: () => `${found.name}: ${found.permissions.join(', ')}\n` };
}

async function deleteRole(call: Call): Promise<Outcome> {
  const answer = await (await call.server()).request('DELETE', '/api/v1/roles/{role_name}', { params: { role_name: call.operands[0]! } });
  return { data: answer, text: () => `Deleted the role ${call.operands[0]!}.\n` };
}

/** What it does. */
export const ROLE: OwnCommand = {
  name: 'role',
  summary: 'Manage the roles of a server',
  verbs: [
    { name: 'list', aliases: ['ls'], summary: 'List roles', run: listRoles },
    { name: 'create', summary: 'Make a role', run: createRole, operands: [{ name: 'NAME', subject: 'words' }], options: OPTIONS },
    { name: 'update', summary: 'Change what a role allows', run: updateRole, operands: [ROLE_OPERAND], options: OPTIONS },
    { name: 'delete', aliases: ['rm'], summary: 'Delete a role', run: deleteRole, operands: [ROLE_OPERAND] },
  ],
};

/** `govc role`. */
export const roleCommand = runOwn(ROLE);
