import type { Grant } from './grant.js';

/** What a token is narrowed to: one repository, reading or writing, and of writing only some refs. */
export interface TokenScope {
  readonly repository: string;
  readonly access: 'read' | 'write';
  /** Patterns (`ref-pattern.ts`) of the refs that may be changed. Default: all. Reading shows the whole repository. */
  readonly refs?: readonly string[] | undefined;
}

/** Most patterns in a scope, so that a token stays a header. */
export const SCOPE_REFS_MAX = 32;

/** The scope in a claim; `undefined` when it is none. */
export function parseTokenScope(value: unknown): TokenScope | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { repository, access, refs } = value as Record<string, unknown>;
  if (typeof repository !== 'string' || (access !== 'read' && access !== 'write')) return undefined;
  if (refs === undefined) return { repository, access };
  if (!Array.isArray(refs) || refs.length > SCOPE_REFS_MAX || !refs.every((ref) => typeof ref === 'string')) return undefined;
  return { repository, access, refs };
}

/** The scope as a grant that permits nothing anywhere else. */
export function scopeGrant({ repository, access }: TokenScope): Grant {
  const allowed = access === 'write' ? (['repo:write'] as const) : (['repo:read'] as const);
  return { permissions: [], repositories: new Map([[repository, { allowed, denied: [] }]]) };
}
