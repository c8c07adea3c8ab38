/** The submodules that `.gitmodules` names (gitmodules(5)). */
import { Config, parseConfig } from '@govc/core/plumbing';

import type { Session } from '../session/session.js';
import { readStoredIndex } from '../session/revisions.js';

/** A submodule as `.gitmodules` describes it. */
export interface Submodule {
  readonly name: string;
  readonly path: string;
  readonly url: string | undefined;
  readonly branch: string | undefined;
  readonly update: string | undefined;
  readonly ignore: string | undefined;
  readonly shallow: boolean | undefined;
}

/** The submodules of a text in the form of `.gitmodules`, in order. Names that lead out of `modules/` are left out. */
export function parseModules(bytes: Uint8Array): Submodule[] {
  const entries = parseConfig(bytes);
  const config = Config.from(entries);
  const names = [...new Set(entries.flatMap(({ section, subsection }) => (section === 'submodule' && subsection !== undefined ? [subsection] : [])))];
  return names.filter(isSafeName).flatMap((name): Submodule[] => {
    const get = (key: string): string | undefined => config.get(`submodule.${name}.${key}`);
    const path = get('path')?.replace(/\/+$/, '');
    if (path === undefined || path === '') return [];
    return [{ name, path, url: get('url'), branch: get('branch'), update: get('update'), ignore: get('ignore'), shallow: config.findBool(`submodule.${name}.shallow`) }];
  });
}

/** Those of the worktree, or of the index where the file is missing. */
export function readModules(session: Session): Submodule[] {
  const { worktree } = session;
  if (worktree?.find('.gitmodules')?.kind === 'file') return parseModules(worktree.read('.gitmodules'));
  const entry = readStoredIndex(session).entries.find(({ path, stage }) => path === '.gitmodules' && stage === 0);
  const body = entry === undefined ? undefined : session.context.snapshot.objects.find(entry.id)?.body;
  return body === undefined ? [] : parseModules(body);
}

/** Whether a submodule takes part: `submodule.<name>.active`, `submodule.active`, or that it has a URL. */
export function isActive(session: Session, { name, path }: Submodule): boolean {
  const own = session.config.findBool(`submodule.${name}.active`);
  if (own !== undefined) return own;
  const patterns = session.config.getAll('submodule.active');
  if (patterns.length > 0) return patterns.some((pattern) => pattern === '.' || pattern === path || path.startsWith(`${pattern.replace(/\/$/, '')}/`));
  return session.config.get(`submodule.${name}.url`) !== undefined;
}

/** A name becomes a folder, so `..` must not be a part of it. */
function isSafeName(name: string): boolean {
  return name !== '' && !name.split(/[/\\]/).includes('..');
}
