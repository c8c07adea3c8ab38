import { AuthError } from './errors.js';

/** All permissions: what may be done (`write`) to which kind of thing (`repo`). */
export const PERMISSIONS = [
  'repo:read',
  'repo:write',
  'repo:delete',
  'repo:admin',
  'system:read',
  'system:write',
  'system:admin',
  'user:read',
  'user:write',
  'user:delete',
  'webhook:read',
  'webhook:write',
  'webhook:delete',
] as const;

/** One of {@link PERMISSIONS}. */
export type Permission = (typeof PERMISSIONS)[number];

/**
 * Reads a permission.
 *
 * @throws {AuthError} permission-unknown
 */
export function parsePermission(text: string): Permission {
  const permission = PERMISSIONS.find((candidate) => candidate === text);
  if (permission !== undefined) return permission;
  throw new AuthError('permission-unknown', `${JSON.stringify(text.slice(0, 64))} is no permission`, { permission: text });
}

/**
 * Whether who holds `held` may do `wanted`: `system:admin` is everything, `repo:admin` everything about repositories, and
 * writing includes reading. Deleting includes nothing.
 */
export function implies(held: Permission, wanted: Permission): boolean {
  if (held === wanted || held === 'system:admin') return true;
  const [heldKind, heldVerb] = held.split(':');
  const [wantedKind, wantedVerb] = wanted.split(':');
  if (heldKind !== wantedKind) return false;
  return heldVerb === 'admin' || (heldVerb === 'write' && wantedVerb === 'read');
}

/** A named set of permissions. */
export interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
}

/** The roles that exist unless the application names others. */
export const DEFAULT_ROLES: readonly Role[] = [
  {
    name: 'admin',
    description: 'May do everything',
    permissions: [
      'system:admin',
      'repo:admin',
      'user:read',
      'user:write',
      'user:delete',
      'webhook:read',
      'webhook:write',
      'webhook:delete',
    ],
  },
  {
    name: 'developer',
    description: 'Reads and writes repositories and manages webhooks',
    permissions: ['repo:read', 'repo:write', 'webhook:read', 'webhook:write'],
  },
  { name: 'reader', description: 'Reads repositories', permissions: ['repo:read'] },
  { name: 'guest', description: 'Sees that the system is there', permissions: ['system:read'] },
];
