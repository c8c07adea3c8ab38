import { wildmatchText, WM_PATHNAME } from '@govc/core/plumbing';

/** Whether a path fits a glob (wildmatch): `*` stays within a folder, `**` goes across, and a pattern without `/` fits names in every folder. */
export function matchesGlob(pattern: string, path: string): boolean {
  const text = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return wildmatchText(text, path, WM_PATHNAME);
}

/** Whether a ref fits a glob of full names (`refs/heads/release/**`) or, where it does not begin with `refs/`, of names of branches and tags. */
export function matchesRef(pattern: string, ref: string): boolean {
  if (pattern.startsWith('refs/') || pattern === 'HEAD') return wildmatchText(pattern, ref, WM_PATHNAME);
  const short = ref.replace(/^refs\/(heads|tags)\//, '');
  return wildmatchText(pattern, short, WM_PATHNAME);
}
